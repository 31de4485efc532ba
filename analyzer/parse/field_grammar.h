// What bytes the value of a layout's field may hold.
//
// The one source of both ways to read a line: the reference pattern prints it as a class of RE2,
// the delimiter plan walks by it. They agree because they start here.
#ifndef LOGTALLY_PARSE_FIELD_GRAMMAR_H_
#define LOGTALLY_PARSE_FIELD_GRAMMAR_H_

#include <cstdint>
#include <string>

#include "parse/layout.h"

namespace logtally {

// A run of bytes that holds no bare '"'.
struct TextRule {
  // What a backslash does in the text.
  enum class Backslash : uint8_t {
    kNever,          // it is not allowed
    kTakesAny,       // takes the byte after it along, whichever it is
    kTakesIncluded,  // takes the byte after it along, unless that is excluded
  };

  std::string excluded;  // bytes that it does not hold, besides '"'
  Backslash backslash = Backslash::kNever;
  bool may_be_empty = true;
};

struct FieldGrammar {
  enum class Kind : uint8_t {
    kStatus,          // -1, -, or up to three digits
    kBytes,           // -, or digits, maybe behind a '+'
    kDigits,          // one or more
    kText,            // one text
    kTextToLastStop,  // the longest text that the stop follows
    kHostBeforePort,  // an IPv6 address in brackets, or a text
    kTwoWords,        // a text, a space, a text
    kWords,           // "" and a space, or one or more texts, each with the space after it
    kList,            // texts with ", " or " : " between them
  };

  Kind kind;
  TextRule text;  // for the kinds that are made of text
};

FieldGrammar GrammarOf(const LayoutField& field);

// The RE2 class of a field, without a group around it.
std::string FieldPattern(const LayoutField& field);

// Whether the byte after a field says for sure that the field ends there. Such fields can be
// matched one after the other instead of all at once, and RE2 can match them in one pass.
bool EndsForSure(const LayoutField& field);

}  // namespace logtally

#endif  // LOGTALLY_PARSE_FIELD_GRAMMAR_H_
