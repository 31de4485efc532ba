// One of the small tables that give names their integer ids: site, method, reason.
#ifndef LOGTALLY_STORE_NAME_TABLE_H_
#define LOGTALLY_STORE_NAME_TABLE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "store/database.h"

namespace logtally {

// Thread: that of the database, which must outlive this.
class NameTable {
 public:
  // `table` is one of ours, never text from outside: it becomes part of the SQL.
  static absl::StatusOr<NameTable> Open(Database& database, std::string_view table);

  // The id of a name, which is added if it is new (inside the caller's transaction).
  absl::StatusOr<int64_t> IdOf(std::string_view name);

  // Must be called after a ROLLBACK: ids that were added in it are gone.
  void ForgetIds() { ids_.clear(); }

 private:
  NameTable(Statement find, Statement add) : find_(std::move(find)), add_(std::move(add)) {}

  Statement find_;
  Statement add_;
  absl::flat_hash_map<std::string, int64_t> ids_;
};

}  // namespace logtally

#endif  // LOGTALLY_STORE_NAME_TABLE_H_
