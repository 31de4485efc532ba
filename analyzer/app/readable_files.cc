#include "app/readable_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_join.h"
#include "base/errno_status.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "tail/file_identity.h"
#include "tail/pipe_input.h"

namespace logtally {
namespace {

absl::Status CheckOne(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd.valid()) return ErrnoStatus("open", path, errno);
  struct stat found;
  if (::fstat(fd.get(), &found) != 0) return ErrnoStatus("look at", path, errno);
  if (!S_ISREG(found.st_mode)) return absl::NotFoundError("open " + path + ": not a regular file");
  char begin[8] = {};
  const ssize_t size = ::pread(fd.get(), begin, sizeof(begin), 0);
  if (CompressionName({begin, size > 0 ? static_cast<size_t>(size) : 0})) {
    return absl::NotFoundError("read " + path +
                               ": it is compressed, which is not supported yet; decompress it "
                               "first (zcat, zstdcat) into a file of its own");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckReadable(const std::vector<std::string>& paths) {
  std::vector<std::string> faults;
  for (const std::string& path : paths) {
    if (path == kStandardInput) continue;  // whatever it is, it is open already
    const absl::Status status = CheckOne(path);
    if (!status.ok()) faults.emplace_back(status.message());
  }
  return faults.empty() ? absl::OkStatus() : absl::NotFoundError(absl::StrJoin(faults, "; "));
}

}  // namespace logtally
