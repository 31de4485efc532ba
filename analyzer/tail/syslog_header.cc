// Headers are written by the server, lines by its clients, and the header comes first: whatever a
// client sends stands behind the tag, where nobody looks any more.
#include "tail/syslog_header.h"

#include <algorithm>
#include <array>
#include <optional>

#include "absl/strings/ascii.h"

namespace logtally {
namespace {

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

// Whether text has the form: '0' stands for a digit, '_' for a digit or a space, others for
// themselves.
bool HasForm(std::string_view text, std::string_view form) {
  return text.size() == form.size() &&
         std::equal(text.begin(), text.end(), form.begin(), [](char c, char f) {
           return f == '0' ? IsDigit(c) : f == '_' ? IsDigit(c) || c == ' ' : c == f;
         });
}

// Takes everything up to the next space, and the space. Nothing if there is none, or no text
// before it.
std::optional<std::string_view> TakeWord(std::string_view& rest) {
  const size_t space = rest.find(' ');
  if (space == 0 || space == rest.npos) return std::nullopt;
  const std::string_view word = rest.substr(0, space);
  rest.remove_prefix(space + 1);
  return word;
}

// "<190>"
bool TakePriority(std::string_view& rest) {
  const size_t end = rest.substr(0, 5).find('>');
  if (end == rest.npos || end < 2 || rest.front() != '<') return false;
  if (!std::all_of(rest.begin() + 1, rest.begin() + static_cast<ptrdiff_t>(end), IsDigit)) {
    return false;
  }
  rest.remove_prefix(end + 1);
  return true;
}

// "Nov 22 18:00:00 " or "2026-11-22T18:00:00.123+01:00 "
bool TakeTime(std::string_view& rest) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (std::ranges::find(kMonths, rest.substr(0, 3)) != kMonths.end()) {
    constexpr std::string_view kForm = " _0 00:00:00 ";
    if (!HasForm(rest.substr(3, kForm.size()), kForm)) return false;
    rest.remove_prefix(3 + kForm.size());
    return true;
  }
  constexpr std::string_view kForm = "0000-00-00T00:00:00";
  return HasForm(rest.substr(0, kForm.size()), kForm) && TakeWord(rest).has_value();
}

// "nginx:" or "nginx[4711]:"
bool IsTag(std::string_view word) {
  if (word.size() < 2 || word.back() != ':') return false;
  word.remove_suffix(1);
  if (word.back() == ']') {
    const size_t bracket = word.find('[');
    if (bracket == word.npos) return false;
    word = word.substr(0, bracket);
  }
  return !word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char c) {
    return absl::ascii_isgraph(c) && c != ':' && c != '"' && c != '[' && c != ']';
  });
}

// Takes a tag at the beginning. It may be the end of the datagram, too.
bool TakeTag(std::string_view& rest) {
  if (IsTag(rest)) {
    rest = {};
    return true;
  }
  std::string_view behind = rest;
  const auto word = TakeWord(behind);
  if (!word || !IsTag(*word)) return false;
  rest = behind;
  return true;
}

std::string_view AfterRfc3164Header(std::string_view rest) {
  if (!TakeTime(rest) || TakeTag(rest)) return rest;
  std::string_view behind_host = rest;
  return TakeWord(behind_host) && TakeTag(behind_host) ? behind_host : rest;
}

// "-" or "[id name="value"…][…]…"; a value may hold anything, with '"', '\' and ']' escaped.
bool TakeStructuredData(std::string_view& rest) {
  if (rest.starts_with('-')) {
    rest.remove_prefix(1);
    return true;
  }
  if (!rest.starts_with('[')) return false;
  bool in_value = false;
  for (size_t i = 0; i < rest.size(); ++i) {
    if (in_value && rest[i] == '\\') {
      ++i;
    } else if (rest[i] == '"') {
      in_value = !in_value;
    } else if (!in_value && rest[i] == ']' && (i + 1 == rest.size() || rest[i + 1] != '[')) {
      rest.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

// Behind "<190>1 ": time, host, program, process id, message id, structured data, message.
std::optional<std::string_view> AfterRfc5424Header(std::string_view rest) {
  std::string_view time = rest;
  if (!TakeTime(time) && !rest.starts_with("- ")) return std::nullopt;
  for (int i = 0; i < 5; ++i) {
    if (!TakeWord(rest)) return std::nullopt;
  }
  if (!TakeStructuredData(rest)) return std::nullopt;
  if (rest.empty()) return rest;
  if (rest.front() != ' ') return std::nullopt;
  rest.remove_prefix(1);
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
  return rest;
}

}  // namespace

std::string_view SyslogMessage(std::string_view datagram) {
  std::string_view rest = datagram;
  if (!TakePriority(rest)) return datagram;
  if (rest.starts_with("1 ")) return AfterRfc5424Header(rest.substr(2)).value_or(datagram);
  return AfterRfc3164Header(rest);
}

}  // namespace logtally
