#include "app/readable_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/errno_status.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "tail/archive_reader.h"
#include "tail/file_identity.h"

namespace logtally {
namespace {

// What prints the text of a file that is compressed so, as in Debian.
std::string_view DecompressorOf(std::string_view compression) {
  if (compression == "xz") return "xzcat";
  if (compression == "bzip2") return "bzcat";
  if (compression == "lz4") return "lz4cat";
  return "zcat";  // "compress", and the rest of what gzip(1) knows
}

absl::Status CheckOne(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd.valid()) return ErrnoStatus("open", path, errno);
  struct stat found;
  if (::fstat(fd.get(), &found) != 0) return ErrnoStatus("look at", path, errno);
  if (!S_ISREG(found.st_mode)) return absl::NotFoundError("open " + path + ": not a regular file");
  char begin[8] = {};
  const ssize_t size = ::pread(fd.get(), begin, sizeof(begin), 0);
  const std::string_view first_bytes(begin, size > 0 ? static_cast<size_t>(size) : 0);
  const auto compression = CompressionName(first_bytes);
  if (compression && !ArchiveReader::FormatOf(first_bytes)) {
    return absl::NotFoundError(
        absl::StrFormat("read %s: it is compressed with %s; only gzip and zstd can be read, so "
                        "decompress it into a file of its own first (%s)",
                        path, *compression, DecompressorOf(*compression)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckReadable(const std::vector<std::string>& paths) {
  std::vector<std::string> faults;
  for (const std::string& path : paths) {
    const absl::Status status = CheckOne(path);
    if (!status.ok()) faults.emplace_back(status.message());
  }
  return faults.empty() ? absl::OkStatus() : absl::NotFoundError(absl::StrJoin(faults, "; "));
}

}  // namespace logtally
