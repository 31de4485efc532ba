// The text runs through a buffer of twice kKeptBytes. When that is full, its second half becomes
// its first, so that at least kKeptBytes are always there to go back to.
#include "tail/archive_reader.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "tail/file_identity.h"

namespace logtally {
namespace {

constexpr size_t kStepBytes = 64 << 10;  // of text, at once; so far it reads ahead at most
constexpr size_t kTextBytes = 2 * ArchiveReader::kKeptBytes;
static_assert(kStepBytes <= ArchiveReader::kKeptBytes);
// Who only looks at the beginning needs no thread, nor do small archives.
constexpr int64_t kReadBeforeAhead = ArchiveReader::kKeptBytes;
constexpr int64_t kUnreadWorthAhead = 256 << 10;  // compressed: some 3 MB of a log

}  // namespace

std::optional<ArchiveReader::Format> ArchiveReader::FormatOf(std::string_view first_bytes) {
  const std::optional<std::string_view> name = CompressionName(first_bytes);
  if (name == "gzip") return Format::kGzip;
  if (name == "zstd") return Format::kZstd;
  return std::nullopt;
}

ArchiveReader::ArchiveReader(int fd, Format format, std::string path)
    : fd_(fd),
      format_(format),
      path_(std::move(path)),
      text_(std::make_unique_for_overwrite<char[]>(kTextBytes)) {}

absl::StatusOr<ArchiveReader> ArchiveReader::Open(int fd, Format format, std::string path) {
  ArchiveReader reader(fd, format, std::move(path));
  RETURN_IF_ERROR(reader.StartAgain());
  return reader;
}

absl::Status ArchiveReader::StartAgain() {
  ahead_.reset();
  ASSIGN_OR_RETURN(source_, ArchiveText::Begin(fd_, format_, path_));
  text_size_ = 0;
  text_end_ = 0;
  return absl::OkStatus();
}

absl::StatusOr<size_t> ArchiveReader::ReadAt(std::span<char> into, int64_t offset) {
  assert(offset >= 0);
  if (offset < text_end_ - static_cast<int64_t>(text_size_)) RETURN_IF_ERROR(StartAgain());
  size_t have = 0;
  while (have < into.size()) {
    const int64_t wanted = offset + static_cast<int64_t>(have);
    if (wanted < text_end_) {
      const size_t known = std::min(static_cast<size_t>(text_end_ - wanted), into.size() - have);
      std::memcpy(into.data() + have, text_.get() + text_size_ - (text_end_ - wanted), known);
      have += known;
      continue;
    }
    const absl::StatusOr<bool> more = Decompress();
    if (!more.ok() && have == 0) return more.status();
    if (!more.ok() || !*more) break;
  }
  return have;
}

bool ArchiveReader::waits_its_turn() const {
  return source_ != nullptr && source_->unread_bytes() >= kUnreadWorthAhead &&
         !ReadAhead::HasRoom();
}

absl::StatusOr<bool> ArchiveReader::Decompress() {
  MakeRoom();
  const std::span<char> room(text_.get() + text_size_, kStepBytes);
  if (ahead_ == nullptr && text_end_ >= kReadBeforeAhead &&
      source_->unread_bytes() >= kUnreadWorthAhead) {
    ahead_ = ReadAhead::Start(source_);
  }
  size_t size = ahead_ == nullptr ? 0 : ahead_->Next(room);
  if (size == 0) {
    // What ended or failed a while ago may have grown since, so it is asked again.
    if (ahead_ != nullptr) source_ = std::exchange(ahead_, nullptr)->Stop();
    ASSIGN_OR_RETURN(size, source_->Next(room));
  }
  text_size_ += size;
  text_end_ += static_cast<int64_t>(size);
  return size > 0;
}

void ArchiveReader::MakeRoom() {
  if (text_size_ + kStepBytes <= kTextBytes) return;
  std::memmove(text_.get(), text_.get() + text_size_ - kKeptBytes, kKeptBytes);
  text_size_ = kKeptBytes;
}

}  // namespace logtally
