#include "tail/archive_text.h"

#include <sys/stat.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "tail/file_identity.h"

namespace logtally {
namespace {
constexpr size_t kInputBytes = 64 << 10;
}  // namespace

ArchiveText::ArchiveText(int fd, std::string path)
    : fd_(fd), path_(std::move(path)), input_(std::make_unique_for_overwrite<char[]>(kInputBytes)) {
  struct stat found;
  if (fstat(fd, &found) == 0) size_ = found.st_size;
}

absl::StatusOr<std::unique_ptr<ArchiveText>> ArchiveText::Begin(int fd, ArchiveFormat format,
                                                                std::string path) {
  std::unique_ptr<ArchiveText> text(new ArchiveText(fd, std::move(path)));
  ASSIGN_OR_RETURN(text->decompressor_, Decompressor::Create(format));
  return text;
}

absl::StatusOr<size_t> ArchiveText::Next(std::span<char> room) {
  while (failed_.ok()) {
    if (input_begin_ == input_end_ && !may_hold_text_) {
      ASSIGN_OR_RETURN(const bool is_more, ReadInput());
      if (!is_more) return 0;
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
    if (step.produced > 0) return step.produced;
  }
  return failed_;
}

absl::StatusOr<bool> ArchiveText::ReadInput() {
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

}  // namespace logtally
