#include "store/recovery.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "absl/strings/str_format.h"
#include "base/errno_status.h"
#include "base/failpoint.h"
#include "base/status_macros.h"
#include "store/backup.h"
#include "store/database.h"
#include "store/durable_file.h"
#include "store/migrations.h"
#include "store/seal.h"
#include "store/snapshot_loader.h"
#include "store/state_lock.h"

namespace logtally {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kCheckLimit = absl::Minutes(1);

std::string DatabaseOf(const std::string& state_dir) { return state_dir + "/logtally.db"; }
// A backup that was found to be in order and only has to take its place.
std::string RestoredOf(const std::string& state_dir) { return state_dir + "/logtally.db.restored"; }

int64_t SizeOf(const std::string& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 ? static_cast<int64_t>(status.st_size) : 0;
}

// kDataLoss if the file is no database of ours in which all is in order.
absl::Status CheckCopy(const std::string& path) {
  ASSIGN_OR_RETURN(Database copy, Database::Open(path, Database::Mode::kCopy));
  RETURN_IF_ERROR(copy.QuickCheck(kCheckLimit));
  ASSIGN_OR_RETURN(const int64_t version, copy.QueryInt("PRAGMA user_version"));
  if (version == KnownSchemaVersion()) {
    ASSIGN_OR_RETURN(const CountSnapshot counts, LoadSnapshot(copy));
    ASSIGN_OR_RETURN(const std::vector<FilePosition> positions, LoadPositions(copy));
    RETURN_IF_ERROR(CheckSeal(copy, counts, PositionSeal(positions)));
  }
  // Read when the daemon starts, for how long it may take to catch up; the daemon takes it away.
  return copy.Execute("INSERT OR REPLACE INTO meta VALUES ('restored', 1)");
}

absl::Status CopyFile(const std::string& from, const std::string& to) {
  std::error_code failed;
  fs::copy_file(from, to, fs::copy_options::overwrite_existing, failed);
  if (failed) return ErrnoStatus("copy a backup to", to, failed.value());
  return absl::OkStatus();
}

// Whether another backup may do where this one did not: a full disk is no fault of a backup.
bool IsFaultOfBackup(const absl::Status& status) { return !absl::IsResourceExhausted(status); }

// Copies the newest usable backup to RestoredOf. Nothing to restore is "".
absl::StatusOr<std::string> PrepareRestore(const std::string& state_dir, Recovery& recovery) {
  const std::string copy = RestoredOf(state_dir) + ".tmp";
  for (const std::string& backup : ListBackups(state_dir)) {
    absl::Status usable = CopyFile(backup, copy);
    Failpoint("during_restore_copy");
    if (usable.ok()) usable = CheckCopy(copy);
    if (usable.ok()) {
      RETURN_IF_ERROR(SyncFile(copy));
      Failpoint("before_restore_is_named");
      RETURN_IF_ERROR(RenameDurably(copy, RestoredOf(state_dir)));
      return backup;
    }
    ::unlink(copy.c_str());
    if (!IsFaultOfBackup(usable)) return usable;
    recovery.refused.push_back(
        absl::StrFormat("backup %s cannot be used: %s", backup, std::string(usable.message())));
  }
  return "";
}

// Renames database and write-ahead log so that they still belong together for sqlite3.
absl::StatusOr<std::string> SetAside(const std::string& state_dir, absl::Time now) {
  const std::string database = DatabaseOf(state_dir);
  std::string aside = absl::StrFormat("%s.corrupt-%s", database, FileTime(now));
  for (int n = 2; fs::exists(aside) || fs::exists(aside + "-wal"); ++n) {
    aside = absl::StrFormat("%s.corrupt-%s-%d", database, FileTime(now), n);
  }
  bool something = false;
  // The log first: it must never stand beside a restored database.
  for (const char* suffix : {"-wal", ""}) {
    if (::rename((database + suffix).c_str(), (aside + suffix).c_str()) == 0) something = true;
    Failpoint("during_quarantine");
  }
  ::unlink((database + "-shm").c_str());  // an index of the log that SQLite makes anew
  RETURN_IF_ERROR(SyncDirectory(state_dir));
  return something ? aside : "";
}

}  // namespace

absl::StatusOr<Recovery> RecoverDatabase(const std::string& state_dir, absl::Time now) {
  ASSIGN_OR_RETURN(const StateLock lock, StateLock::Take(state_dir));
  Recovery recovery;
  ASSIGN_OR_RETURN(recovery.backup, PrepareRestore(state_dir, recovery));
  Failpoint("before_quarantine");
  ASSIGN_OR_RETURN(recovery.set_aside, SetAside(state_dir, now));
  Failpoint("after_quarantine");
  RETURN_IF_ERROR(FinishRestore(state_dir, now));
  Failpoint("after_restore");
  return recovery;
}

absl::Status FinishRestore(const std::string& state_dir, absl::Time now) {
  if (!fs::exists(RestoredOf(state_dir))) return absl::OkStatus();
  RETURN_IF_ERROR(SetAside(state_dir, now).status());
  return RenameDurably(RestoredOf(state_dir), DatabaseOf(state_dir));
}

absl::Status CheckNotEmptied(const std::string& state_dir) {
  const std::string database = DatabaseOf(state_dir);
  if (SizeOf(database) > 0) return absl::OkStatus();
  const std::vector<std::string> backups = ListBackups(state_dir);
  if (!backups.empty()) {
    return absl::DataLossError(absl::StrFormat(
        "open %s: it is missing or empty, but there is a backup of it: %s", database, backups[0]));
  }
  if (SizeOf(database + "-wal") == 0) return absl::OkStatus();
  return absl::DataLossError(absl::StrFormat(
      "open %s: it is missing or empty, but its write-ahead log is there", database));
}

}  // namespace logtally
