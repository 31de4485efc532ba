// Reads a line by its delimiters, several times as fast as the reference pattern.
#ifndef LOGTALLY_PARSE_DELIMITER_PLAN_H_
#define LOGTALLY_PARSE_DELIMITER_PLAN_H_

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "model/access_record.h"
#include "parse/layout.h"
#include "parse/pattern_pieces.h"
#include "parse/plan_step.h"
#include "parse/record_fields.h"
#include "parse/timestamp.h"

namespace logtally {

// Shape:  a line that the plan accepts is one that the layout's reference pattern matches, and
//         each field is, byte for byte, what the pattern says. A line that it declines may still
//         be one that the pattern matches, but no ordinary line is.
// Thread: any; immutable after creation.
class DelimiterPlan {
 public:
  // Null if the layout has a field whose end cannot be told from the bytes around it. Then the
  // pattern has to read every line.
  static std::unique_ptr<const DelimiterPlan> Compile(const Layout& layout);

  // For a custom pattern that was taken apart; group_meanings[i] is the meaning of its (i+1)th
  // group.
  static std::unique_ptr<const DelimiterPlan> Compile(
      const PatternPieces& parts, const std::vector<FieldMeaning>& group_meanings);

  // Fills `record`, which is empty at first. kNoMatch if the line is declined; then the record may
  // hold some fields all the same.
  // Views: of the record, into `line`.
  MatchResult Match(std::string_view line, TimestampReader& timestamps, AccessRecord& record) const;

  // The texts of all fields in the layout's order, as Match finds them; nothing if the line is
  // declined. For the proof that the plan and the pattern agree.
  // Views: into `line`.
  std::optional<std::vector<std::string_view>> Split(std::string_view line) const;

 private:
  DelimiterPlan(std::vector<PlanStep> steps, PlanLiteral last);

  template <typename Taker>
  bool Walk(std::string_view line, Taker& taker) const;

  std::vector<PlanStep> steps_;
  PlanLiteral last_;
};

}  // namespace logtally

#endif  // LOGTALLY_PARSE_DELIMITER_PLAN_H_
