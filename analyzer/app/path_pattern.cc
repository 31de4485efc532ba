#include "app/path_pattern.h"

#include <cstddef>

namespace logtally {
namespace {

// The index of the ']' that closes the '[' at `open`, or npos. A ']' right after the '[' or its '!'
// stands for itself. Source: glob(7); a '/' cannot be matched by brackets.
size_t ClosingBracket(std::string_view pattern, size_t open) {
  size_t i = open + 1;
  if (i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^')) ++i;
  if (i < pattern.size() && pattern[i] == ']') ++i;
  for (; i < pattern.size() && pattern[i] != '/'; ++i) {
    if (pattern[i] == ']') return i;
    if (pattern[i] == '\\') {
      ++i;
    } else if (pattern.substr(i, 2) == "[:") {  // [[:digit:]]
      const size_t end = pattern.find(":]", i + 2);
      if (end == std::string_view::npos) return end;
      i = end + 1;
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::optional<std::string_view> PathPatternFault(std::string_view pattern) {
  if (!pattern.starts_with('/')) return "it does not begin with /";
  if (pattern.ends_with('/')) return "it is a folder";
  for (size_t i = 0; i < pattern.size(); ++i) {
    switch (pattern[i]) {
      case '\\':
        if (++i == pattern.size()) return "it ends in a lone \\";
        break;
      case '[':
        i = ClosingBracket(pattern, i);
        if (i == std::string_view::npos) return "a [ without its ]";
        break;
      case '{':
        return "{ } is not a pattern (list the paths; [{] is the character itself)";
      case '*':
        if (pattern.substr(i, 2) == "**") return "** is not a pattern (a * does not match a /)";
        break;
      default:
        break;
    }
  }
  return std::nullopt;
}

}  // namespace logtally
