// Access logs with a story in them, for dashboards and alerts: three sites of a shop, eight quiet
// days, and a last day on which nearly everything happens that a dashboard should show.
#ifndef LOGTALLY_TOOLS_SCENARIO_H_
#define LOGTALLY_TOOLS_SCENARIO_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace logtally::tools {

struct ScenarioSite {
  std::string_view name;
  std::string_view log;  // file name
};
inline constexpr std::array<ScenarioSite, 3> kScenarioSites = {{
    {"shop", "shop.log"},
    {"api", "api.log"},    // JSON, with the time that requests took
    {"blog", "blog.log"},  // nearly nobody reads it
}};

// When something happens, in minutes before the end.
struct Episode {
  int from;
  int to;
  constexpr bool Holds(int64_t minutes_before_end) const {
    return minutes_before_end <= from && minutes_before_end > to;
  }
};
inline constexpr Episode kYesterdaysOutage = {25 * 60, 25 * 60 - 12};  // shop and api: some 5xx
inline constexpr Episode kHoleScan = {330, 250};      // blog: somebody looks for holes, 404 and 403
inline constexpr Episode kRestart = {290, 285};       // logtally itself is down
inline constexpr Episode kSale = {240, 0};            // shop and api: many visitors, so that…
inline constexpr Episode kBrokenLines = {220, 190};   // shop: a tenth of the lines is no record
inline constexpr Episode kOutage = {180, 135};        // shop and api: a third of the pages fails
inline constexpr Episode kClientsGiveUp = {100, 70};  // api: answers take 10 s, clients leave: 499
inline constexpr Episode kNewCode = {55, 35};         // shop: 521, which was never seen before
inline constexpr int kConfigReload = 200;
inline constexpr int kNewCodeStatus = 521;

// The end of each site's log; before it, eight days as dense as they need to be (each minute of the
// last 26 hours, then every fifth), and before those 52 days with a line an hour.
// Writes DIRECTORY/<site>.log. The same seed gives the same lines, but for their times.
// `end_unix` is a multiple of 60. Errors: the file system's.
absl::Status WriteScenarioLogs(const std::string& directory, int64_t end_unix, uint64_t seed);

}  // namespace logtally::tools

#endif  // LOGTALLY_TOOLS_SCENARIO_H_
