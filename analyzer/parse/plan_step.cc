// Why a step finds what the pattern finds.
//
// RE2 takes, of all ways in which a pattern matches a line, the one that comes first by
// preference: an earlier alternative before a later one, a longer repetition before a shorter
// one. A step always takes the most preferred way in which its field can match here with the stop
// behind it. If every step does, and the walk arrives at the line's end, the walk is the first of
// all ways, so it is the one that RE2 takes. If it gets stuck, the line is declined, even if a less
// preferred way would have arrived.
//
// For most fields there is only one way: a text holds no stop, so it ends at the first one. The
// bytes of a text are not skipped but looked at: a ByteSet holds everything that a text must not
// hold, and any byte of it but the stop, or but a backslash that the text allows, declines the
// line.
#include "parse/plan_step.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

namespace logtally {
namespace {

using Backslash = TextRule::Backslash;
using Kind = FieldGrammar::Kind;

// The stop of a field that nothing follows.
constexpr char kLineEnd = '\n';

// As many bytes as a status can have.
constexpr size_t kMaxStatusBytes = 3;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

const re2::RE2& StatusPattern() {
  static const auto* const regex = new re2::RE2(
      FieldPattern({"status", FieldMeaning::kStatus, FieldShape::kBare, ' '}), re2::RE2::Latin1);
  return *regex;
}

std::string EndsOf(const FieldGrammar& grammar, char stop) {
  switch (grammar.kind) {
    case Kind::kWords:  // the spaces are part of it
      return std::string("\"\\") + stop;
    default:
      return grammar.text.excluded + "\"\\";
  }
}

const char* SkipDigits(const char* at, const char* end) {
  while (at != end && IsDigit(*at)) ++at;
  return at;
}

const char* EndOfDigits(const char* at, const char* end) {
  const char* behind = SkipDigits(at, end);
  return behind == at ? nullptr : behind;
}

const char* EndOfBytes(const LineCursor& cursor) {
  if (cursor.at == cursor.end) return nullptr;
  if (*cursor.at == '-') return cursor.at + 1;
  return EndOfDigits(cursor.at + (*cursor.at == '+' ? 1 : 0), cursor.end);
}

}  // namespace

PlanLiteral::PlanLiteral(std::string bytes) : bytes_(std::move(bytes)), size_bytes_(bytes_.size()) {
  const size_t size = std::min(bytes_.size(), sizeof(word_));
  const std::string ones(size, '\xff');
  std::memcpy(&word_, bytes_.data(), size);
  std::memcpy(&mask_, ones.data(), size);
}

bool PlanLiteral::SkipSlowly(LineCursor& cursor) const {
  if (cursor.left() < size_bytes_) return false;
  for (const char byte : bytes_) {
    if (*cursor.at++ != byte) return false;
  }
  return true;
}

bool PlanStep::CanFind(const LayoutField& field) {
  if (field.stop == '\\') return false;
  switch (GrammarOf(field).kind) {
    case Kind::kTextToLastStop:
      return true;
    case Kind::kList:
      // The items are as long as they can be; another stop could be part of one.
      return field.stop == ' ' || field.stop == '"' || field.stop == kLineEnd;
    default:
      return EndsForSure(field);
  }
}

PlanStep::PlanStep(PlanLiteral before, const LayoutField& field)
    : before_(std::move(before)),
      kind_(GrammarOf(field).kind),
      meaning_(field.meaning),
      stop_(field.stop),
      goes_to_line_end_(field.stop == kLineEnd),
      is_time_before_sure_stop_(field.meaning == FieldMeaning::kTime && kind_ == Kind::kText &&
                                field.shape != FieldShape::kBare &&
                                (field.stop == ']' || field.stop == '"')),
      text_(GrammarOf(field).text),
      ends_(EndsOf(GrammarOf(field), field.stop)),
      status_(StatusPattern()) {}

const char* PlanStep::EndOfOther(const LineCursor& cursor) const {
  switch (kind_) {
    case Kind::kText:
      return EndOfText(cursor, cursor.at);
    case Kind::kStatus:
      return EndOfStatus(cursor);
    case Kind::kBytes:
      return EndOfBytes(cursor);
    case Kind::kDigits:
      return EndOfDigits(cursor.at, cursor.end);
    case Kind::kTextToLastStop:
      return EndOfTextToLastStop(cursor);
    case Kind::kHostBeforePort:
      return EndOfHost(cursor);
    case Kind::kTwoWords: {
      // The first word ends at a space, which may also be the stop; the second at the stop.
      const char* space = ends_.Find(cursor.at, cursor.end, cursor.line);
      if (space == cursor.end || *space != ' ' || space == cursor.at) return nullptr;
      return EndOfText(cursor, space + 1);
    }
    case Kind::kWords:
      return EndOfWords(cursor);
    case Kind::kList:
      return EndOfList(cursor);
  }
  return nullptr;
}

// A text ends at its stop, or at the line's end: goes from one byte of `ends_` to the next, past
// the escaped ones. `at` is the first of them.
const char* PlanStep::EndOfOddText(const LineCursor& cursor, const char* begin,
                                   const char* at) const {
  for (;; at = ends_.Find(at, cursor.end, cursor.line)) {
    if (at == cursor.end) {
      if (!goes_to_line_end_) return nullptr;
      break;
    }
    if (*at == stop_ && !goes_to_line_end_) break;
    if (*at != '\\' || text_.backslash == Backslash::kNever || at + 1 == cursor.end) return nullptr;
    if (text_.backslash == Backslash::kTakesIncluded &&
        text_.excluded.find(at[1]) != std::string::npos) {
      return nullptr;
    }
    at += 2;
  }
  return at == begin && !text_.may_be_empty ? nullptr : at;
}

// RE2 says whether what stands before the stop is a status.
const char* PlanStep::EndOfStatus(const LineCursor& cursor) const {
  size_t size = 0;
  while (size <= kMaxStatusBytes && size < cursor.left() && cursor.at[size] != stop_) ++size;
  return status_.Match({cursor.at, size}, 0, size, re2::RE2::ANCHOR_BOTH, nullptr, 0)
             ? cursor.at + size
             : nullptr;
}

const char* PlanStep::EndOfHost(const LineCursor& cursor) const {
  if (cursor.at == cursor.end || *cursor.at != '[') return EndOfText(cursor, cursor.at);
  const char* at = cursor.at + 1;
  const auto is_of_address = [](char c) {
    return IsDigit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
  };
  while (at != cursor.end && is_of_address(*at)) ++at;
  return at != cursor.end && *at == ']' ? at + 1 : nullptr;
}

const char* PlanStep::EndOfTextToLastStop(const LineCursor& cursor) const {
  const char* end = ends_.Find(cursor.at, cursor.end, cursor.line);
  // What a backslash does to a stop behind it is left to the pattern.
  if (end != cursor.end && *end == '\\') return nullptr;
  while (end != cursor.at && end[-1] != stop_) --end;
  // `end` is behind the last stop; the text must not be empty.
  return end - cursor.at >= 2 ? end - 1 : nullptr;
}

// Words end at the stop behind a space; a space cannot be escaped.
const char* PlanStep::EndOfWords(const LineCursor& cursor) const {
  const char* at = cursor.at;
  if (cursor.left() >= 3) {
    if (at[0] == '-' && at[1] == ' ' && at[2] == stop_) return at + 2;
    if (at[0] == '"' && at[1] == '"' && at[2] == ' ') return at + 3;
  }
  while (true) {
    at = ends_.Find(at, cursor.end, cursor.line);
    if (at == cursor.end) return nullptr;
    if (*at == stop_) break;
    if (*at != '\\' || at + 1 == cursor.end || text_.excluded.find(at[1]) != std::string::npos) {
      return nullptr;
    }
    at += 2;
  }
  return at != cursor.at && at[-1] == ' ' ? at : nullptr;
}

// Goes on for as long as a separator follows, as the pattern prefers.
const char* PlanStep::EndOfList(const LineCursor& cursor) const {
  const char* at = cursor.at;
  while (true) {
    at = ends_.Find(at, cursor.end, cursor.line);
    const auto left = cursor.end - at;
    if (left >= 2 && std::memcmp(at, ", ", 2) == 0) {
      at += 2;
    } else if (left >= 3 && std::memcmp(at, " : ", 3) == 0) {
      at += 3;
    } else {
      return at;
    }
  }
}

}  // namespace logtally
