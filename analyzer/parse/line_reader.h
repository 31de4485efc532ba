// Turns lines into records, in one format that is known.
#ifndef LOGTALLY_PARSE_LINE_READER_H_
#define LOGTALLY_PARSE_LINE_READER_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "model/access_record.h"
#include "parse/log_format.h"
#include "parse/timestamp.h"

namespace logtally {

// How a format did with some lines that follow one another.
struct Refusals {
  int64_t lines = 0;        // that were not empty
  int64_t first_run = 0;    // refused at the beginning
  int64_t last_run = 0;     // refused at the end
  int64_t longest_run = 0;  // refused one after the other

  void Accepted() {
    ++lines;
    last_run = 0;
  }
  void Refused() {
    if (first_run == lines++) ++first_run;
    longest_run = std::max(longest_run, ++last_run);
  }
};

// Thread: one at a time; several may share a format.
class LineReader {
 public:
  // `format` must outlive this. Null: none is known.
  explicit LineReader(const LogFormat* format) : format_(format) {}

  // Why the line is no record (kEmpty, kNoStatus or kNoMatch); nothing if it is one, and then
  // `record` is filled, whatever it held before. With no format, or when the format refuses the
  // line, the tolerant search decides: a line with a readable status is always counted.
  // Views: of the record, good until the next Read on this thread. They point into `line`, or, for
  //        JSON with escapes, into memory of the thread.
  std::optional<RejectReason> Read(std::string_view line, AccessRecord& record);

  // Of the lines read so far.
  const Refusals& refusals() const { return refusals_; }

 private:
  const LogFormat* format_;
  TimestampReader timestamps_;
  Refusals refusals_;
};

}  // namespace logtally

#endif  // LOGTALLY_PARSE_LINE_READER_H_
