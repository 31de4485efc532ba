#include "pipeline/text_parts.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "tail/container_log.h"

namespace logtally {
namespace {

constexpr int64_t kSmallestPartBytes = 16 << 20;
constexpr int64_t kLookedAtBytes = 64 << 10;

std::string BytesAt(LogContent& content, int64_t offset) {
  std::string bytes(kLookedAtBytes, '\0');
  bytes.resize(content.ReadAt({bytes.data(), bytes.size()}, offset).value_or(0));
  return bytes;
}

// Where the first line begins at `offset` or behind it, if one does within kLookedAtBytes.
std::optional<int64_t> LineBeginAt(LogContent& content, int64_t offset) {
  const size_t newline = BytesAt(content, offset - 1).find('\n');
  if (newline == std::string::npos) return std::nullopt;
  return offset + static_cast<int64_t>(newline);
}

bool IsOfAContainer(LogContent& content, int64_t offset) {
  const std::string bytes = BytesAt(content, offset);
  const std::string_view first_line = std::string_view(bytes).substr(0, bytes.find('\n'));
  return DetectContainerFormat(first_line) != ContainerFormat::kNone;
}

}  // namespace

std::vector<TextRange> PartsOf(LogContent& content, TextRange range, int parts) {
  const int64_t size = range.end - range.begin;
  const int64_t count = std::min<int64_t>(parts, size / kSmallestPartBytes);
  const bool open_end = range.end == std::numeric_limits<int64_t>::max();
  if (count < 2 || open_end || content.is_archive() || IsOfAContainer(content, range.begin)) {
    return {range};
  }
  std::vector<TextRange> result;
  int64_t begin = range.begin;
  for (int64_t i = 1; i < count; ++i) {
    const auto cut = LineBeginAt(content, range.begin + size / count * i);
    if (!cut || *cut <= begin || *cut >= range.end) continue;
    result.push_back({begin, *cut});
    begin = *cut;
  }
  result.push_back({begin, range.end});
  return result;
}

}  // namespace logtally
