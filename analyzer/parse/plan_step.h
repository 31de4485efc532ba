// One step of a delimiter plan: a literal of the layout and the field behind it.
#ifndef LOGTALLY_PARSE_PLAN_STEP_H_
#define LOGTALLY_PARSE_PLAN_STEP_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "parse/byte_set.h"
#include "parse/field_grammar.h"
#include "parse/layout.h"

namespace re2 {
class RE2;
}

namespace logtally {

// Where a walk through a line has come to.
struct LineCursor {
  const char* line;  // its first byte
  const char* at;
  const char* end;

  size_t left() const { return static_cast<size_t>(end - at); }
};

// Literal text to compare a line with, up to 8 bytes at once.
//
// Thread: any; immutable after creation.
class PlanLiteral {
 public:
  explicit PlanLiteral(std::string bytes);

  // Moves the cursor behind the literal, if it stands there.
  bool Skip(LineCursor& cursor) const {
    if (cursor.left() < sizeof(word_) || size_bytes_ > sizeof(word_)) return SkipSlowly(cursor);
    uint64_t word;
    std::memcpy(&word, cursor.at, sizeof(word));
    if ((word & mask_) != word_) return false;
    cursor.at += size_bytes_;
    return true;
  }

 private:
  bool SkipSlowly(LineCursor& cursor) const;

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

  const PlanLiteral& before() const { return before_; }
  FieldMeaning meaning() const { return meaning_; }

  // Where the field that begins at the cursor ends; null if the pattern may say something else, or
  // does not match at all. What follows the field is for the next literal to prove.
  const char* EndOfField(const LineCursor& cursor) const {
    return kind_ == FieldGrammar::Kind::kText ? EndOfText(cursor, cursor.at) : EndOfOther(cursor);
  }

  // Whether any text that can be read as a time is the whole field if the stop follows it.
  bool IsTimeBeforeSureStop() const { return is_time_before_sure_stop_; }
  char stop() const { return stop_; }

 private:
  // Nearly always a text goes up to the first byte of `ends_`, and that is the stop.
  const char* EndOfText(const LineCursor& cursor, const char* begin) const {
    const char* at = ends_.Find(begin, cursor.end, cursor.line);
    if (at != cursor.end && *at == stop_ && at != begin && !goes_to_line_end_) return at;
    return EndOfOddText(cursor, begin, at);
  }

  const char* EndOfOther(const LineCursor& cursor) const;
  const char* EndOfOddText(const LineCursor& cursor, const char* begin, const char* at) const;
  const char* EndOfStatus(const LineCursor& cursor) const;
  const char* EndOfHost(const LineCursor& cursor) const;
  const char* EndOfTextToLastStop(const LineCursor& cursor) const;
  const char* EndOfWords(const LineCursor& cursor) const;
  const char* EndOfList(const LineCursor& cursor) const;

  PlanLiteral before_;
  FieldGrammar::Kind kind_;
  FieldMeaning meaning_;
  char stop_;  // as in LayoutField
  bool goes_to_line_end_;
  bool is_time_before_sure_stop_;
  TextRule text_;
  ByteSet ends_;  // bytes at which a text ends, or where one has to look closer
  const re2::RE2& status_;
};

}  // namespace logtally

#endif  // LOGTALLY_PARSE_PLAN_STEP_H_
