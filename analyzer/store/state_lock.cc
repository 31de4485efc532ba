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

// The process id that the holder wrote, for the message only.
std::string ReadHolder(int fd) {
  char digits[24];
  const ssize_t size = ::pread(fd, digits, sizeof(digits), 0);
  std::string_view holder(digits, size > 0 ? static_cast<size_t>(size) : 0);
  holder = holder.substr(0, holder.find('\n'));
  return holder.empty() ? "unknown" : std::string(holder);
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
        ReadHolder(fd.get()), state_dir));
  }
  const std::string holder = absl::StrFormat("%d\n", ::getpid());
  if (::ftruncate(fd.get(), 0) != 0 ||
      ::pwrite(fd.get(), holder.data(), holder.size(), 0) != static_cast<ssize_t>(holder.size())) {
    return ErrnoStatus("write", path, errno);
  }
  return StateLock(std::move(fd));
}

}  // namespace logtally
