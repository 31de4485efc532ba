#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <vector>

#include "absl/strings/str_format.h"

namespace logtally {
namespace {

// One decoded character: its code point and how many bytes it took. `valid` is false for a byte
// that starts no well-formed sequence (RFC 3629: no overlong forms, no surrogates, <= U+10FFFF).
struct Decoded {
  char32_t code_point;
  size_t size_bytes;
  bool valid;
};

Decoded DecodeUtf8(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const Decoded invalid{lead, 1, false};
  const size_t size = lead >= 0xC2 && lead <= 0xDF   ? 2
                      : lead >= 0xE0 && lead <= 0xEF ? 3
                      : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                     : 0;
  if (size == 0 || text.size() < size) return invalid;
  char32_t code_point = lead & (0xFF >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return invalid;
    code_point = (code_point << 6) | (byte(i) & 0x3F);
  }
  static constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code_point < kSmallest[size] || code_point > 0x10FFFF) return invalid;
  if (code_point >= 0xD800 && code_point <= 0xDFFF) return invalid;
  return {code_point, size, true};
}

// True for what would move the cursor, hide text or turn its direction round.
bool CommandsTerminal(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF;
}

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::optional<int64_t> ParseInt64(std::string_view text) {
  int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::optional<absl::Duration> ParseDuration(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  absl::Duration unit;
  switch (text.back()) {
    case 's':
      unit = absl::Seconds(1);
      break;
    case 'm':
      unit = absl::Minutes(1);
      break;
    case 'h':
      unit = absl::Hours(1);
      break;
    case 'd':
      unit = absl::Hours(24);
      break;
    case 'w':
      unit = absl::Hours(24 * 7);
      break;
    default:
      return std::nullopt;
  }
  const auto number = ParseInt64(text.substr(0, text.size() - 1));
  // A century is more than anybody means, and far from overflow.
  if (!number || *number < 0 || *number * unit > absl::Hours(24 * 36525)) return std::nullopt;
  return *number * unit;
}

std::optional<int64_t> ParseBytes(std::string_view text) {
  int64_t factor = 1;
  for (const std::string_view unit : {"KiB", "MiB", "GiB"}) {
    factor *= 1024;
    if (!text.ends_with(unit)) continue;
    const auto number = ParseInt64(text.substr(0, text.size() - unit.size()));
    if (!number || *number < 0 || *number > (int64_t{1} << 62) / factor) return std::nullopt;
    return *number * factor;
  }
  return std::nullopt;
}

std::string EscapeForTerminal(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Decoded c = DecodeUtf8(text);
    const std::string_view bytes = text.substr(0, c.size_bytes);
    if (c.valid && !CommandsTerminal(c.code_point)) {
      out.append(bytes);
    } else {
      for (const char byte : bytes) {
        out.append(absl::StrFormat("\\x%02X", static_cast<unsigned char>(byte)));
      }
    }
    text.remove_prefix(c.size_bytes);
  }
  return out;
}

std::string ValidUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Decoded c = DecodeUtf8(text);
    out.append(c.valid ? text.substr(0, c.size_bytes) : std::string_view("\xEF\xBF\xBD"));
    text.remove_prefix(c.size_bytes);
  }
  return out;
}

std::string FormatCount(int64_t count) {
  std::string digits = absl::StrFormat("%d", count);
  const size_t first = count < 0 ? 1 : 0;
  for (size_t i = digits.size(); i > first + 3;) {
    i -= 3;
    digits.insert(i, ",");
  }
  return digits;
}

std::string FormatBytes(int64_t bytes) {
  if (bytes < 1024) return absl::StrFormat("%d B", bytes);
  static constexpr const char* kUnits[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  while (value >= 1024 && unit + 1 < std::size(kUnits)) {
    value /= 1024;
    ++unit;
  }
  return absl::StrFormat("%.1f %s", value, kUnits[unit]);
}

std::optional<std::string_view> NearestName(std::string_view name,
                                            std::span<const std::string_view> candidates) {
  std::optional<std::string_view> nearest;
  size_t nearest_distance = std::max<size_t>(2, name.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    const size_t distance = EditDistance(name.substr(0, 64), candidate);
    if (distance < nearest_distance) {
      nearest_distance = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace logtally
