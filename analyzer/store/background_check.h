// Looks through a whole database while it is in use.
#ifndef LOGTALLY_STORE_BACKGROUND_CHECK_H_
#define LOGTALLY_STORE_BACKGROUND_CHECK_H_

#include <atomic>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace logtally {

// A start must not wait for it: a database of 100 MiB takes half a second, one from a slow disk
// much longer. It reads on a connection and a thread of its own, for no longer than `limit`, as its
// reading keeps the write-ahead log from being used again.
//
// Thread: result() on any; the rest on one.
class BackgroundCheck {
 public:
  BackgroundCheck(std::string path, absl::Duration limit);
  ~BackgroundCheck();  // does not wait for the end of the check

  // kDataLoss once something was found that is not in order. That it could not be looked is no
  // damage: then it is OK.
  absl::Status result() const;
  bool ended() const { return ended_.load(); }

 private:
  std::atomic<bool> stop_ = false;
  std::atomic<bool> ended_ = false;
  absl::Status result_;  // to be read when it has ended
  std::thread thread_;
};

}  // namespace logtally

#endif  // LOGTALLY_STORE_BACKGROUND_CHECK_H_
