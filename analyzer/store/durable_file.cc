#include "store/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/errno_status.h"
#include "base/status_macros.h"
#include "base/unique_fd.h"

namespace logtally {
namespace {

absl::Status Sync(const std::string& path, int flags) {
  UniqueFd fd(::open(path.c_str(), flags | O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus("open", path, errno);
  if (::fsync(fd.get()) != 0) return ErrnoStatus("sync", path, errno);
  return absl::OkStatus();
}

}  // namespace

absl::Status SyncFile(const std::string& path) { return Sync(path, 0); }

absl::Status SyncDirectory(const std::string& path) { return Sync(path, O_DIRECTORY); }

absl::Status RenameDurably(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return ErrnoStatus("rename", from, errno);
  return SyncDirectory(to.substr(0, to.rfind('/')));
}

}  // namespace logtally
