#include "tail/log_content.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "tail/file_identity.h"

namespace logtally {
namespace {

// [offset, offset + size) of the text, or as much of it as there is before its end.
absl::StatusOr<std::string> ReadText(LogContent& content, int64_t offset, int64_t size) {
  std::string bytes(size, '\0');
  size_t have = 0;
  while (have < bytes.size()) {
    ASSIGN_OR_RETURN(const size_t n, content.ReadAt(std::span(bytes).subspan(have),
                                                    offset + static_cast<int64_t>(have)));
    if (n == 0) break;
    have += n;
  }
  bytes.resize(have);
  return bytes;
}

absl::Status Compare(LogContent& content, const FilePosition& known, TextMatch& match) {
  ASSIGN_OR_RETURN(const std::string head, ReadText(content, 0, known.head_length));
  match.head = static_cast<int32_t>(head.size()) == known.head_length &&
               (head.empty() || StableHash(head) == known.head_hash);
  if (!match.head) return absl::OkStatus();
  // At least one byte, to see whether the text reaches so far.
  const int64_t size = std::min<int64_t>(known.offset, std::max(known.anchor_length, 1));
  ASSIGN_OR_RETURN(const std::string before, ReadText(content, known.offset - size, size));
  match.reaches_offset = static_cast<int64_t>(before.size()) == size;
  match.anchor =
      match.reaches_offset && (known.anchor_length == 0 || StableHash(before) == known.anchor_hash);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<LogContent> LogContent::Open(int fd, std::string path) {
  LogContent content(fd, std::move(path));
  char first[8];
  ASSIGN_OR_RETURN(const size_t size, ReadInto(fd, first, 0, content.path_));
  const std::string_view first_bytes(first, size);
  if (const auto format = ArchiveReader::FormatOf(first_bytes)) {
    ASSIGN_OR_RETURN(content.archive_, ArchiveReader::Open(fd, *format, content.path_));
  } else if (const auto name = CompressionName(first_bytes)) {
    return absl::UnimplementedError(absl::StrCat("read ", content.path_, ": compressed with ",
                                                 AbslView(*name), ", which cannot be read"));
  }
  return content;
}

absl::StatusOr<size_t> LogContent::ReadAt(std::span<char> into, int64_t offset) {
  return archive_ ? archive_->ReadAt(into, offset) : ReadInto(fd_, into, offset, path_);
}

absl::StatusOr<TextMatch> CompareText(LogContent& content, const FilePosition& known) {
  TextMatch match;
  const absl::Status status = Compare(content, known, match);
  match.unfinished = absl::IsUnavailable(status);
  if (!status.ok() && !match.unfinished) return status;
  return match;
}

}  // namespace logtally
