#include "parse/json_search.h"

#include <algorithm>
#include <variant>
#include <vector>

#include "parse/format_presets.h"
#include "parse/json_walk.h"

namespace logtally {
namespace {

std::vector<const LogFormat*> FindJsonFormats() {
  std::vector<const LogFormat*> formats;
  for (const FormatPreset& preset : FormatPresets()) {
    if (preset.format->is_json()) formats.push_back(preset.format.get());
  }
  std::stable_sort(formats.begin(), formats.end(), [](const LogFormat* a, const LogFormat* b) {
    return a->specificity() > b->specificity();
  });
  return formats;
}

}  // namespace

std::optional<ParseResult> SearchJson(std::string_view line, TimestampReader& timestamps) {
  if (FindJsonObject(line).empty()) return std::nullopt;
  static const auto* const formats = new std::vector<const LogFormat*>(FindJsonFormats());
  std::optional<ParseResult> answer;
  for (const LogFormat* format : *formats) {
    const auto result = format->Match(line, timestamps);
    if (!result) continue;
    const auto* reason = std::get_if<RejectReason>(&*result);
    if (reason == nullptr || *reason != RejectReason::kNoStatus) return result;
    answer = result;  // unless another format knows the status by another name
  }
  return answer;
}

}  // namespace logtally
