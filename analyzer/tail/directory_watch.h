// Watches directories with inotify, so that changes are seen sooner than the next pass would.
#ifndef LOGTALLY_TAIL_DIRECTORY_WATCH_H_
#define LOGTALLY_TAIL_DIRECTORY_WATCH_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/unique_fd.h"

namespace logtally {

// What inotify(7) says about some directories: a hint to look sooner, never a fact to count on.
// Thread: one thread at a time.
class DirectoryWatch {
 public:
  // No instance can be had: error() says why, and there are no events.
  DirectoryWatch();

  // Watches exactly these directories. One that cannot be watched is tried again at the next call.
  // Errors: that there are no more watches, or no instance; nothing for one that does not exist.
  absl::Status Watch(const std::set<std::string>& directories);

  struct Event {
    enum class Kind {
      kWritten,   // bytes, probably
      kAppeared,  // a name came: created, or moved to here
      kNames,     // a name went or changed its rights
      kLost,      // something was missed: look at everything
    } kind;
    std::string path;  // "" for kLost
  };
  // Everything since the last call; does not wait.
  std::vector<Event> Take();

  int fd() const { return fd_.get(); }  // readable when Take() has something; -1 without inotify

 private:
  void Forget(int watch);

  UniqueFd fd_;
  absl::Status error_;
  std::map<std::string, int> watches_;
  std::map<int, std::string> directories_;
};

}  // namespace logtally

#endif  // LOGTALLY_TAIL_DIRECTORY_WATCH_H_
