#include "bench/compare/child.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>

#include "absl/strings/str_format.h"
#include "base/errno_status.h"
#include "base/status_macros.h"

namespace logtally::bench {

absl::StatusOr<Child> Child::Start(const std::vector<std::string>& args,
                                   const std::string& out_path, const std::string& err_path) {
  std::vector<char*> words;
  for (const std::string& arg : args) words.push_back(const_cast<char*>(arg.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  constexpr int kNew = O_CREAT | O_TRUNC | O_WRONLY;
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out_path.c_str(), kNew, 0644);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, err_path.c_str(), kNew, 0644);
  pid_t pid = -1;
  const int error = posix_spawnp(&pid, words[0], &files, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) return ErrnoStatus("run", args[0], error);
  return Child(pid);
}

Child::~Child() {
  if (pid_ < 0) return;
  Signal(SIGKILL);
  Wait();
}

void Child::Signal(int signal_number) const {
  if (pid_ > 0) kill(pid_, signal_number);
}

int Child::Wait() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

absl::Status Run(const std::vector<std::string>& args, const std::string& out_path,
                 const std::string& err_path) {
  ASSIGN_OR_RETURN(Child child, Child::Start(args, out_path, err_path));
  const int exit_code = child.Wait();
  if (exit_code == 0) return absl::OkStatus();
  std::string command;
  for (const std::string& arg : args) command += (command.empty() ? "" : " ") + arg;
  const absl::StatusOr<std::string> said = ReadWhole(err_path);
  return absl::InternalError(absl::StrFormat("%s: exit code %d: %s", command, exit_code,
                                             said.ok() ? *said : "no message"));
}

absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file.good()) return ErrnoStatus("read", path, errno);
  return text.str();
}

}  // namespace logtally::bench
