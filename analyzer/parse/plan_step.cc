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
// The stop of a field that nothing follows.
constexpr char kLineEnd = '\n';

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::shared_ptr<const re2::RE2> Compiled(const std::string& pattern) {
  return std::make_shared<const re2::RE2>(pattern, re2::RE2::Latin1);
}

std::string EndsOf(const FieldGrammar& grammar, char stop) {
  switch (grammar.kind) {
    case FieldGrammar::Kind::kStatus:
      return std::string(1, stop);
    case FieldGrammar::Kind::kWords:  // the spaces are part of it
      return std::string("\"\\") + stop;
    default:
      return grammar.text.excluded + "\"\\";
  }
}

// Bytes outside of the class of a run, and the backslash if it has a meaning.
std::string EndsOf(const PatternPiece& piece) {
  std::string ends;
  for (size_t byte = 0; byte < piece.bytes.size(); ++byte) {
    if (!piece.bytes.test(byte)) ends += static_cast<char>(byte);
  }
  return piece.has_escapes ? ends + '\\' : ends;
}

TextRule TextOf(const PatternPiece& piece) {
  // What the '.' behind a backslash does not match.
  if (piece.has_escapes) return {"\n", Backslash::kTakesIncluded, piece.may_be_empty};
  return {"", Backslash::kNever, piece.may_be_empty};
}

// Whether the first byte outside of its class, which the stop is, can be looked for.
bool EndsLikeText(const PatternPiece& piece) {
  const size_t ends = EndsOf(piece).size();
  return piece.is_run && ends > 0 && ends <= ByteSet::kMaxBytes;
}

const char* SkipDigits(const char* at, const char* end) {
  while (at != end && IsDigit(*at)) ++at;
  return at;
}

const char* EndOfDigits(const char* at, const char* end) {
  const char* behind = SkipDigits(at, end);
  return behind == at ? nullptr : behind;
}

const char* EndOfBytes(const char* at, const char* end) {
  if (at == end) return nullptr;
  if (*at == '-') return at + 1;
  return EndOfDigits(at + (*at == '+' ? 1 : 0), end);
}

}  // namespace

PlanLiteral::PlanLiteral(std::string bytes) : bytes_(std::move(bytes)), size_bytes_(bytes_.size()) {
  const size_t size = std::min(bytes_.size(), sizeof(word_));
  const std::string ones(size, '\xff');
  std::memcpy(&word_, bytes_.data(), size);
  std::memcpy(&mask_, ones.data(), size);
}

const char* PlanLiteral::SkipSlowly(const char* at, const char* end) const {
  if (static_cast<size_t>(end - at) < size_bytes_) return nullptr;
  for (const char byte : bytes_) {
    if (*at++ != byte) return nullptr;
  }
  return at;
}

bool PlanStep::CanFind(const LayoutField& field) {
  if (field.stop == '\\') return false;
  switch (GrammarOf(field).kind) {
    case FieldGrammar::Kind::kTextToLastStop:
      return true;
    case FieldGrammar::Kind::kList:
      // The items are as long as they can be; another stop could be part of one.
      return field.stop == ' ' || field.stop == '"' || field.stop == kLineEnd;
    default:
      return EndsForSure(field);
  }
}

// RE2 is asked about all that stands before the first stop; an escaped stop is not the last one.
bool PlanStep::CanFind(const PatternPiece& piece, FieldMeaning meaning) {
  return !piece.has_escapes || (EndsLikeText(piece) && meaning != FieldMeaning::kStatus);
}

PlanStep::Kind PlanStep::KindOf(const FieldGrammar& grammar) {
  switch (grammar.kind) {
    case FieldGrammar::Kind::kStatus:
      return Kind::kMatch;
    case FieldGrammar::Kind::kBytes:
      return Kind::kBytes;
    case FieldGrammar::Kind::kDigits:
      return Kind::kDigits;
    case FieldGrammar::Kind::kText:
      return Kind::kText;
    case FieldGrammar::Kind::kTextToLastStop:
      return Kind::kTextToLastStop;
    case FieldGrammar::Kind::kHostBeforePort:
      return Kind::kHostBeforePort;
    case FieldGrammar::Kind::kTwoWords:
      return Kind::kTwoWords;
    case FieldGrammar::Kind::kWords:
      return Kind::kWords;
    case FieldGrammar::Kind::kList:
      return Kind::kList;
  }
  return Kind::kMatch;
}

PlanStep::PlanStep(PlanLiteral before, const LayoutField& field)
    : before_(std::move(before)),
      kind_(KindOf(GrammarOf(field))),
      meaning_(field.meaning),
      stop_(field.stop),
      goes_to_line_end_(field.stop == kLineEnd),
      is_time_before_sure_stop_(field.meaning == FieldMeaning::kTime && kind_ == Kind::kText &&
                                field.shape != FieldShape::kBare &&
                                (field.stop == ']' || field.stop == '"')),
      text_(GrammarOf(field).text),
      ends_(EndsOf(GrammarOf(field), field.stop)) {
  if (kind_ == Kind::kMatch) regex_ = Compiled(FieldPattern(field));
}

