// Reads just enough of RE2's syntax to know where a part of the pattern begins and ends, and which
// bytes it can hold. What it means is not asked: RE2 itself matches a piece that is more than a
// repeated class. In doubt the answer is "not of this kind".
#include "parse/pattern_pieces.h"

#include <utility>

namespace logtally {
namespace {

ByteClass Range(unsigned char first, unsigned char last) {
  ByteClass bytes;
  for (size_t byte = first; byte <= last; ++byte) bytes.set(byte);
  return bytes;
}

ByteClass Only(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return Range(value, value);
}

// What one or several atoms can match.
struct Extent {
  ByteClass bytes;
  int atoms = 0;          // with their quantifiers
  bool is_byte = false;   // one literal byte
  bool is_class = false;  // one byte of several
  bool is_run = false;    // one class, repeated with * or +
  bool may_be_empty = false;
  bool has_alternatives = false;
  // Of bytes, or of a run of bytes, among which a backslash takes the next one along: those that
  // stand for themselves, and the backslash.
  std::optional<ByteClass> unescaped;
};

// What a group has between '(', '|' and ')': "one byte or an escaped one" is told from the rest.
class Alternatives {
 public:
  void Begin() { atoms_.emplace_back(); }
  void Add(const Extent& atom) { atoms_.back().push_back(atom); }

  // The bytes of [^"\\]|\\. and the backslash; nothing if the group is something else.
  std::optional<ByteClass> BytesOrEscapes() const {
    if (atoms_.size() != 2) return std::nullopt;
    const size_t pair = atoms_[0].size() == 2 ? 0 : 1;
    const std::vector<Extent>& escape = atoms_[pair];
    const std::vector<Extent>& plain = atoms_[1 - pair];
    const bool is_escape = escape.size() == 2 && escape[0].is_byte &&
                           escape[0].bytes == Only('\\') && escape[1].is_class &&
                           escape[1].bytes == ~Only('\n');
    const bool is_plain =
        plain.size() == 1 && (plain[0].is_byte || plain[0].is_class) && !plain[0].bytes.test('\\');
    if (!is_escape || !is_plain) return std::nullopt;
    return plain[0].bytes | Only('\\');
  }

 private:
  std::vector<std::vector<Extent>> atoms_ = {{}};
};

// Moves through the pattern. Whatever it does not know makes `failed` true for good.
class Reader {
 public:
  explicit Reader(std::string_view pattern) : pattern_(pattern) {}

  bool failed() const { return failed_; }
  bool AtEnd() const { return at_ == pattern_.size(); }
  size_t at() const { return at_; }
  size_t groups() const { return groups_; }

  // One atom with its quantifier. `group` is set if it is a capturing group.
  Extent Atom(std::optional<size_t>& group) {
    Extent extent = BareAtom(group);
    extent.atoms = 1;
    const char quantifier = Quantifier();
    if (quantifier == '\0') return extent;
    // What a repeated group captured is its last round.
    if (group) Fail();
    const bool repeats = quantifier == '*' || quantifier == '+';
    if (extent.is_run || !repeats) extent.unescaped = std::nullopt;
    extent.is_run = repeats && (extent.is_byte || extent.is_class || extent.unescaped);
    extent.may_be_empty = quantifier == '*';
    extent.is_byte = extent.is_class = false;
    return extent;
  }

 private:
  Extent BareAtom(std::optional<size_t>& group) {
    const char byte = Next();
    switch (byte) {
      case '(':
        return Group(group);
      case '[':
        return OfClass(Brackets());
      case '.':
        return OfClass(~Only('\n'));
      case '\\':
        return Escape();
      case '^':
      case '$':
      case '|':
      case ')':
      case '*':
      case '+':
      case '?':
        Fail();
        return {};
      default:
        return OfByte(byte);
    }
  }

  Extent Group(std::optional<size_t>& group) {
    bool captures = true;
    if (Skip("?:")) {
      captures = false;
    } else if (Skip("?P<")) {
      while (!failed_ && Next() != '>') {
      }
      // A group in a group is more than a piece.
      if (depth_ > 0) Fail();
    } else if (Peek() == '?') {
      Fail();
    }
    if (captures) group = ++groups_;
    ++depth_;
    Extent inside;
    Alternatives alternatives;
    while (!failed_ && Peek() != ')') {
      if (Skip("|")) {
        inside.has_alternatives = true;
        alternatives.Begin();
        continue;
      }
      std::optional<size_t> inner;
      const Extent atom = Atom(inner);
      inside.bytes |= atom.bytes;
      inside.is_run = atom.is_run;
      inside.may_be_empty = atom.may_be_empty;
      inside.unescaped = atom.unescaped;
      ++inside.atoms;
      alternatives.Add(atom);
    }
    Next();
    --depth_;
    if (inside.atoms != 1 || inside.has_alternatives) {
      inside.is_run = false;
      inside.unescaped = alternatives.BytesOrEscapes();
    }
    return inside;
  }

  // A backslash and what follows, outside of brackets.
  Extent Escape() {
    const char byte = Next();
    if (const auto known = PerlClass(byte)) return OfClass(*known);
    return OfByte(EscapedByte(byte));
  }

