#include "testing/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/clock.h"

namespace logtally::testing {
namespace {

constexpr std::array<std::string_view, 9> kNotInherited = {
    "INVOCATION_ID",     "JOURNAL_STREAM",  "LOGS_DIRECTORY", "NO_COLOR",      "NOTIFY_SOCKET",
    "RUNTIME_DIRECTORY", "STATE_DIRECTORY", "WATCHDOG_PID",   "WATCHDOG_USEC",
};

std::vector<std::string> EnvironmentWith(const std::map<std::string, std::string>& added) {
  std::map<std::string, std::string, std::less<>> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals == text.npos) continue;
    all.insert_or_assign(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
  }
  for (const std::string_view name : kNotInherited) {
    if (const auto found = all.find(name); found != all.end()) all.erase(found);
  }
  for (const auto& [name, value] : added) all[name] = value;
  std::vector<std::string> rows;
  for (const auto& [name, value] : all) rows.push_back(name + "=" + value);
  return rows;
}

std::vector<char*> Pointers(std::vector<std::string>& rows) {
  std::vector<char*> pointers;
  for (std::string& row : rows) pointers.push_back(row.data());
  pointers.push_back(nullptr);
  return pointers;
}

int ExitCodeOf(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

}  // namespace

Process::Process(std::vector<std::string> args, const ProcessOptions& options) {
  std::vector<std::string> environment = EnvironmentWith(options.environment);
  const std::vector<char*> argv = Pointers(args);
  const std::vector<char*> envp = Pointers(environment);
  const std::string out_path = output_ / "stdout";
  const std::string err_path = output_ / "stderr";
  const UniqueFd in(open(options.stdin_path.c_str(), O_RDONLY | O_CLOEXEC));
  const UniqueFd out(open(out_path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600));
  const UniqueFd err(open(err_path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600));
  if (!in.valid() || !out.valid() || !err.valid()) {
    ADD_FAILURE() << "open " << options.stdin_path << " or files in " << output_.path() << ": "
                  << strerror(errno);
    return;
  }
  int failure_pipe[2];  // closed by a successful exec; carries errno otherwise
  if (pipe2(failure_pipe, O_CLOEXEC) != 0) {
    ADD_FAILURE() << "pipe: " << strerror(errno);
    return;
  }
  UniqueFd failure_in(failure_pipe[0]);
  UniqueFd failure_out(failure_pipe[1]);

  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) {  // the child: only what is safe between fork and exec
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);  // the test died before the line above
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    const bool moved = options.working_dir.empty() || chdir(options.working_dir.c_str()) == 0;
    if (moved && dup2(in.get(), 0) == 0 && dup2(out.get(), 1) == 1 && dup2(err.get(), 2) == 2) {
      execvpe(argv[0], argv.data(), envp.data());
    }
    const int why = errno;
    (void)!write(failure_out.get(), &why, sizeof why);
    _exit(127);
  }
  if (pid_ < 0) {
    ADD_FAILURE() << "fork: " << strerror(errno);
    return;
  }
  setpgid(pid_, pid_);  // by both, so that it is done whoever runs first
  // Not pidfd_open(): glibc 2.36 declares it without extern "C".
  pidfd_.reset(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  if (!pidfd_.valid()) ADD_FAILURE() << "pidfd_open: " << strerror(errno);
  failure_out.reset();
  int why = 0;
  if (read(failure_in.get(), &why, sizeof why) == sizeof why) {
    ADD_FAILURE() << "run " << args[0] << ": " << strerror(why);
  }
}

Process::~Process() {
  if (pid_ <= 0) return;
  if (exit_code_) {
    kill(-pid_, SIGKILL);  // children that outlived it
    return;
  }
  kill(-pid_, SIGKILL);
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

bool Process::Running() { return pid_ > 0 && !Wait(absl::ZeroDuration()); }

void Process::Signal(int signal_number) {
  if (pid_ <= 0 || exit_code_) {
    ADD_FAILURE() << "signal " << signal_number << " to a process that has ended";
    return;
  }
  if (kill(pid_, signal_number) != 0) ADD_FAILURE() << "kill: " << strerror(errno);
  if (signal_number != SIGSTOP) return;
  siginfo_t unused;  // its threads may run on for a while
  waitid(P_PID, pid_, &unused, WSTOPPED | WEXITED | WNOWAIT);
}

std::optional<int> Process::Wait(absl::Duration deadline) {
  if (exit_code_) return exit_code_;
  if (!pidfd_.valid()) return -1;
  const absl::Duration end = SystemClock().Elapsed() + deadline;
  for (;;) {
    const absl::Duration rest = std::max(end - SystemClock().Elapsed(), absl::ZeroDuration());
    pollfd ended = {.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
    const int ready = poll(&ended, 1, static_cast<int>(absl::ToInt64Milliseconds(rest)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return std::nullopt;
    int wait_status = 0;
    if (waitpid(pid_, &wait_status, 0) == pid_) exit_code_ = ExitCodeOf(wait_status);
    return exit_code_;
  }
}

std::string Process::out() const { return ReadFile(output_ / "stdout"); }
std::string Process::err() const { return ReadFile(output_ / "stderr"); }

ProcessResult RunToEnd(std::vector<std::string> args, const ProcessOptions& options,
                       absl::Duration deadline) {
  const std::string command_line = absl::StrJoin(args, " ");
  Process process(std::move(args), options);
  const std::optional<int> exit_code = process.Wait(deadline);
  if (!exit_code) {
    ADD_FAILURE() << command_line << ": still runs after " << absl::FormatDuration(deadline);
  }
  return {.exit_code = exit_code.value_or(-1), .out = process.out(), .err = process.err()};
}

std::string SystemProgram(std::string_view name, std::string_view debian_package) {
  const char* path = getenv("PATH");
  // Daemons live in sbin, which an ordinary user's PATH leaves out.
  std::string rest = std::string(path == nullptr ? "" : path) + ":/usr/local/sbin:/usr/sbin:/sbin:";
  for (size_t colon; (colon = rest.find(':')) != rest.npos; rest.erase(0, colon + 1)) {
    if (colon == 0) continue;
    const std::string candidate = absl::StrFormat("%s/%s", rest.substr(0, colon), name);
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  ADD_FAILURE() << "this test needs the program " << name
                << ", which is not installed: apt-get install " << debian_package;
  return std::string(name);
}

}  // namespace logtally::testing
