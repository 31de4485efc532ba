// One process per state directory.
#ifndef LOGTALLY_STORE_STATE_LOCK_H_
#define LOGTALLY_STORE_STATE_LOCK_H_

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

 private:
  explicit StateLock(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace logtally

#endif  // LOGTALLY_STORE_STATE_LOCK_H_
