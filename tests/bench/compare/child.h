// A program that the comparison starts: known arguments, output into files, never left behind.
#ifndef LOGTALLY_BENCH_COMPARE_CHILD_H_
#define LOGTALLY_BENCH_COMPARE_CHILD_H_

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace logtally::bench {

class Child {
 public:
  // `args[0]` is a path, or a name in $PATH. The environment is our own.
  static absl::StatusOr<Child> Start(const std::vector<std::string>& args,
                                     const std::string& out_path, const std::string& err_path);
  // Kills it if it still runs.
  ~Child();
  Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  Child& operator=(Child&&) = delete;

  pid_t pid() const { return pid_; }
  void Signal(int signal_number) const;
  // The exit code, or 128 + n if signal n ended it.
  int Wait();

 private:
  explicit Child(pid_t pid) : pid_(pid) {}
  pid_t pid_;
};

// Runs a program to its end. Errors: an exit code other than 0, with what it wrote to `err_path`.
absl::Status Run(const std::vector<std::string>& args, const std::string& out_path,
                 const std::string& err_path);

// The whole file.
absl::StatusOr<std::string> ReadWhole(const std::string& path);

}  // namespace logtally::bench

#endif  // LOGTALLY_BENCH_COMPARE_CHILD_H_
