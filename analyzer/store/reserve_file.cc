#include "store/reserve_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_format.h"
#include "base/errno_status.h"
#include "base/unique_fd.h"

namespace logtally {

bool ReserveFile::IsThere() const {
  struct stat status;
  // One that was not finished, or that somebody has cut short, keeps no room.
  return ::stat(path_.c_str(), &status) == 0 && status.st_size == kBytes;
}

absl::Status ReserveFile::Make() {
  if (IsThere()) return absl::OkStatus();
  const std::string directory = path_.substr(0, path_.rfind('/'));
  struct statvfs room;
  if (::statvfs(directory.c_str(), &room) != 0) {
    return ErrnoStatus("see how much room there is in", directory, errno);
  }
  const auto free_bytes = static_cast<int64_t>(room.f_bavail * room.f_frsize);
  if (free_bytes < 4 * kBytes) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("keep %d MiB in %s for a full disk: only %d MiB are free", kBytes >> 20,
                        path_, free_bytes >> 20));
  }
  UniqueFd fd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640));
  if (!fd.valid()) return ErrnoStatus("create", path_, errno);
  // Not ftruncate(2), which promises nothing. Where the file system cannot allocate, glibc writes.
  const int failed = ::posix_fallocate(fd.get(), 0, kBytes);
  if (failed == 0) return absl::OkStatus();
  Release();
  return ErrnoStatus("allocate", path_, failed);
}

bool ReserveFile::Release() { return ::unlink(path_.c_str()) == 0; }

}  // namespace logtally
