#include "pipeline/text_times.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <variant>
#include <vector>

#include "parse/line_parser.h"

namespace logtally {
namespace {

constexpr int64_t kLookedAtBytes = 64 << 10;
constexpr int64_t kPlausibleSeconds = 24 * 3600;

// The times of the lines in the range, in their order.
std::vector<int64_t> Times(LogContent& content, TextRange range, const LineReading& reading,
                           std::string_view path) {
  std::vector<int64_t> times;
  LineParser parser(reading.format, path);
  AccessRecord record;
  (void)ForEachLine(content, range, reading.max_line_bytes,
                    [&](std::span<const RawLine> lines, int64_t) {
                      parser.Observe(lines);
                      for (const RawLine& line : lines) {
                        if (line.kind != RawLine::Kind::kWhole) continue;
                        if (!parser.Parse(line.bytes, record) && record.time_unix) {
                          times.push_back(*record.time_unix);
                        }
                      }
                      return absl::OkStatus();
                    });
  return times;
}

int64_t Plausible(int64_t time, std::vector<int64_t> all) {
  const auto middle = all.begin() + std::ssize(all) / 2;
  std::nth_element(all.begin(), middle, all.end());
  return std::abs(time - *middle) > kPlausibleSeconds ? *middle : time;
}

}  // namespace

std::optional<int64_t> FirstTime(LogContent& content, TextRange range, const LineReading& reading,
                                 std::string_view path) {
  range.end = std::min(range.end, range.begin + kLookedAtBytes);
  const std::vector<int64_t> times = Times(content, range, reading, path);
  if (times.empty()) return std::nullopt;
  return Plausible(times.front(), times);
}

std::optional<int64_t> LastTime(LogContent& content, TextRange range, const LineReading& reading,
                                std::string_view path) {
  // Begins in the middle of a line, which then has no time, or the right one.
  range.begin = std::max(range.begin, range.end - kLookedAtBytes);
  const std::vector<int64_t> times = Times(content, range, reading, path);
  if (times.empty()) return std::nullopt;
  return Plausible(times.back(), times);
}

}  // namespace logtally
