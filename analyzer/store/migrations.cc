#include "store/migrations.h"

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/failpoint.h"
#include "base/status_macros.h"
#include "store/embedded.h"

namespace logtally {
namespace {

// Embedded files come sorted by name, and names start with their number.
std::vector<std::string_view> Migrations() {
  std::vector<std::string_view> migrations;
  for (const auto& file : embedded_store::Files()) migrations.push_back(file.bytes);
  return migrations;
}

absl::Status NewerSchema(const Database& database, int64_t version) {
  return absl::FailedPreconditionError(absl::StrFormat(
      "open %s: its schema has version %d, this program knows up to version %d; run the newer "
      "logtally that wrote it, or choose another --state-dir",
      database.path(), version, KnownSchemaVersion()));
}

}  // namespace

int64_t KnownSchemaVersion() { return static_cast<int64_t>(Migrations().size()); }

absl::Status Migrate(Database& database) {
  ASSIGN_OR_RETURN(const int64_t found, database.QueryInt("PRAGMA user_version"));
  const auto migrations = Migrations();
  if (found < 0) {
    return absl::DataLossError(absl::StrFormat(
        "open %s: its schema has version %d, which no logtally has written; choose another "
        "--state-dir",
        database.path(), found));
  }
  if (found > KnownSchemaVersion()) return NewerSchema(database, found);
  if (found == KnownSchemaVersion()) return absl::OkStatus();
  Failpoint("before_migration");
  for (int64_t version = found; version < KnownSchemaVersion(); ++version) {
    absl::Status status =
        database.Execute(absl::StrFormat("BEGIN IMMEDIATE;\n%s\nPRAGMA user_version=%d;",
                                         std::string(migrations[version]), version + 1));
    Failpoint("during_migration");
    if (status.ok()) status = database.Execute("COMMIT");
    if (!status.ok()) {
      if (database.in_transaction()) (void)database.Execute("ROLLBACK");
      // The SQL is right and was tested: the schema is not what its version says.
      return absl::IsInternal(status) ? absl::DataLossError(status.message()) : status;
    }
  }
  // An empty database file beside a valid WAL loses the WAL: SQLite deletes it. So the schema has
  // to be in the database file itself before anything else happens.
  Failpoint("after_migration");
  RETURN_IF_ERROR(database.Checkpoint());
  Failpoint("during_first_sync");
  return absl::OkStatus();
}

absl::Status CheckSchemaVersion(Database& database) {
  ASSIGN_OR_RETURN(const int64_t found, database.QueryInt("PRAGMA user_version"));
  if (found > KnownSchemaVersion()) return NewerSchema(database, found);
  if (found < KnownSchemaVersion()) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "open %s: its schema has version %d, this program needs version %d; start the daemon "
        "once, it brings the database up to date",
        database.path(), found, KnownSchemaVersion()));
  }
  return absl::OkStatus();
}

}  // namespace logtally
