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
#include "tail/archive_text.h"
#include "tail/decompressor.h"
#include "tail/read_ahead.h"

namespace logtally {

// An archive with much to read is decompressed ahead, on a thread of its own, once more than a
// little of it was read.
// Memory: about 1.1 MiB, 1 MiB more while it runs ahead, and what a Decompressor takes; all only
// once something is read.
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

  // It has much to read and cannot run ahead now, as others do: better read those first.
  bool waits_its_turn() const;

 private:
  ArchiveReader(int fd, Format format, std::string path);

  absl::Status StartAgain();
  // True if there is more text; false at its end.
  absl::StatusOr<bool> Decompress();
  void MakeRoom();

  int fd_;
  Format format_;
  std::string path_;
  // One of the two.
  std::unique_ptr<ArchiveText> source_;
  std::unique_ptr<ReadAhead> ahead_;

  // The last bytes of the text so far, which is text_end_ bytes long.
  std::unique_ptr<char[]> text_;
  size_t text_size_ = 0;
  int64_t text_end_ = 0;
};

}  // namespace logtally

#endif  // LOGTALLY_TAIL_ARCHIVE_READER_H_
