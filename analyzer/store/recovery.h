// The way out of a damaged database: put it aside, go on from the newest backup.
//
// What was counted since the backup is read again from the logs, because the backup's positions are
// of the same moment as its counts. Only what was in logs that are gone by now cannot come back.
#ifndef LOGTALLY_STORE_RECOVERY_H_
#define LOGTALLY_STORE_RECOVERY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace logtally {

struct Recovery {
  std::string set_aside;  // where the damaged database is now; "": there was none to keep
  std::string backup;     // what took its place; "": nothing, the store begins anew
  // Why newer backups were not used, one sentence each.
  std::vector<std::string> refused;
};

// Puts <state_dir>/logtally.db (with its -wal) aside as logtally.db.corrupt-<time> and the newest
// backup that is in order in its place. A process that dies in the middle leaves the old database,
// or a copy that FinishRestore puts in place; never an empty one where there was a backup.
// Errors: as StateLock::Take (another process runs here); kResourceExhausted (no room for the
// copy);
//         others of the file system. Then nothing has changed.
absl::StatusOr<Recovery> RecoverDatabase(const std::string& state_dir, absl::Time now);

// Ends a restore that a process died in, if there is one. The caller holds the StateLock.
absl::Status FinishRestore(const std::string& state_dir, absl::Time now);

// kDataLoss where the database is missing or empty though it was not: there are backups of it, or a
// write-ahead log. SQLite would take it for a new one, and count everything again.
absl::Status CheckNotEmptied(const std::string& state_dir);

}  // namespace logtally

#endif  // LOGTALLY_STORE_RECOVERY_H_
