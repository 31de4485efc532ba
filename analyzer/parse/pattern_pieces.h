// Takes a custom pattern apart like a layout, where it is simple enough: literal text and the
// pieces between, each of which ends where the next literal begins.
#ifndef LOGTALLY_PARSE_PATTERN_PIECES_H_
#define LOGTALLY_PARSE_PATTERN_PIECES_H_

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace logtally {

// All byte values, each in or out.
using ByteClass = std::bitset<256>;

// A part of a pattern that is not plain text: (?P<status>\d{3}), [^"]*, (?:a|b).
struct PatternPiece {
  std::string pattern;          // the part itself, a pattern of its own
  ByteClass bytes;              // all that a match of it can hold
  std::optional<size_t> group;  // the index of the capturing group that it is, from 1
  bool is_run = false;          // one byte class, repeated with * or +
  bool may_be_empty = true;     // of a run
  // A run in which a backslash takes the next byte along: (?:[^"\\]|\\.)*. The bytes are those that
  // stand for themselves, and the backslash; behind one is any byte but '\n'.
  bool has_escapes = false;
};

// literals[0] pieces[0] literals[1] … pieces[n-1] literals[n]. Only the outermost two literals may
// be empty, and no piece can hold the first byte of the literal behind it, unless escaped: so there
// is only one way in which a line can be split.
struct PatternPieces {
  std::vector<std::string> literals;
  std::vector<PatternPiece> pieces;
};

// Shape:  `pattern` is one that RE2 (Latin-1) has compiled.
// Errors: nothing if the pattern is not of this kind, or has syntax that is rare (flags, anchors in
//         the middle, named classes, quantifiers on or named groups inside of groups).
// Source: https://github.com/google/re2/wiki/Syntax
std::optional<PatternPieces> TakeApart(std::string_view pattern);

}  // namespace logtally

#endif  // LOGTALLY_PARSE_PATTERN_PIECES_H_
