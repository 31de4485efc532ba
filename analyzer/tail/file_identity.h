// Who a file is, and what became of a file that was known.
//
// Source: the table "File identity" of ARCHITECTURE.md. The key (site, inode, birth time) says
// which file it is; the content before the offset says whether it is still the same text.
#ifndef LOGTALLY_TAIL_FILE_IDENTITY_H_
#define LOGTALLY_TAIL_FILE_IDENTITY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/unique_fd.h"
#include "model/file_position.h"

namespace logtally {

inline constexpr int64_t kHeadBytes = 1024;   // of the beginning of a file, hashed
inline constexpr int64_t kAnchorBytes = 128;  // before the offset, hashed
// A new file is taken for a known one that is gone if at least so many bytes tell of it.
inline constexpr int64_t kMovedEvidenceBytes = 64;
// … and for a copy of one that is still there only if the whole head does: the first line of two
// logs can be the same for good (one probe that asks two hosts in the same second).
inline constexpr int64_t kCopyEvidenceBytes = kHeadBytes;

struct FileStat {
  uint64_t inode = 0;
  int64_t btime_ns = 0;  // 0 where the file system keeps none
  uint64_t device = 0;
  int64_t size = 0;      // bytes
  int64_t mtime_ns = 0;  // wall clock
  uint32_t links = 0;    // 0: unlinked
  uint32_t type = 0;     // S_IFREG, S_IFDIR, …
};

// Errors: what the system call says, on what.
absl::StatusOr<FileStat> StatPath(const std::string& path);  // follows symbolic links
absl::StatusOr<FileStat> StatOpened(int fd, const std::string& path);

FileKey KeyOf(const std::string& site, const FileStat& stat);

// Why a file that is no regular file is not followed, for people; nothing for a regular file.
std::optional<std::string> WhyNotFollowed(const std::string& path, const FileStat& stat);

// Opens a regular file for reading, without waiting (FIFO) and without side effects (terminal).
struct OpenedLog {
  UniqueFd fd;
  FileStat stat;
};
absl::StatusOr<OpenedLog> OpenLog(const std::string& path);

// Fills `into` with the bytes from `offset` on: all of it, or as much as there is. Errors: as
// read(2).
absl::StatusOr<size_t> ReadInto(int fd, std::span<char> into, int64_t offset,
                                const std::string& path);

// Reads [offset, offset + size), or as much of it as there is; "" if it cannot be read.
std::string ReadBytes(int fd, int64_t offset, int64_t size);

// Where the last line of the first `size` bytes begins: behind their last '\n'.
int64_t LastLineStart(int fd, int64_t size);

// "gzip", "zstd", … if these first bytes of a file are those of a compressed one.
std::optional<std::string_view> CompressionName(std::string_view first_bytes);

// Whether the one file begins with the other, told from the first kHeadBytes and the last
// kAnchorBytes that they have in common. No for fewer than kCopyEvidenceBytes.
bool OneBeginsLikeTheOther(int fd, int64_t size, int other_fd, int64_t other_size);

}  // namespace logtally

#endif  // LOGTALLY_TAIL_FILE_IDENTITY_H_
