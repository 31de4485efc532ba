// A child process of a test: started with known arguments, awaited with a deadline, and never left
// behind.
#ifndef LOGTALLY_TESTING_PROCESS_H_
#define LOGTALLY_TESTING_PROCESS_H_

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "base/unique_fd.h"
#include "testing/temp_dir.h"
#include "testing/wait.h"

namespace logtally::testing {

struct ProcessOptions {
  // Added to the test's own environment, from which what systemd and terminals put there is
  // taken out: a test behaves the same at a desk and in a unit.
  std::map<std::string, std::string> environment;
  std::string working_dir;  // "" is the test's own
  std::string stdin_path = "/dev/null";
};

// Errors: a program that cannot be started fails the test, with the reason.
// Thread: one at a time, and the one that started it must live as long as this: the kernel kills
// the child when that thread ends, so that a test that is killed leaves nothing running.
class Process {
 public:
  // args[0] is the program: a path, or a name to be found in $PATH.
  explicit Process(std::vector<std::string> args, const ProcessOptions& options = {});
  // Kills the process and its children if they still run.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  bool Running();
  void Signal(int signal_number);  // returns from SIGSTOP when all threads stand still

  // The exit code, 128 + n if signal n ended it, or nothing if it runs beyond the deadline.
  std::optional<int> Wait(absl::Duration deadline = kPatience);

  // Everything written so far.
  std::string out() const;
  std::string err() const;

 private:
  TempDir output_;
  pid_t pid_ = -1;
  UniqueFd pidfd_;
  std::optional<int> exit_code_;
};

struct ProcessResult {
  int exit_code = -1;  // as Process::Wait gives it
  std::string out;
  std::string err;
};

// Runs a program to its end; one that does not end in time is killed and fails the test.
ProcessResult RunToEnd(std::vector<std::string> args, const ProcessOptions& options = {},
                       absl::Duration deadline = kPatience);

// Where a program of the system is. One that is missing fails the test and says what to install:
// a skipped test would look like a passed one.
std::string SystemProgram(std::string_view name, std::string_view debian_package);

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_PROCESS_H_
