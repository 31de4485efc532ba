// One process per state directory.
#ifndef LOGTALLY_STORE_STATE_LOCK_H_
#define LOGTALLY_STORE_STATE_LOCK_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "base/unique_fd.h"

namespace logtally {

// Holds flock(2) on <state_dir>/logtally.lock; the kernel lets go of it however the process ends.
class StateLock {
 public:
  // Creates the directory if it is missing (mode 0750).
  // Errors: kAlreadyExists when another process holds it (with its process id);
  //         kPermissionDenied and others when the directory cannot be made or written.
  static absl::StatusOr<StateLock> Take(const std::string& state_dir);

  // The number of the last commit that any process has shown here, 0 if none. A database with a
  // smaller one is an older copy, or has lost its write-ahead log: its counters are too low.
  // Nothing syncs this number, so after a power cut it may be too small, and says nothing then.
  int64_t last_commit_seq() const { return last_commit_seq_; }
  void NoteCommit(int64_t commit_seq);

 private:
  explicit StateLock(UniqueFd fd) : fd_(std::move(fd)) {}
  absl::Status Write(const std::string& path);

  UniqueFd fd_;
  int64_t last_commit_seq_ = 0;
};

}  // namespace logtally

#endif  // LOGTALLY_STORE_STATE_LOCK_H_
