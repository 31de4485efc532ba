// System calls of a daemon that fail, are short, or are its last: the test's end of
// tools/log_faults.cc.
#ifndef LOGTALLY_TESTING_CALL_FAULTS_H_
#define LOGTALLY_TESTING_CALL_FAULTS_H_

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "testing/temp_dir.h"

namespace logtally::testing {

// One rule: which calls, on what, and what becomes of them.
struct CallFault {
  // open read stat sync write truncate unlink rename inotify_init inotify_watch clock; "change" is
  // any of sync, write, truncate, unlink and rename.
  std::string call;
  std::string folder = "*";  // for this path and paths below it; "*": for all
  std::string effect;        // ErrnoEffect(EIO), "short", "die", "tear", for the clock "+3600"
  // Which of the matching calls of a process, from 1; all of them by default.
  int64_t from = 1;
  int64_t to = std::numeric_limits<int32_t>::max();
};

std::string ErrnoEffect(int error);

// The exit code of "die" and "tear".
inline constexpr int kDeathByFault = 137;

// Must outlive the daemon that is started with its environment.
class CallFaults {
 public:
  explicit CallFaults(const std::vector<CallFault>& faults = {});
  ~CallFaults();
  CallFaults(const CallFaults&) = delete;
  CallFaults& operator=(const CallFaults&) = delete;

  // What a process needs for the rules to hold.
  std::map<std::string, std::string> Environment() const;

  // From now on these and no others, in a running process too; counting begins anew.
  void Set(const std::vector<CallFault>& faults);
  void Clear() { Set({}); }

  // How many calls were hit since the beginning: proof that a fault took place.
  int64_t hits() const;

 private:
  TempDir dir_;
  const std::string control_ = dir_ / "rules";
  void* page_ = nullptr;
};

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_CALL_FAULTS_H_
