// The text of a compressed log, by its offset, as if it lay there decompressed.
#ifndef LOGTALLY_TAIL_ARCHIVE_READER_H_
#define LOGTALLY_TAIL_ARCHIVE_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tail/decompressor.h"

namespace logtally {

// Memory: about 1.1 MiB, and what a Decompressor takes; both only once something is read.
// Thread: one thread at a time.
class ArchiveReader {
 public:
  using Format = ArchiveFormat;

  // So many bytes before the furthest that was read are kept: going back to them costs nothing.
  static constexpr size_t kKeptBytes = 512 << 10;

  // What the first bytes of a file (4 are enough) say it is; nothing for text and for formats that
  // cannot be read (xz, bzip2), whose names CompressionName() knows.
  static std::optional<Format> FormatOf(std::string_view first_bytes);

  // `fd` is borrowed and must outlive this; it is read with pread(2) from 0. `path` is for
  // messages. kResourceExhausted: no memory.
  static absl::StatusOr<ArchiveReader> Open(int fd, Format format, std::string path);

  // As pread(2) on the text: fills `into` from `offset` (>= 0) on. Fewer bytes come only before the
  // end of the text and before an error, and the next call says which: 0 is the end. Reading on
  // behind the end finds what was appended since.
  // Forwards it decompresses what lies between; further back than kKeptBytes it starts again from
  // the beginning.
  // Errors, always behind all bytes that could be had:
  //   kUnavailable: the compressed data end in the middle, or are empty. Whoever writes them may
  //     not be done: a later call goes on with what has come since.
  //   kDataLoss: damaged, or other bytes than zeros behind the end. Stays.
  //   kUnimplemented: this zstd needs more than we give it (see Decompressor). Stays.
  //   Others: as read(2).
  absl::StatusOr<size_t> ReadAt(std::span<char> into, int64_t offset);

 private:
  ArchiveReader(int fd, Format format, std::string path);

  absl::Status StartAgain();
  // True if there is more text; false at its end.
  absl::StatusOr<bool> Decompress();
  // Reads more of the archive; false at its end.
  absl::StatusOr<bool> ReadInput();
  void MakeRoom();

  int fd_;
  Format format_;
  std::string path_;
  std::unique_ptr<Decompressor> decompressor_;
  absl::Status failed_;  // what cannot be read any further, and why

  // Of the archive: [input_begin_, input_end_) of input_ is still to be decompressed.
  std::unique_ptr<char[]> input_;
  size_t input_begin_ = 0;
  size_t input_end_ = 0;
  int64_t input_offset_ = 0;    // of the file, behind input_end_
  bool may_hold_text_ = false;  // the decompressor has perhaps more text without more input

  // The last bytes of the text so far, which is text_end_ bytes long.
  std::unique_ptr<char[]> text_;
  size_t text_size_ = 0;
  int64_t text_end_ = 0;
};

}  // namespace logtally

#endif  // LOGTALLY_TAIL_ARCHIVE_READER_H_
