// A small bar chart of counts over time, as SVG inside a page.
#ifndef LOGTALLY_EXPORT_SPARKLINE_H_
#define LOGTALLY_EXPORT_SPARKLINE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace logtally {

struct CountSeries {
  int64_t from_unix = 0;     // begin of the first step
  int64_t step_seconds = 0;  // of each step; more than 0
  std::vector<int64_t> counts;
};

// One <figure>: bars as high as their counts (one that is not 0 can always be seen), the time below
// them, and the same in words for who cannot see it: a title, and a description with sum and peak.
// A page holds one of them at most, as ids stand in it. `title` is plain text. No script, no colour
// of its own: the bars are filled by the style .spark .bar.
std::string Sparkline(const CountSeries& series, std::string_view title);

}  // namespace logtally

#endif  // LOGTALLY_EXPORT_SPARKLINE_H_