  // From behind '[' to behind ']'.
  ByteClass Brackets() {
    ByteClass bytes;
    const bool negated = Skip("^");
    for (bool is_first = true; !failed_; is_first = false) {
      char byte = Next();
      if (byte == ']' && !is_first) break;
      if (byte == '[' && Peek() == ':') Fail();
      if (byte == '\\') {
        const char escaped = Next();
        if (const auto known = PerlClass(escaped)) {
          bytes |= *known;
          continue;
        }
        byte = EscapedByte(escaped);
      }
      if (Peek() != '-' || PeekSecond() == ']') {
        bytes |= Only(byte);
        continue;
      }
      Next();
      char last = Next();
      if (last == '\\') last = EscapedByte(Next());
      bytes |= Range(static_cast<unsigned char>(byte), static_cast<unsigned char>(last));
    }
    return negated ? ~bytes : bytes;
  }

  std::optional<ByteClass> PerlClass(char name) const {
    const ByteClass digits = Range('0', '9');
    const ByteClass spaces = Only('\t') | Only('\n') | Only('\f') | Only('\r') | Only(' ');
    const ByteClass words = digits | Range('A', 'Z') | Range('a', 'z') | Only('_');
    switch (name) {
      case 'd':
        return digits;
      case 'D':
        return ~digits;
      case 's':
        return spaces;
      case 'S':
        return ~spaces;
      case 'w':
        return words;
      case 'W':
        return ~words;
      default:
        return std::nullopt;
    }
  }

  // Only what stands for itself, and the tab.
  char EscapedByte(char byte) {
    if (byte == 't') return '\t';
    const bool is_name = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                         (byte >= '0' && byte <= '9');
    if (is_name) Fail();
    return byte;
  }

  // '*', '+', '?', '{' for a count, or 0 for none. Whether it is lazy does not matter: there is
  // one way to split a line.
  char Quantifier() {
    const char quantifier = Peek();
    if (quantifier != '*' && quantifier != '+' && quantifier != '?' && !IsCountNext()) return 0;
    Next();
    if (quantifier == '{') {
      while (!failed_ && Peek() != '}') {
        const char byte = Next();
        if (byte != ',' && (byte < '0' || byte > '9')) Fail();
      }
      Next();
    }
    Skip("?");
    const char more = Peek();
    if (more == '*' || more == '+' || more == '?' || IsCountNext()) Fail();
    return quantifier;
  }

  // A '{' that no digit follows is a plain byte.
  bool IsCountNext() const { return Peek() == '{' && PeekSecond() >= '0' && PeekSecond() <= '9'; }

  static Extent OfByte(char byte) {
    Extent extent;
    extent.bytes = Only(byte);
    extent.is_byte = true;
    return extent;
  }
  static Extent OfClass(const ByteClass& bytes) {
    Extent extent;
    extent.bytes = bytes;
    extent.is_class = true;
    return extent;
  }

  char Peek() const { return at_ < pattern_.size() ? pattern_[at_] : '\0'; }
  char PeekSecond() const { return at_ + 1 < pattern_.size() ? pattern_[at_ + 1] : '\0'; }
  char Next() {
    if (AtEnd()) {
      Fail();
      return '\0';
    }
    return pattern_[at_++];
  }
  bool Skip(std::string_view text) {
    if (!pattern_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }
  void Fail() { failed_ = true; }

  std::string_view pattern_;
  size_t at_ = 0;
  size_t groups_ = 0;
  int depth_ = 0;
  bool failed_ = false;
};

bool EveryPieceEndsForSure(const PatternPieces& parts) {
  for (size_t i = 0; i < parts.pieces.size(); ++i) {
    const std::string& behind = parts.literals[i + 1];
    if (!behind.empty() && parts.pieces[i].bytes.test(static_cast<unsigned char>(behind.front()))) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<PatternPieces> TakeApart(std::string_view pattern) {
  if (pattern.starts_with('^')) pattern.remove_prefix(1);
  if (pattern.ends_with('$') && !pattern.ends_with("\\$")) pattern.remove_suffix(1);
  PatternPieces parts;
  parts.literals.emplace_back();
  Reader reader(pattern);
  while (!reader.AtEnd()) {
    const size_t begin = reader.at();
    std::optional<size_t> group;
    const Extent extent = reader.Atom(group);
    if (reader.failed()) return std::nullopt;
    if (extent.is_byte && extent.atoms == 1) {
      for (size_t byte = 0; byte < extent.bytes.size(); ++byte) {
        if (extent.bytes.test(byte)) parts.literals.back() += static_cast<char>(byte);
      }
      continue;
    }
    const std::string text(pattern.substr(begin, reader.at() - begin));
    const bool touches = !parts.pieces.empty() && parts.literals.back().empty();
    if (!touches) {
      const bool has_escapes = extent.is_run && extent.unescaped;
      parts.pieces.push_back({text, has_escapes ? *extent.unescaped : extent.bytes, group,
                              extent.is_run, extent.may_be_empty, has_escapes});
      parts.literals.emplace_back();
      continue;
    }
    // Two that touch are one piece, unless one of them has to be told from the other.
    PatternPiece& before = parts.pieces.back();
    if (group || before.group || before.has_escapes) return std::nullopt;
    before.pattern += text;
    before.bytes |= extent.bytes;
    before.is_run = false;
  }
  if (!EveryPieceEndsForSure(parts)) return std::nullopt;
  return parts;
}

}  // namespace logtally
