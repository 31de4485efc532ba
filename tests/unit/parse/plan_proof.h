// The proof that a delimiter plan says what the reference pattern says, for a line at a time.
// Shared by the tests and the fuzz target.
#ifndef LOGTALLY_UNIT_PARSE_PLAN_PROOF_H_
#define LOGTALLY_UNIT_PARSE_PLAN_PROOF_H_

#include <re2/re2.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "parse/delimiter_plan.h"
#include "parse/field_grammar.h"
#include "parse/layout.h"

namespace logtally {

// One layout, both ways.
class PlanProof {
 public:
  enum class Verdict {
    kBothRefuse,
    kBothAccept,
    kPlanDeclines,  // the pattern matches, and the line is left to it
    kDiffer,        // the plan is wrong
  };

  explicit PlanProof(const std::string& layout_text)
      : layout_(ParseLayout(layout_text).value()),
        plan_(DelimiterPlan::Compile(layout_)),
        regex_(PatternOf(layout_), re2::RE2::Latin1),
        groups_(layout_.fields.size() + 1) {}

  bool has_plan() const { return plan_ != nullptr; }
  const re2::RE2& regex() const { return regex_; }

  Verdict Compare(std::string_view line) {
    const auto fields = plan_->Split(line);
    const bool matches =
        regex_.Match({line.data(), line.size()}, 0, line.size(), re2::RE2::ANCHOR_BOTH,
                     groups_.data(), static_cast<int>(groups_.size()));
    if (!fields) return matches ? Verdict::kPlanDeclines : Verdict::kBothRefuse;
    if (!matches || fields->size() != layout_.fields.size()) return Verdict::kDiffer;
    for (size_t i = 0; i < fields->size(); ++i) {
      const std::string_view by_plan = (*fields)[i];
      const re2::StringPiece& by_pattern = groups_[i + 1];
      // The same bytes of the line, not only equal ones.
      if (by_plan.size() != by_pattern.size() || by_plan.data() != by_pattern.data()) {
        return Verdict::kDiffer;
      }
    }
    return Verdict::kBothAccept;
  }

 private:
  // As LogFormat::pattern(), with a group for every field.
  static std::string PatternOf(const Layout& layout) {
    std::string pattern = re2::RE2::QuoteMeta(layout.literals.front());
    for (size_t i = 0; i < layout.fields.size(); ++i) {
      pattern += "(" + FieldPattern(layout.fields[i]) + ")";
      pattern += re2::RE2::QuoteMeta(layout.literals[i + 1]);
    }
    return pattern;
  }

  Layout layout_;
  std::unique_ptr<const DelimiterPlan> plan_;
  re2::RE2 regex_;
  std::vector<re2::StringPiece> groups_;
};

}  // namespace logtally

#endif  // LOGTALLY_UNIT_PARSE_PLAN_PROOF_H_
