// The text of a log by its offset, whether it lies there plain or compressed; and whether it is the
// text that a position remembers.
#ifndef LOGTALLY_TAIL_LOG_CONTENT_H_
#define LOGTALLY_TAIL_LOG_CONTENT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "model/file_position.h"
#include "tail/archive_reader.h"

namespace logtally {

// Thread: one thread at a time.
class LogContent {
 public:
  // `fd` is borrowed and must outlive this. `path` is for messages.
  // What it is, its first bytes say, now and for good. An empty file is plain text: of an archive
  // that is being made there may be nothing yet (RotatedName::compression tells).
  // Errors: kUnimplemented: compressed with what cannot be read (xz, bzip2, …); as read(2).
  static absl::StatusOr<LogContent> Open(int fd, std::string path);

  // As ArchiveReader::ReadAt; plain text has no errors but those of read(2).
  absl::StatusOr<size_t> ReadAt(std::span<char> into, int64_t offset);

  // See ArchiveReader.
  bool waits_its_turn() const { return archive_.has_value() && archive_->waits_its_turn(); }

  bool is_archive() const { return archive_.has_value(); }
  const std::string& path() const { return path_; }
  // For another LogContent of the same file, on another thread.
  int fd() const { return fd_; }

 private:
  LogContent(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  int fd_;
  std::string path_;
  std::optional<ArchiveReader> archive_;
};

// How a text compares with what a position remembers of it. It is the same text if the first three
// are true.
struct TextMatch {
  bool head = false;            // of the length that is remembered
  bool reaches_offset = false;  // looked at only if the head matches; so is the anchor
  bool anchor = false;
  bool unfinished = false;  // an archive that ends in the middle before that: ask again later
};
// Reads the head, and only if that matches the bytes before the offset: in an archive, everything
// up to there has to be decompressed.
// Errors: as LogContent::ReadAt, but for kUnavailable, which is `unfinished`.
absl::StatusOr<TextMatch> CompareText(LogContent& content, const FilePosition& known);

// The first kHeadBytes, or as many as can be read.
std::string FirstBytes(LogContent& content);

}  // namespace logtally

#endif  // LOGTALLY_TAIL_LOG_CONTENT_H_
