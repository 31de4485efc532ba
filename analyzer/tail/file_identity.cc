#include "tail/file_identity.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/status_macros.h"

namespace logtally {
namespace {

int64_t Nanoseconds(const statx_timestamp& time) {
  return time.tv_sec * int64_t{1'000'000'000} + time.tv_nsec;
}

// statx and not fstat: only statx knows the birth time.
absl::StatusOr<FileStat> Stat(int fd, const char* path, int flags, const std::string& on_what) {
  struct statx from;
  if (statx(fd, path, flags, STATX_BASIC_STATS | STATX_BTIME, &from) != 0) {
    return ErrnoStatus("stat", on_what, errno);
  }
  FileStat stat;
  stat.inode = from.stx_ino;
  stat.btime_ns = (from.stx_mask & STATX_BTIME) != 0 ? Nanoseconds(from.stx_btime) : 0;
  stat.device = makedev(from.stx_dev_major, from.stx_dev_minor);
  stat.size = static_cast<int64_t>(from.stx_size);
  stat.mtime_ns = Nanoseconds(from.stx_mtime);
  stat.links = from.stx_nlink;
  stat.type = from.stx_mode & S_IFMT;
  return stat;
}

bool SameBytes(int fd, int other_fd, int64_t offset, int64_t size) {
  const std::string bytes = ReadBytes(fd, offset, size);
  return static_cast<int64_t>(bytes.size()) == size && bytes == ReadBytes(other_fd, offset, size);
}

}  // namespace

absl::StatusOr<FileStat> StatPath(const std::string& path) {
  return Stat(AT_FDCWD, path.c_str(), 0, path);
}

absl::StatusOr<FileStat> StatOpened(int fd, const std::string& path) {
  return Stat(fd, "", AT_EMPTY_PATH, path);
}

FileKey KeyOf(const std::string& site, const FileStat& stat) {
  return {site, stat.inode, stat.btime_ns};
}

std::optional<std::string> WhyNotFollowed(const std::string& path, const FileStat& stat) {
  switch (stat.type) {
    case S_IFREG:
      return std::nullopt;
    case S_IFDIR:
      return absl::StrCat(path, ": is a directory; name the files in it, for example ", path,
                          "/*.log");
    case S_IFIFO:
      return absl::StrCat(path, ": is a FIFO, not a regular file; it has no position to keep");
    case S_IFSOCK:
      return absl::StrCat(path, ": is a socket, not a regular file");
    default:
      return absl::StrCat(path, ": is a device, not a regular file; a log that is written to ",
                          "standard output cannot be followed");
  }
}

absl::StatusOr<OpenedLog> OpenLog(const std::string& path) {
  // Looked at before it is opened, as opening alone has effects on some devices; and again
  // afterwards, as the path may lead to something else by then.
  ASSIGN_OR_RETURN(const FileStat before, StatPath(path));
  if (const auto why = WhyNotFollowed(path, before)) return absl::FailedPreconditionError(*why);
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd.valid()) return ErrnoStatus("open", path, errno);
  ASSIGN_OR_RETURN(const FileStat stat, StatOpened(fd.get(), path));
  if (const auto why = WhyNotFollowed(path, stat)) return absl::FailedPreconditionError(*why);
  return OpenedLog{std::move(fd), stat};
}

absl::StatusOr<size_t> ReadInto(int fd, std::span<char> into, int64_t offset,
                                const std::string& path) {
  size_t have = 0;
  while (have < into.size()) {
    const ssize_t n =
        pread(fd, into.data() + have, into.size() - have, offset + static_cast<int64_t>(have));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus("read", path, errno);
    if (n == 0) break;
    have += n;
  }
  return have;
}

std::string ReadBytes(int fd, int64_t offset, int64_t size) {
  std::string bytes(size, '\0');
  bytes.resize(ReadInto(fd, bytes, offset, "").value_or(0));
  return bytes;
}

int64_t LastLineStart(int fd, int64_t size) {
  constexpr int64_t kStepBytes = 64 << 10;
  for (int64_t end = size; end > 0;) {
    const int64_t begin = std::max<int64_t>(0, end - kStepBytes);
    const std::string bytes = ReadBytes(fd, begin, end - begin);
    if (const size_t newline = bytes.rfind('\n'); newline != std::string::npos) {
      return begin + static_cast<int64_t>(newline) + 1;
    }
    end = begin;
  }
  return 0;
}

std::optional<std::string_view> CompressionName(std::string_view first_bytes) {
  // Source: RFC 1952 §2.3.1 (gzip), RFC 8878 §3.1.1 (zstd), and the formats of the others.
  constexpr struct {
    std::string_view magic, name;
  } kFormats[] = {{"\x1f\x8b", "gzip"}, {"\x28\xb5\x2f\xfd", "zstd"}, {{"\xfd\x37zXZ\0", 6}, "xz"},
                  {"BZh", "bzip2"},     {"\x04\x22\x4d\x18", "lz4"},  {"\x1f\x9d", "compress"}};
  for (const auto& format : kFormats) {
    if (first_bytes.starts_with(format.magic)) return format.name;
  }
  // RFC 8878 §3.1.2: pzstd begins with a skippable frame, which says so in one of 16 ways.
  if (first_bytes.size() >= 4 && (first_bytes[0] & 0xf0) == 0x50 &&
      first_bytes.substr(1, 3) == "\x2a\x4d\x18") {
    return "zstd";
  }
  return std::nullopt;
}

bool OneBeginsLikeTheOther(int fd, int64_t size, int other_fd, int64_t other_size) {
  const int64_t common = std::min(size, other_size);
  if (common < kCopyEvidenceBytes) return false;
  return SameBytes(fd, other_fd, 0, kHeadBytes) &&
         SameBytes(fd, other_fd, common - kAnchorBytes, kAnchorBytes);
}

}  // namespace logtally
