#include "parse/format_detector.h"

#include <algorithm>
#include <tuple>

#include "parse/format_presets.h"
#include "parse/tolerant_search.h"

namespace logtally {
namespace {

// A more specific format may miss this share of the best one's votes: odd lines that only a
// looser format matches must not hide the virtual host of all the others.
constexpr double kNearlyAsMany = 0.9;

constexpr double kMinConfidence = 0.5;

}  // namespace

FormatDetector::FormatDetector(std::string_view path)
    : preferred_prefix_(path.find("apache") != std::string_view::npos ||
                                path.find("httpd") != std::string_view::npos
                            ? "apache_"
                            : "nginx_"),
      votes_(FormatPresets().size(), 0) {}

void FormatDetector::Vote(std::string_view line) {
  line = StripNoise(line);
  if (line.empty() || has_seen_enough()) return;
  ++lines_seen_;
  AccessRecord record;
  for (size_t i = 0; i < votes_.size(); ++i) {
    const auto& format = FormatPresets()[i].format;
    if (format->Match(line, timestamps_, record) != MatchResult::kNoMatch) ++votes_[i];
  }
}

FormatDetector::Result FormatDetector::result() const {
  Result result;
  result.lines_seen = lines_seen_;
  const int most = *std::max_element(votes_.begin(), votes_.end());
  if (most == 0) return result;
  std::tuple<int, int, bool> best;
  for (size_t i = 0; i < votes_.size(); ++i) {
    if (votes_[i] < kNearlyAsMany * most) continue;
    const auto& format = FormatPresets()[i].format;
    const std::tuple rank(format->specificity(), votes_[i],
                          format->name().starts_with(preferred_prefix_));
    if (result.format != nullptr && rank <= best) continue;
    best = rank;
    result.format = format;
    result.confidence = static_cast<double>(votes_[i]) / lines_seen_;
  }
  if (result.confidence < kMinConfidence) result.format = nullptr;
  return result;
}

void FormatDetector::Restart() {
  std::fill(votes_.begin(), votes_.end(), 0);
  lines_seen_ = 0;
}

}  // namespace logtally
