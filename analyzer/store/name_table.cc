#include "store/name_table.h"

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/text.h"

namespace logtally {

absl::StatusOr<NameTable> NameTable::Open(Database& database, std::string_view table) {
  ASSIGN_OR_RETURN(Statement find,
                   database.Prepare(absl::StrFormat("SELECT id FROM %s WHERE name = ?1", table)));
  ASSIGN_OR_RETURN(Statement add, database.Prepare(absl::StrFormat(
                                      "INSERT INTO %s (name) VALUES (?1) RETURNING id", table)));
  return NameTable(std::move(find), std::move(add));
}

absl::StatusOr<int64_t> NameTable::IdOf(std::string_view name) {
  const auto known = ids_.find(AbslView(name));
  if (known != ids_.end()) return known->second;
  for (Statement* statement : {&find_, &add_}) {
    statement->BindText(1, name);
    ASSIGN_OR_RETURN(const bool row, statement->Step());
    const int64_t id = row ? statement->ColumnInt(0) : 0;
    // Run() steps on to the end: an INSERT … RETURNING takes effect only then.
    RETURN_IF_ERROR(row ? statement->Run() : absl::OkStatus());
    statement->Reset();
    if (row) return ids_[std::string(name)] = id;
  }
  return absl::InternalError(absl::StrFormat("add the name %s: no id came back", name));
}

}  // namespace logtally
