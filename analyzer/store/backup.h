// Copies of the database, made while it is in use: a copy's counts and positions are of one moment,
// so any of them is a right place to go on from while the logs since then exist.
#ifndef LOGTALLY_STORE_BACKUP_H_
#define LOGTALLY_STORE_BACKUP_H_

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "store/database.h"

namespace logtally {

struct BackupOptions {
  std::optional<absl::Duration> period = absl::Hours(1);  // nothing: none are made
  int keep = 3;                                           // the newest so many; at least 1
};

// 2024-06-10 12:00 -> "20240610T120000Z": as in the names of backups, and of what was set aside.
std::string FileTime(absl::Time time);

// <state_dir>/backup/logtally-20240610T120000Z.db …, newest first.
std::vector<std::string> ListBackups(const std::string& state_dir);

// Makes backups in small steps between the commits. A backup appears under its name when it is
// whole and durable: written as …db.tmp, synced, renamed, the directory synced.
//
// Thread: that of the database. The last part, which waits for the disk, runs on a thread of its
// own.
class BackupWriter {
 public:
  BackupWriter(const std::string& state_dir, BackupOptions options);
  ~BackupWriter();  // waits for the last part; drops a copy that is not whole

  // Takes one more step of a few milliseconds at most: begins a backup if the newest is older than
  // the period, or goes on with the one that was begun. `source` is the same each time.
  // Errors: why a backup failed, once; the next one is tried when a minute (or half a period, if
  //         that is shorter) is over.
  absl::Status Tend(Database& source, absl::Time now);
  // Whether Tend has more to do at once.
  bool running() const { return copy_.has_value(); }

  // Makes a backup now if one is due, to its end.
  absl::Status Finish(Database& source, absl::Time now);

  // Drops the copy that is being made, if any: its room is needed.
  void Abandon();

 private:
  bool IsDue(absl::Time now) const;
  absl::Status Begin(Database& source, absl::Time now);
  absl::Status Step(int pages);
  absl::Status TakeResult();  // of the last part

  const std::string state_dir_;
  const std::string directory_;
  const BackupOptions options_;
  std::optional<DatabaseCopy> copy_;
  std::string target_;  // of the copy
  absl::Time next_look_ = absl::InfinitePast();
  std::thread last_part_;
  std::atomic<bool> last_part_ended_ = false;
  absl::Status last_part_status_;  // to be read when it has ended
};

}  // namespace logtally

#endif  // LOGTALLY_STORE_BACKUP_H_
