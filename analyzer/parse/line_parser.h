// Finds out the format of one file by voting, unless it is given, and reads its lines in it.
#ifndef LOGTALLY_PARSE_LINE_PARSER_H_
#define LOGTALLY_PARSE_LINE_PARSER_H_

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "model/access_record.h"
#include "parse/line_reader.h"
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

  // A line in the format that is in use now, as LineReader::Read().
  std::optional<RejectReason> Parse(std::string_view line, AccessRecord& record);

  // For who reads the lines elsewhere: the format that is in use now (null: none), which stays good
  // for as long as it is held, and how it did, lines in file order.
  std::shared_ptr<const LogFormat> format() const;
  void Note(const Refusals& refusals);

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
