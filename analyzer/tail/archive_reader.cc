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

constexpr size_t kInputBytes = 64 << 10;
constexpr size_t kStepBytes = 64 << 10;  // of text, at once; so far it reads ahead at most
constexpr size_t kTextBytes = 2 * ArchiveReader::kKeptBytes;
static_assert(kStepBytes <= ArchiveReader::kKeptBytes);

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
      input_(std::make_unique_for_overwrite<char[]>(kInputBytes)),
      text_(std::make_unique_for_overwrite<char[]>(kTextBytes)) {}

absl::StatusOr<ArchiveReader> ArchiveReader::Open(int fd, Format format, std::string path) {
  ArchiveReader reader(fd, format, std::move(path));
  RETURN_IF_ERROR(reader.StartAgain());
  return reader;
}

absl::Status ArchiveReader::StartAgain() {
  ASSIGN_OR_RETURN(decompressor_, Decompressor::Create(format_));
  failed_ = absl::OkStatus();
  input_begin_ = input_end_ = 0;
  input_offset_ = 0;
  may_hold_text_ = false;
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

absl::StatusOr<bool> ArchiveReader::Decompress() {
  MakeRoom();
  const std::span<char> room(text_.get() + text_size_, kStepBytes);
  while (failed_.ok()) {
    if (input_begin_ == input_end_ && !may_hold_text_) {
      ASSIGN_OR_RETURN(const bool is_more, ReadInput());
      if (!is_more) return false;
    }
    const std::span<const char> input(input_.get() + input_begin_, input_end_ - input_begin_);
    const Decompressor::Step step = decompressor_->Run(input, room);
    input_begin_ += step.consumed;
    may_hold_text_ = step.produced == room.size();
    if (!step.status.ok()) {
      failed_ = absl::Status(step.status.code(),
                             absl::StrCat("decompress ", path_, ": ", step.status.message()));
    } else if (step.consumed == 0 && step.produced == 0 && !input.empty()) {
      failed_ = absl::DataLossError(absl::StrCat("decompress ", path_, ": it makes no progress"));
    }
    if (step.produced > 0) {
      text_size_ += step.produced;
      text_end_ += static_cast<int64_t>(step.produced);
      return true;
    }
  }
  return failed_;
}

absl::StatusOr<bool> ArchiveReader::ReadInput() {
  ASSIGN_OR_RETURN(const size_t size,
                   ReadInto(fd_, {input_.get(), kInputBytes}, input_offset_, path_));
  input_begin_ = 0;
  input_end_ = size;
  input_offset_ += static_cast<int64_t>(size);
  if (size > 0) return true;
  if (decompressor_->MayEnd()) return false;
  return absl::UnavailableError(absl::StrCat("decompress ", path_,
                                             ": it ends in the middle, at byte ", input_offset_,
                                             "; it is still being written, or the rest is lost"));
}

void ArchiveReader::MakeRoom() {
  if (text_size_ + kStepBytes <= kTextBytes) return;
  std::memmove(text_.get(), text_.get() + text_size_ - kKeptBytes, kKeptBytes);
  text_size_ = kKeptBytes;
}

}  // namespace logtally
