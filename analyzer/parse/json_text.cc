#include "parse/json_text.h"

#include <charconv>
#include <cmath>
#include <system_error>

namespace logtally {
namespace {

constexpr size_t kNone = std::string_view::npos;

// How many make a second. To divide by it is exact where to multiply by 1e-9 is not.
constexpr double kUnitsPerSecond[] = {1, 1e3, 1e6, 1e9};

// Four hexadecimal digits at the beginning of `text`.
std::optional<uint32_t> FourHexDigits(std::string_view text) {
  uint32_t value = 0;
  if (text.size() < 4) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + 4, value, 16);
  if (error != std::errc() || end != text.data() + 4) return std::nullopt;
  return value;
}

void AppendUtf8(uint32_t code, std::string& out) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

// Takes one \u escape (or two that make a pair) from the beginning of `text`. Returns how many
// bytes it took; 0 if there is none.
size_t TakeUnicodeEscape(std::string_view text, std::string& out) {
  constexpr size_t kEscapeBytes = 6;
  if (!text.starts_with("\\u")) return 0;
  const auto first = FourHexDigits(text.substr(2));
  if (!first) return 0;
  if (*first < 0xD800 || *first > 0xDFFF) {
    AppendUtf8(*first, out);
    return kEscapeBytes;
  }
  const std::string_view rest = text.substr(kEscapeBytes);
  if (*first > 0xDBFF || !rest.starts_with("\\u")) return 0;
  const auto second = FourHexDigits(rest.substr(2));
  if (!second || *second < 0xDC00 || *second > 0xDFFF) return 0;
  AppendUtf8(0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00), out);
  return 2 * kEscapeBytes;
}

std::optional<double> TakeNumber(std::string_view& text) {
  // Otherwise from_chars would take "inf", "nan" and a sign.
  if (text.empty() || ((text.front() < '0' || text.front() > '9') && text.front() != '.')) {
    return std::nullopt;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return value;
}

// A unit of Go's time.Duration is seconds / per_second.
struct Unit {
  std::string_view name;
  double seconds;
  double per_second;
};
// A longer name before one that it begins with.
constexpr Unit kUnits[] = {{"ns", 1, 1e9},        {"us", 1, 1e6}, {"\xC2\xB5s", 1, 1e6},
                           {"\xCE\xBCs", 1, 1e6}, {"ms", 1, 1e3}, {"s", 1, 1},
                           {"m", 60, 1},          {"h", 3600, 1}};

const Unit* TakeUnit(std::string_view& text) {
  for (const Unit& unit : kUnits) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return &unit;
  }
  return nullptr;
}

}  // namespace

std::optional<TimeUnit> FindTimeUnit(std::string_view name) {
  if (name == "s") return TimeUnit::kSeconds;
  if (name == "ms") return TimeUnit::kMilliseconds;
  if (name == "us") return TimeUnit::kMicroseconds;
  if (name == "ns") return TimeUnit::kNanoseconds;
  return std::nullopt;
}

std::string_view TokenText(std::string_view token) {
  if (token.size() >= 2 && token.front() == '"' && token.back() == '"') {
    token = token.substr(1, token.size() - 2);
  } else if (token == "null") {
    return {};
  }
  return token == "-" ? std::string_view() : token;
}

void AppendUnescaped(std::string_view text, std::string& out) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  for (;;) {
    const size_t backslash = text.find('\\');
    out.append(text.substr(0, backslash));
    if (backslash == kNone) return;
    text.remove_prefix(backslash);
    if (const size_t taken = TakeUnicodeEscape(text, out)) {
      text.remove_prefix(taken);
      continue;
    }
    const size_t letter = text.size() > 1 ? kLetters.find(text[1]) : kNone;
    if (letter == kNone) {
      out += '\\';
      text.remove_prefix(1);
    } else {
      out += kMeanings[letter];
      text.remove_prefix(2);
    }
  }
}

std::optional<double> ParseJsonSeconds(std::string_view text, TimeUnit unit) {
  auto number = TakeNumber(text);
  if (!number) return std::nullopt;
  if (text.empty()) return *number / kUnitsPerSecond[static_cast<size_t>(unit)];
  double seconds = 0;
  while (number) {
    const Unit* own_unit = TakeUnit(text);
    if (own_unit == nullptr) return std::nullopt;
    seconds += *number * own_unit->seconds / own_unit->per_second;
    if (text.empty()) return std::isfinite(seconds) ? std::optional(seconds) : std::nullopt;
    number = TakeNumber(text);
  }
  return std::nullopt;
}

std::string_view EpochInSeconds(std::string_view text) {
  size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  // Seconds have 10 digits from 2001 to 2286; each unit that is a thousand times smaller, 3 more.
  if (digits < 12 || digits > 20) return text;
  if (digits < text.size() && text[digits] != '.') return text;
  return text.substr(0, digits - (digits - 9) / 3 * 3);
}

}  // namespace logtally
