// One step of a delimiter plan: a literal of the layout and the field behind it.
#ifndef LOGTALLY_PARSE_PLAN_STEP_H_
#define LOGTALLY_PARSE_PLAN_STEP_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include "parse/byte_set.h"
#include "parse/field_grammar.h"
#include "parse/layout.h"
#include "parse/pattern_pieces.h"

namespace re2 {
class RE2;
}

namespace logtally {

// Literal text to compare a line with, up to 8 bytes at once.
//
// Thread: any; immutable after creation.
class PlanLiteral {
 public:
  explicit PlanLiteral(std::string bytes);

  // Behind the literal, if it stands at `at`; else null.
  const char* Skip(const char* at, const char* end) const {
    if (static_cast<size_t>(end - at) < sizeof(word_) || size_bytes_ > sizeof(word_)) {
      return SkipSlowly(at, end);
    }
    uint64_t word;
    std::memcpy(&word, at, sizeof(word));
    return (word & mask_) == word_ ? at + size_bytes_ : nullptr;
  }

 private:
  const char* SkipSlowly(const char* at, const char* end) const;

  std::string bytes_;
  size_t size_bytes_;
  uint64_t word_ = 0;  // the first bytes, and zeros behind them
  uint64_t mask_ = 0;  // ones where the word has bytes of the literal
};

// Thread: any; immutable after creation.
class PlanStep {
 public:
  // Whether bytes alone tell where the field ends.
  static bool CanFind(const LayoutField& field);

  // `field` is one that CanFind.
  PlanStep(PlanLiteral before, const LayoutField& field);

  static bool CanFind(const PatternPiece& piece, FieldMeaning meaning);

  // For a piece of a custom pattern that CanFind, with the first byte of the literal behind it;
  // nothing if it goes to the line's end.
  PlanStep(PlanLiteral before, const PatternPiece& piece, FieldMeaning meaning,
           std::optional<char> stop);

  const PlanLiteral& before() const { return before_; }
  FieldMeaning meaning() const { return meaning_; }

  // Where the field that begins at `at` ends; null if the pattern may say something else, or does
  // not match at all. What follows the field is for the next literal to prove. The line is
  // [line, end).
  const char* EndOfField(const char* at, const char* end, const char* line) const {
    return kind_ == Kind::kText ? EndOfText(at, end, line) : EndOfOther(at, end, line);
  }

  // Whether any text that can be read as a time is the whole field if the stop follows it.
  bool IsTimeBeforeSureStop() const { return is_time_before_sure_stop_; }
  char stop() const { return stop_; }

 private:
  // Nearly always a text goes up to the first byte of `ends_`, and that is the stop.
  const char* EndOfText(const char* begin, const char* end, const char* line) const {
    const char* at = ends_.Find(begin, end, line);
    if (at != end && *at == stop_ && at != begin && !goes_to_line_end_) return at;
    return EndOfOddText(begin, at, end, line);
  }

  const char* EndOfOther(const char* at, const char* end, const char* line) const;
  const char* EndOfOddText(const char* begin, const char* at, const char* end,
                           const char* line) const;
  const char* EndOfMatch(const char* at, const char* end, const char* line) const;
  const char* EndOfHost(const char* at, const char* end, const char* line) const;
  const char* EndOfTextToLastStop(const char* at, const char* end, const char* line) const;
  const char* EndOfWords(const char* begin, const char* end, const char* line) const;
  const char* EndOfList(const char* at, const char* end, const char* line) const;

  // How the end is found; each kind of FieldGrammar has its way.
  enum class Kind : uint8_t {
    kMatch,  // RE2 says whether what stands before the stop is the field
    kBytes,
    kDigits,
    kText,
    kTextToLastStop,
    kHostBeforePort,
    kTwoWords,
    kWords,
    kList,
  };
  static Kind KindOf(const FieldGrammar& grammar);

  PlanLiteral before_;
  Kind kind_;
  FieldMeaning meaning_;
  char stop_;  // as in LayoutField
  bool goes_to_line_end_;
  bool is_time_before_sure_stop_;
  TextRule text_;
  ByteSet ends_;  // bytes at which a text ends, or where one has to look closer
  std::shared_ptr<const re2::RE2> regex_;  // of kMatch
};

}  // namespace logtally

#endif  // LOGTALLY_PARSE_PLAN_STEP_H_
