// The scenario's history as a Prometheus would hold it that had scraped the daemon all the time.
#ifndef LOGTALLY_TOOLS_SCRAPE_HISTORY_H_
#define LOGTALLY_TOOLS_SCRAPE_HISTORY_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "tools/open_metrics.h"

namespace logtally::tools {

struct ScrapePlan {
  int64_t end_unix = 0;  // the last scrape; a multiple of 60
  // So often in the last `dense_seconds`, and before that, back to `all_seconds`, so seldom: that
  // is what keeps eight days small.
  int64_t dense_step_seconds = 60;
  int64_t dense_seconds = 26 * 3600;
  int64_t sparse_step_seconds = 900;
  int64_t all_seconds = 8 * 86400;
};

inline constexpr char kScenarioJob[] = "logtally";
inline constexpr char kScenarioInstance[] = "localhost:9748";

// What the database of the scenario holds goes through the real collector, so every metric of
// /metrics is there, with its labels. How the following and storing went is made up, and so is
// what Prometheus adds: `up`, and ALERTS of the scenario's episodes (the rules are not evaluated).
absl::StatusOr<OpenMetrics> ScrapeHistory(const std::string& database_path, const ScrapePlan& plan);

}  // namespace logtally::tools

#endif  // LOGTALLY_TOOLS_SCRAPE_HISTORY_H_
