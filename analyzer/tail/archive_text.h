// The text of a compressed log, piece after piece from its beginning on.
#ifndef LOGTALLY_TAIL_ARCHIVE_TEXT_H_
#define LOGTALLY_TAIL_ARCHIVE_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tail/decompressor.h"

namespace logtally {

// Memory: 64 KiB, and what a Decompressor takes.
// Thread: one thread at a time, which may change.
class ArchiveText {
 public:
  // `fd` is borrowed and must outlive this; it is read with pread(2) from 0. `path` is for
  // messages. kResourceExhausted: no memory.
  static absl::StatusOr<std::unique_ptr<ArchiveText>> Begin(int fd, ArchiveFormat format,
                                                            std::string path);

  // Fills some of `room`, which is not empty. 0: the end, for now; a later call finds what was
  // appended since. Errors: as ArchiveReader::ReadAt.
  absl::StatusOr<size_t> Next(std::span<char> room);

  // Of the archive, as long as it was in the beginning.
  int64_t unread_bytes() const { return size_ - input_offset_; }

 private:
  ArchiveText(int fd, std::string path);
  // Reads more of the archive; false at its end.
  absl::StatusOr<bool> ReadInput();

  const int fd_;
  const std::string path_;
  int64_t size_ = 0;
  std::unique_ptr<Decompressor> decompressor_;
  absl::Status failed_;  // what cannot be read any further, and why

  // [input_begin_, input_end_) of input_ is still to be decompressed.
  std::unique_ptr<char[]> input_;
  size_t input_begin_ = 0;
  size_t input_end_ = 0;
  int64_t input_offset_ = 0;    // of the file, behind input_end_
  bool may_hold_text_ = false;  // the decompressor has perhaps more text without more input
};

}  // namespace logtally

#endif  // LOGTALLY_TAIL_ARCHIVE_TEXT_H_
