#include "parse/field_values.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace logtally {

int64_t ParseBytesSent(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.size() > 18) return 0;
  int64_t bytes = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return 0;
    bytes = bytes * 10 + (c - '0');
  }
  return bytes;
}

std::optional<double> ParseSeconds(std::string_view text) {
  // Otherwise from_chars would take "inf" and "nan".
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  double seconds = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seconds, std::chars_format::fixed);
  if (error != std::errc() || stop != end) return std::nullopt;
  return seconds;
}

std::optional<double> SumUpstreamSeconds(std::string_view list) {
  std::optional<double> sum;
  while (!list.empty()) {
    const size_t begin = list.find_first_not_of(" ,:");
    if (begin == std::string_view::npos) break;
    const size_t end = std::min(list.find_first_of(" ,:", begin), list.size());
    if (const auto seconds = ParseSeconds(list.substr(begin, end - begin))) {
      sum = sum.value_or(0) + *seconds;
    }
    list.remove_prefix(end);
  }
  return sum;
}

}  // namespace logtally
