// Counts the retained logs anew, into a new database that takes the place of the old one.
#ifndef LOGTALLY_PIPELINE_REBUILD_H_
#define LOGTALLY_PIPELINE_REBUILD_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "aggregate/aggregator.h"
#include "base/clock.h"
#include "model/retention.h"
#include "pipeline/line_counter.h"
#include "pipeline/pipeline.h"
#include "store/count_store.h"

namespace logtally {

struct RebuildSetup {
  std::string state_dir;
  std::vector<SiteSetup> sites;  // only their logs are counted anew
  std::vector<std::string> rotated_dirs;
  int64_t max_line_bytes = 64 << 10;
  Aggregator::Options aggregate;
  Retention retention = Retention::Forever();
  std::vector<StatusCodeRow> status_codes;
};

struct RebuildResult {
  IngestProgress counted;
  int64_t files = 0;
  std::string kept_path;     // where the old database is now; "": there was none
  std::string old_unusable;  // why nothing of it could be kept
  // By site: unix seconds; History::kNever: all its minutes are those of the old database.
  std::map<std::string, int64_t> recounted_from;
  std::vector<std::string> read_errors;
};

// What the logs cannot say is kept: minutes before PlanSite's, totals since the beginning, losses,
// and the texts that are gone. What was never counted is counted, whatever its time.
// Until the new database is whole, the old one is as it was: it is made in
// <state_dir>/logtally.db.rebuilding, which the next run removes if it was left behind.
// Errors: kAlreadyExists: a daemon runs on the state directory; kFailedPrecondition: the old
// database is of a newer program; else as CountStore.
absl::StatusOr<RebuildResult> Rebuild(const RebuildSetup& setup, const Clock& clock,
                                      const std::function<void(const IngestProgress&)>& show);

}  // namespace logtally

#endif  // LOGTALLY_PIPELINE_REBUILD_H_
