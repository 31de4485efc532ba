// Brings a database to the schema that this program knows: schemas/sql/NNNN_*.sql in order.
#ifndef LOGTALLY_STORE_MIGRATIONS_H_
#define LOGTALLY_STORE_MIGRATIONS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "store/database.h"

namespace logtally {

// The newest schema that this program knows: how many migrations it carries.
int64_t KnownSchemaVersion();

// Runs the migrations that are missing, each in one transaction together with its version number
// (PRAGMA user_version), so that a crash leaves one schema or the next, never half of one.
// Errors: kFailedPrecondition for a database of a newer program; else as Database.
absl::Status Migrate(Database& database);

// For readers, who cannot migrate: kFailedPrecondition unless the schema is just the known one.
absl::Status CheckSchemaVersion(Database& database);

}  // namespace logtally

#endif  // LOGTALLY_STORE_MIGRATIONS_H_
