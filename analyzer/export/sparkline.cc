#include "export/sparkline.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "base/text.h"
#include "export/html.h"

namespace logtally {
namespace {

// Units of the drawing, which is stretched to the width of the page.
constexpr double kStepWidth = 10;
constexpr double kGap = 1.5;
constexpr double kHeight = 80;
constexpr double kLowestBar = 2;

std::string StepWords(int64_t step_seconds) {
  const int64_t minutes = step_seconds / 60;
  if (minutes % 60 != 0) return absl::StrFormat("%d minutes", minutes);
  return minutes == 60 ? "an hour" : absl::StrFormat("%d hours", minutes / 60);
}

// "most: 402 in 30 minutes from 2026-07-14 12:00 UTC".
std::string PeakWords(const CountSeries& series) {
  const auto peak = std::max_element(series.counts.begin(), series.counts.end());
  if (peak == series.counts.end() || *peak == 0) return "none";
  const int64_t begin = series.from_unix + (peak - series.counts.begin()) * series.step_seconds;
  return absl::StrFormat("most: %s in %s from %s", FormatCount(*peak),
                         StepWords(series.step_seconds), UtcMinute(begin));
}

}  // namespace

std::string Sparkline(const CountSeries& series, std::string_view title) {
  const int64_t steps = static_cast<int64_t>(series.counts.size());
  const int64_t to_unix = series.from_unix + steps * series.step_seconds;
  const int64_t peak =
      series.counts.empty() ? 0 : *std::max_element(series.counts.begin(), series.counts.end());
  const double width = kStepWidth * static_cast<double>(std::max<int64_t>(steps, 1));
  const std::string peak_words = PeakWords(series);
  const int64_t sum = std::accumulate(series.counts.begin(), series.counts.end(), int64_t{0});
  std::string html = absl::StrFormat(
      "<figure>\n<svg class=\"spark\" viewBox=\"0 0 %.0f %.0f\" preserveAspectRatio=\"none\" "
      "role=\"img\" aria-labelledby=\"spark-title spark-desc\">\n"
      "<title id=\"spark-title\">%s</title>\n"
      "<desc id=\"spark-desc\">%d bars of %s from %s to %s: %s in all; %s.</desc>\n",
      width, kHeight, EscapeHtml(title), steps, StepWords(series.step_seconds),
      UtcMinute(series.from_unix), UtcMinute(to_unix), FormatCount(sum), peak_words);
  for (int64_t i = 0; i < steps; ++i) {
    const int64_t count = series.counts[static_cast<size_t>(i)];
    const double left = kStepWidth * static_cast<double>(i);
    // The whole step answers to the pointer, so that a low bar can be asked as well.
    html += absl::StrFormat(
        "<g><title>%s: %s</title><rect class=\"hit\" x=\"%.0f\" y=\"0\" width=\"%.0f\" "
        "height=\"%.0f\" fill=\"transparent\"/>",
        UtcMinute(series.from_unix + i * series.step_seconds), FormatCount(count), left, kStepWidth,
        kHeight);
    if (count > 0) {
      const double height =
          std::max(kLowestBar, kHeight * static_cast<double>(count) / static_cast<double>(peak));
      html += absl::StrFormat(
          "<rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
          left + kGap / 2, kHeight - height, kStepWidth - kGap, height);
    }
    html += "</g>\n";
  }
  html += absl::StrFormat(
      "<line x1=\"0\" y1=\"%.0f\" x2=\"%.0f\" y2=\"%.0f\" stroke=\"currentColor\" "
      "stroke-opacity=\".4\" vector-effect=\"non-scaling-stroke\"/>\n</svg>\n",
      kHeight, width, kHeight);
  html += absl::StrFormat(
      "<figcaption class=\"axis quiet small\"><span>%s</span><span>%s</span><span>%s</span>"
      "</figcaption>\n</figure>\n",
      UtcMinute(series.from_unix), peak_words, UtcMinute(to_unix));
  return html;
}

}  // namespace logtally
