#include "parse/field_grammar.h"

#include <utility>

#include "absl/strings/str_format.h"

namespace logtally {
namespace {

using Backslash = TextRule::Backslash;
using Kind = FieldGrammar::Kind;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Any bytes but `excluded`, '"' and the stop; a backslash takes the next byte along, if that is
// not one of them. Before a '"' it takes whatever comes: that is how quotes are escaped.
TextRule EscapedText(std::string excluded, char stop) {
  if (excluded.find(stop) == std::string::npos) excluded += stop;
  return {std::move(excluded), stop == '"' ? Backslash::kTakesAny : Backslash::kTakesIncluded};
}

TextRule NotEmpty(TextRule text) {
  text.may_be_empty = false;
  return text;
}

// A byte class that leaves out `bytes`. Hexadecimal, so that no byte is special.
std::string NoneOf(const std::string& bytes) {
  std::string pattern = "[^";
  for (const char c : bytes) {
    pattern += absl::StrFormat("\\x%02x", static_cast<unsigned char>(c));
  }
  return pattern + "]";
}

// One byte of the text, with the backslash before it.
std::string UnitPattern(const TextRule& text) {
  const std::string plain = NoneOf(text.excluded + "\"\\");
  switch (text.backslash) {
    case Backslash::kNever:
      return plain;
    case Backslash::kTakesAny:
      return "(?:" + plain + "|\\\\(?s:.))";
    case Backslash::kTakesIncluded:
      return "(?:" + plain + "|\\\\" + NoneOf(text.excluded) + ")";
  }
  return "";
}

std::string TextPattern(const TextRule& text) {
  return UnitPattern(text) + (text.may_be_empty ? "*" : "+");
}

}  // namespace

FieldGrammar GrammarOf(const LayoutField& field) {
  switch (field.meaning) {
    case FieldMeaning::kStatus:
      return {Kind::kStatus, {}};
    case FieldMeaning::kBytes:
      return {Kind::kBytes, {}};
    case FieldMeaning::kHost:
      // Before ":$server_port" an IPv6 address stands in brackets.
      if (field.stop == ':') return {Kind::kHostBeforePort, NotEmpty(EscapedText(" [", ':'))};
      break;
    default:
      break;
  }
  if (field.variable == "server_port") return {Kind::kDigits, {}};
  switch (field.shape) {
    case FieldShape::kBare:
      if (field.variable != "remote_addr") return {Kind::kText, EscapedText(" ", field.stop)};
      // A comma would make it a list, of which one word is not the client. An IPv6 address before
      // ":$remote_port" has colons of its own: the last one counts.
      if (field.stop == ':') return {Kind::kTextToLastStop, NotEmpty(EscapedText(" ,", ' '))};
      return {Kind::kText, NotEmpty(EscapedText(" ,", field.stop))};
    case FieldShape::kTwoWords:
      return {Kind::kTwoWords, NotEmpty(EscapedText(" ", field.stop))};
    case FieldShape::kWords:
      // After a space comes either the stop or another word: one byte decides.
      return {Kind::kWords, EscapedText(" ", field.stop)};
    case FieldShape::kList:
      return {Kind::kList, {" ,", Backslash::kNever}};
    case FieldShape::kInBrackets:
      return {Kind::kText, {"]", Backslash::kNever}};
    case FieldShape::kQuoted:
      return {Kind::kText, EscapedText("", field.stop)};
  }
  return {Kind::kText, {}};
}

std::string FieldPattern(const LayoutField& field) {
  const FieldGrammar grammar = GrammarOf(field);
  const std::string text = TextPattern(grammar.text);
  switch (grammar.kind) {
    case Kind::kStatus:
      return "-1?|[0-9]{0,3}";
    case Kind::kBytes:
      return "-|\\+?[0-9]+";
    case Kind::kDigits:
      return "[0-9]+";
    case Kind::kText:
    case Kind::kTextToLastStop:
      return text;
    case Kind::kHostBeforePort:
      return "\\[[0-9A-Fa-f:.]*\\]|" + text;
    case Kind::kTwoWords:
      return text + " " + text;
    case Kind::kWords:
      return "\"\" |(?:" + text + " )+";
    case Kind::kList:
      return text + "(?:(?:, | : )" + text + ")*";
  }
  return "";
}

bool EndsForSure(const LayoutField& field) {
  if (field.stop == '\\') return false;
  switch (GrammarOf(field).kind) {
    case Kind::kStatus:
      return field.stop != '-';
    case Kind::kBytes:
    case Kind::kDigits:
      return !IsDigit(field.stop);
    case Kind::kTextToLastStop:
    case Kind::kList:
      return false;
    default:
      return true;
  }
}

}  // namespace logtally
