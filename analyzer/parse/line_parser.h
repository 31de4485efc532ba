// Turns the lines of one file into records, in a format that is given or found out by voting.
#ifndef LOGTALLY_PARSE_LINE_PARSER_H_
#define LOGTALLY_PARSE_LINE_PARSER_H_

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "model/access_record.h"
#include "parse/log_format.h"

namespace logtally {

// Shape:  one object per followed file; lines in file order. Each line is either a record or a
//         RejectReason: kEmpty, kNoStatus or kNoMatch.
// Thread: one at a time.
class LineParser {
 public:
  // A given format, or null to detect it among the built-in ones; `path` may break a tie between
  // formats of the same shape.
  LineParser(std::shared_ptr<const LogFormat> format, std::string_view path);
  ~LineParser();
  LineParser(LineParser&&) noexcept;

  // Shows lines before they are parsed. The first lines vote on the format, and so do later ones
  // when the format keeps refusing lines; otherwise this costs nothing. A given format is final.
  void Observe(std::span<const RawLine> lines);

  // Why the line is no record; nothing if it is one, and then `record` is filled, whatever it held
  // before. With no format, or when the format refuses the line, the tolerant search decides: a
  // line with a readable status is always counted.
  // Views: of the record, good until the next Parse on this thread. They point into `line`, or,
  //        for JSON with escapes, into memory of the thread.
  std::optional<RejectReason> Parse(std::string_view line, AccessRecord& record);

  // Name of the format in use, "" while none is chosen.
  std::string_view format_name() const;

  // Whether the vote was held and no built-in format won it.
  bool fits_no_format() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace logtally

#endif  // LOGTALLY_PARSE_LINE_PARSER_H_
