// Counts a part of a text again, as the daemon counted it.
#ifndef LOGTALLY_PIPELINE_TEXT_RECOUNT_H_
#define LOGTALLY_PIPELINE_TEXT_RECOUNT_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "absl/status/statusor.h"
#include "model/access_record.h"
#include "model/file_position.h"
#include "parse/log_format.h"
#include "store/text_reader.h"
#include "tail/log_content.h"

namespace logtally {

// How far a long recount has come: added to by several threads.
struct RecountProgress {
  std::atomic<int64_t> bytes = 0;
  std::atomic<int64_t> counted = 0;
  std::atomic<int64_t> rejected = 0;
};

struct TextRange {
  int64_t begin = 0;  // a line begins here
  int64_t end = 0;    // one would begin here: behind a '\n', or behind a last line without one
};

// Hands out the lines that begin in `range`, in order, in spans whose views are good during the
// call. `consumed` is where the next line begins. A rest at range.end without '\n' is a line
// (unterminated), unless the text ends before range.end: then it is none.
// Returns how far the text reaches: range.end, or where it ends before that.
// Errors: as LogContent::ReadAt, and what `take` returns.
absl::StatusOr<int64_t> ForEachLine(
    LogContent& content, TextRange range, int64_t max_line_bytes,
    const std::function<absl::Status(std::span<const RawLine> lines, int64_t consumed)>& take);

struct Recount {
  TextTally tally;
  bool reaches_offset = false;  // of the newest piece; false: the text is shorter
  bool anchor_matches = false;  // before that offset is what the position remembers
};

// Counts what is in [start_offset, offset) of each piece: the texts of one chain (see
// FilePosition::continues), oldest first, all of which this content holds. If it does not, either
// of the two answers above is no.
// `format`: null to find it out from the lines. `path` may break a tie between formats.
// A large plain text is read on several threads.
// Errors: as LogContent::ReadAt.
absl::StatusOr<Recount> RecountText(LogContent& content, std::span<const FilePosition> pieces,
                                    std::shared_ptr<const LogFormat> format, std::string_view path,
                                    int64_t max_line_bytes, int threads, RecountProgress& progress);

// How many bytes the text has from `offset` on. Errors: as LogContent::ReadAt.
absl::StatusOr<int64_t> BytesBehind(LogContent& content, int64_t offset);

}  // namespace logtally

#endif  // LOGTALLY_PIPELINE_TEXT_RECOUNT_H_
