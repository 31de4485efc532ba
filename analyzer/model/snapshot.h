// What the pipeline shows to the rest of the program after each commit.
#ifndef LOGTALLY_MODEL_SNAPSHOT_H_
#define LOGTALLY_MODEL_SNAPSHOT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/mutex.h"
#include "model/counts.h"

namespace logtally {

// One log as it stands: for people who ask what is followed.
struct FollowedFile {
  std::optional<FileIndex> index;  // nothing: it could not be opened
  std::string site;
  std::string path;
  std::string format;  // name of the format, or "" while it is not known
  std::string state;   // "live", "draining", or why it cannot be read
  bool failing = false;
  int64_t offset = 0;  // bytes
  int64_t size = 0;    // bytes
};

// Counters of this process about one site's files.
struct FollowCounters {
  int64_t rotations = 0;
  int64_t truncations = 0;
  int64_t recovered_truncations = 0;  // of those: all that is known to have been cut off was read
};

// How the pipeline is doing, durable or not. All counters start at 0 with the process.
struct PipelineStatus {
  bool committed_once = false;  // the first commit of this process has happened
  // The store was not ended cleanly, or is an older copy: what was in the logs at the start is not
  // all read yet. Counters shown now could be lower than those that were shown before.
  bool catching_up = false;
  int64_t catch_up_bytes = 0;  // still to be read until then
  int64_t commits = 0;
  int64_t commit_errors = 0;
  std::string last_commit_error;  // "" when the last commit succeeded
  DurationHistogram commit_duration;
  int64_t store_size_bytes = 0;
  int64_t store_wal_bytes = 0;  // of those, the write-ahead log
  std::vector<FollowedFile> files;
  std::map<std::string, FollowCounters> follow;  // by site, every configured site
  // Labels given to a site by the configuration, every configured site.
  std::map<std::string, std::map<std::string, std::string>> site_labels;
};

struct Snapshot {
  std::shared_ptr<const CountSnapshot> counts;
  PipelineStatus status;
};

// Where the pipeline puts the newest snapshot and others take it from.
// Thread: any. What was taken stays as it is; a later Publish does not change it.
class SnapshotBoard {
 public:
  std::shared_ptr<const Snapshot> Latest() const {
    MutexLock lock(mutex_);
    return latest_;  // null before the first Publish
  }
  void Publish(Snapshot snapshot) {
    auto next = std::make_shared<const Snapshot>(std::move(snapshot));
    MutexLock lock(mutex_);
    latest_.swap(next);
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const Snapshot> latest_ LOGTALLY_GUARDED_BY(mutex_);
};

}  // namespace logtally

#endif  // LOGTALLY_MODEL_SNAPSHOT_H_
