#include "store/state_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "absl/strings/str_format.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "base/text.h"

namespace logtally {
namespace {

absl::Status MakeDirectory(const std::string& state_dir) {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::path(state_dir).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  // 0750: the counts are for the service's group, not for everybody.
  if (::mkdir(state_dir.c_str(), 0750) == 0 || errno == EEXIST) return absl::OkStatus();
  return ErrnoStatus("create state directory", state_dir, errno);
}

// What the last holder wrote: its process id, and the number of its last commit.
struct Holder {
  std::string process = "unknown";
  int64_t commit_seq = 0;
};

Holder ReadHolder(int fd) {
  char text[64];
  const ssize_t size = ::pread(fd, text, sizeof(text), 0);
  const std::string_view lines(text, size > 0 ? static_cast<size_t>(size) : 0);
  const size_t end = lines.find('\n');
  Holder holder;
  if (end == lines.npos) return holder;
  holder.process = std::string(lines.substr(0, end));
  const std::string_view rest = lines.substr(end + 1);
  holder.commit_seq = ParseInt64(rest.substr(0, rest.find('\n'))).value_or(0);
  return holder;
}

}  // namespace

absl::StatusOr<StateLock> StateLock::Take(const std::string& state_dir) {
  RETURN_IF_ERROR(MakeDirectory(state_dir));
  const std::string path = state_dir + "/logtally.lock";
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
  if (!fd.valid()) return ErrnoStatus("open", path, errno);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return ErrnoStatus("lock", path, errno);
    return absl::AlreadyExistsError(absl::StrFormat(
        "another logtally (process %s) is already running on the state directory %s; stop it "
        "first, or choose another --state-dir",
        ReadHolder(fd.get()).process, state_dir));
  }
  StateLock lock(std::move(fd));
  lock.last_commit_seq_ = ReadHolder(lock.fd_.get()).commit_seq;
  RETURN_IF_ERROR(lock.Write(path));
  return lock;
}

// One write over the old one: a process that dies here leaves either.
absl::Status StateLock::Write(const std::string& path) {
  const std::string text = absl::StrFormat("%d\n%d\n", ::getpid(), last_commit_seq_);
  if (::pwrite(fd_.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()) ||
      ::ftruncate(fd_.get(), static_cast<off_t>(text.size())) != 0) {
    return ErrnoStatus("write", path, errno);
  }
  return absl::OkStatus();
}

void StateLock::NoteCommit(int64_t commit_seq) {
  last_commit_seq_ = commit_seq;
  (void)Write("");  // only a hint: on a full disk it stays as it was
}

}  // namespace logtally
