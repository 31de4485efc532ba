// Which part of time a summary is asked for: --since, --from, --to.
#ifndef LOGTALLY_APP_SUMMARY_WINDOW_H_
#define LOGTALLY_APP_SUMMARY_WINDOW_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "model/time_window.h"

namespace logtally {

// The options as they were given.
struct SummaryWindowOptions {
  std::optional<std::string> since = {};  // a duration back from now: "90s", "15m", "24h", "7d"
  std::optional<std::string> from = {};   // a point in time, see below
  std::optional<std::string> to = {};
};

// Whole minutes, half-open.
//
// Shape:  a point in time is RFC 3339 ("2026-07-14T12:00:00+09:00"), "2026-07-14",
//         "2026-07-14 12:00" or "2026-07-14 12:00:30", in UTC unless an offset follows, or unix
//         seconds (nine digits and more: fewer are more likely a mistyped date).
// Units:  counts are kept by the minute, so `from` is rounded down and `to` up to whole minutes.
//         --since ends at `now`, rounded up.
// Errors: kInvalidArgument that names the option and what was expected of it.
absl::StatusOr<TimeWindow> ParseSummaryWindow(const SummaryWindowOptions& options, absl::Time now);

}  // namespace logtally

#endif  // LOGTALLY_APP_SUMMARY_WINDOW_H_