// The status is matched by RE2 on every line, however simple its pattern is.
PlanStep::PlanStep(PlanLiteral before, const PatternPiece& piece, FieldMeaning meaning,
                   std::optional<char> stop)
    : before_(std::move(before)),
      kind_(EndsLikeText(piece) && meaning != FieldMeaning::kStatus ? Kind::kText : Kind::kMatch),
      meaning_(meaning),
      stop_(stop.value_or(kLineEnd)),
      goes_to_line_end_(!stop),
      is_time_before_sure_stop_(false),
      text_(TextOf(piece)),
      ends_(kind_ == Kind::kText ? EndsOf(piece) : std::string(1, stop_)) {
  if (kind_ == Kind::kMatch) regex_ = Compiled(piece.pattern);
}

const char* PlanStep::EndOfOther(const char* at, const char* end, const char* line) const {
  switch (kind_) {
    case Kind::kText:
      return EndOfText(at, end, line);
    case Kind::kMatch:
      return EndOfMatch(at, end, line);
    case Kind::kBytes:
      return EndOfBytes(at, end);
    case Kind::kDigits:
      return EndOfDigits(at, end);
    case Kind::kTextToLastStop:
      return EndOfTextToLastStop(at, end, line);
    case Kind::kHostBeforePort:
      return EndOfHost(at, end, line);
    case Kind::kTwoWords: {
      // The first word ends at a space, which may also be the stop; the second at the stop.
      const char* space = ends_.Find(at, end, line);
      if (space == end || *space != ' ' || space == at) return nullptr;
      return EndOfText(space + 1, end, line);
    }
    case Kind::kWords:
      return EndOfWords(at, end, line);
    case Kind::kList:
      return EndOfList(at, end, line);
  }
  return nullptr;
}

// A text ends at its stop, or at the line's end: goes from one byte of `ends_` to the next, past
// the escaped ones. `at` is the first of them.
const char* PlanStep::EndOfOddText(const char* begin, const char* at, const char* end,
                                   const char* line) const {
  for (;; at = ends_.Find(at, end, line)) {
    if (at == end) {
      if (!goes_to_line_end_) return nullptr;
      break;
    }
    if (*at == stop_ && !goes_to_line_end_) break;
    if (*at != '\\' || text_.backslash == Backslash::kNever || at + 1 == end) return nullptr;
    if (text_.backslash == Backslash::kTakesIncluded &&
        text_.excluded.find(at[1]) != std::string::npos) {
      return nullptr;
    }
    at += 2;
  }
  return at == begin && !text_.may_be_empty ? nullptr : at;
}

// The field cannot hold the stop, so it is all before the first one, or it is not there.
const char* PlanStep::EndOfMatch(const char* at, const char* end, const char* line) const {
  const char* stop = goes_to_line_end_ ? end : ends_.Find(at, end, line);
  if (stop == end && !goes_to_line_end_) return nullptr;
  const auto size = static_cast<size_t>(stop - at);
  return regex_->Match({at, size}, 0, size, re2::RE2::ANCHOR_BOTH, nullptr, 0) ? stop : nullptr;
}

const char* PlanStep::EndOfHost(const char* at, const char* end, const char* line) const {
  if (at == end || *at != '[') return EndOfText(at, end, line);
  const auto is_of_address = [](char c) {
    return IsDigit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
  };
  do {
    ++at;
  } while (at != end && is_of_address(*at));
  return at != end && *at == ']' ? at + 1 : nullptr;
}

const char* PlanStep::EndOfTextToLastStop(const char* at, const char* end, const char* line) const {
  const char* last = ends_.Find(at, end, line);
  // What a backslash does to a stop behind it is left to the pattern.
  if (last != end && *last == '\\') return nullptr;
  while (last != at && last[-1] != stop_) --last;
  // `last` is behind the last stop; the text must not be empty.
  return last - at >= 2 ? last - 1 : nullptr;
}

// Words end at the stop behind a space; a space cannot be escaped.
const char* PlanStep::EndOfWords(const char* begin, const char* end, const char* line) const {
  if (end - begin >= 3) {
    if (begin[0] == '-' && begin[1] == ' ' && begin[2] == stop_) return begin + 2;
    if (begin[0] == '"' && begin[1] == '"' && begin[2] == ' ') return begin + 3;
  }
  const char* at = begin;
  while (true) {
    at = ends_.Find(at, end, line);
    if (at == end) return nullptr;
    if (*at == stop_) break;
    if (*at != '\\' || at + 1 == end || text_.excluded.find(at[1]) != std::string::npos) {
      return nullptr;
    }
    at += 2;
  }
  return at != begin && at[-1] == ' ' ? at : nullptr;
}

// Goes on for as long as a separator follows, as the pattern prefers.
const char* PlanStep::EndOfList(const char* at, const char* end, const char* line) const {
  while (true) {
    at = ends_.Find(at, end, line);
    if (end - at >= 2 && std::memcmp(at, ", ", 2) == 0) {
      at += 2;
    } else if (end - at >= 3 && std::memcmp(at, " : ", 3) == 0) {
      at += 3;
    } else {
      return at;
    }
  }
}

}  // namespace logtally
