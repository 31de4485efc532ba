#include "parse/json_search.h"

#include <algorithm>
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

MatchResult SearchJson(std::string_view line, TimestampReader& timestamps, AccessRecord& record) {
  if (FindJsonObject(line).empty()) return MatchResult::kNoMatch;
  static const auto* const formats = new std::vector<const LogFormat*>(FindJsonFormats());
  MatchResult answer = MatchResult::kNoMatch;
  for (const LogFormat* format : *formats) {
    const MatchResult result = format->Match(line, timestamps, record);
    if (result == MatchResult::kRecord || result == MatchResult::kNoAccess) return result;
    // Unless another format knows the status by another name.
    if (result == MatchResult::kNoStatus) answer = result;
  }
  return answer;
}

}  // namespace logtally
