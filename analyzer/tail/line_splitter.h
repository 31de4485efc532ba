// Cuts the bytes appended to one log file into complete lines.
#ifndef LOGTALLY_TAIL_LINE_SPLITTER_H_
#define LOGTALLY_TAIL_LINE_SPLITTER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "model/access_record.h"

namespace logtally {

// Cuts the bytes appended to one log file into complete lines.
//
// Shape:  bytes in, in chunks of any size; whole lines out, in file order, each
//         without its '\n' and without a '\r' before it. Empty lines are lines.
// Units:  offsets and sizes are bytes; offset 0 is the first byte of the file.
// NULs:   a run of NUL bytes where a line begins is a hole, left by a writer that did not notice
// that
//         its file was truncated, or by a crash: it is skipped, whatever its length, and counted.
// Errors: none. A line longer than `max_line_bytes` (its end not counted) is skipped
//         up to its '\n' and handed out as one RawLine of Kind::kTooLong; a log with
//         no '\n' cannot grow memory.
// Views:  a view returned by Next() is good until the next call to Append(), and as long
//         as the chunk itself: only a line that began in an earlier chunk is copied.
// Thread: one thread at a time.
class LineSplitter {
 public:
  explicit LineSplitter(int64_t max_line_bytes) : max_line_bytes_(max_line_bytes) {}
  // From the line on that is being read, unless it was too long already.
  void SetMaxLineBytes(int64_t max_line_bytes) { max_line_bytes_ = max_line_bytes; }

  // Forgets everything; the next chunk begins at `offset_bytes`, where a line begins.
  void StartAt(int64_t offset_bytes);

  // The bytes that follow those of the last chunk, whose lines were all taken.
  void Append(std::string_view chunk);

  // The next complete line, or nothing: then what is left of the chunk is kept for the next one.
  std::optional<RawLine> Next();

  // The file is final: its last line, if that has no '\n'. Hands out no bytes (kUnterminated).
  std::optional<RawLine> Finish();

  // Bytes of holes skipped since the last call.
  int64_t TakeHoleBytes() { return std::exchange(hole_bytes_, 0); }

  // Every line that begins before it was handed out; a line begins at it.
  int64_t line_offset() const { return line_offset_; }
  // The end of the last chunk, once Next() said that there is no more.
  int64_t end_offset() const { return end_offset_; }

 private:
  void SkipHole();
  RawLine CompleteLine(std::string_view last_part);
  void KeepPartial(std::string_view rest);

  int64_t max_line_bytes_;
  std::string_view chunk_;  // what Next() has not looked at
  std::string partial_;     // the beginning of the line at line_offset_; at most max + 1 ('\r')
  std::string joined_;      // the line that was put together from partial_ and this chunk
  bool skipping_ = false;   // the line at line_offset_ is too long already
  int64_t hole_bytes_ = 0;
  int64_t line_offset_ = 0;
  int64_t end_offset_ = 0;
};

}  // namespace logtally

#endif  // LOGTALLY_TAIL_LINE_SPLITTER_H_
