// One walk through the line, from literal to field to literal. plan_step.cc says why it ends
// where the pattern does.
#include "parse/delimiter_plan.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/memory/memory.h"

namespace logtally {
namespace {

// Puts what the walk finds into a record.
class RecordTaker {
 public:
  RecordTaker(TimestampReader& timestamps, AccessRecord& record) : fields_{timestamps, record} {}

  // Most lines repeat the time of the line before: then its bytes need only be compared. A text
  // that could be read as a time holds no byte that its field must not hold.
  const char* EndOfKnownField(const PlanStep& step, const char* at, const char* end) {
    if (!step.IsTimeBeforeSureStop()) return nullptr;
    const size_t size =
        fields_.timestamps.SizeIfRepeated({at, static_cast<size_t>(end - at)}, step.stop());
    if (size == 0) return nullptr;
    fields_.record.time_unix = fields_.timestamps.last_time();
    return at + size;
  }

  bool Take(const PlanStep& step, std::string_view text) {
    return fields_.Set(step.meaning(), text);
  }

  MatchResult result() const { return fields_.result(); }

 private:
  RecordFields fields_;
};

// Keeps every text.
class TextTaker {
 public:
  static const char* EndOfKnownField(const PlanStep&, const char*, const char*) { return nullptr; }

  bool Take(const PlanStep&, std::string_view text) {
    texts.push_back(text);
    return true;
  }

  std::vector<std::string_view> texts;
};

}  // namespace

DelimiterPlan::DelimiterPlan(std::vector<PlanStep> steps, PlanLiteral last)
    : steps_(std::move(steps)), last_(std::move(last)) {}

std::unique_ptr<const DelimiterPlan> DelimiterPlan::Compile(const Layout& layout) {
  const auto can_find = [](const LayoutField& field) { return PlanStep::CanFind(field); };
  if (!std::all_of(layout.fields.begin(), layout.fields.end(), can_find)) return nullptr;
  std::vector<PlanStep> steps;
  for (size_t i = 0; i < layout.fields.size(); ++i) {
    steps.emplace_back(PlanLiteral(layout.literals[i]), layout.fields[i]);
  }
  return absl::WrapUnique(new DelimiterPlan(std::move(steps), PlanLiteral(layout.literals.back())));
}

std::unique_ptr<const DelimiterPlan> DelimiterPlan::Compile(
    const PatternPieces& parts, const std::vector<FieldMeaning>& group_meanings) {
  std::vector<PlanStep> steps;
  for (size_t i = 0; i < parts.pieces.size(); ++i) {
    const PatternPiece& piece = parts.pieces[i];
    const std::string& behind = parts.literals[i + 1];
    // Groups behind the last one that is wanted have no meaning.
    const bool has_meaning = piece.group && *piece.group <= group_meanings.size();
    const FieldMeaning meaning =
        has_meaning ? group_meanings[*piece.group - 1] : FieldMeaning::kUnused;
    if (!PlanStep::CanFind(piece, meaning)) return nullptr;
    steps.emplace_back(PlanLiteral(parts.literals[i]), piece, meaning,
                       behind.empty() ? std::nullopt : std::optional(behind.front()));
  }
  return absl::WrapUnique(new DelimiterPlan(std::move(steps), PlanLiteral(parts.literals.back())));
}

template <typename Taker>
bool DelimiterPlan::Walk(std::string_view line, Taker& taker) const {
  const char* at = line.data();
  const char* const end = at + line.size();
  for (const PlanStep& step : steps_) {
    at = step.before().Skip(at, end);
    if (at == nullptr) return false;
    const char* end_of_field = taker.EndOfKnownField(step, at, end);
    if (end_of_field == nullptr) {
      end_of_field = step.EndOfField(at, end, line.data());
      if (end_of_field == nullptr) return false;
      const std::string_view text(at, static_cast<size_t>(end_of_field - at));
      if (!taker.Take(step, text)) return false;
    }
    at = end_of_field;
  }
  return last_.Skip(at, end) == end;
}

MatchResult DelimiterPlan::Match(std::string_view line, TimestampReader& timestamps,
                                 AccessRecord& record) const {
  RecordTaker taker(timestamps, record);
  return Walk(line, taker) ? taker.result() : MatchResult::kNoMatch;
}

std::optional<std::vector<std::string_view>> DelimiterPlan::Split(std::string_view line) const {
  TextTaker taker;
  if (!Walk(line, taker)) return std::nullopt;
  return std::move(taker.texts);
}

}  // namespace logtally
