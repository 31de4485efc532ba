// When a code was first and last seen.
#ifndef LOGTALLY_STORE_SEEN_TIMES_H_
#define LOGTALLY_STORE_SEEN_TIMES_H_

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "model/status_code.h"
#include "store/database.h"
#include "store/grain.h"
#include "store/window_rows.h"

namespace logtally {

// Unix seconds; the begin of the finest row that is still kept.
struct SeenTimes {
  int64_t first_unix = 0;
  int64_t last_unix = 0;
  bool operator==(const SeenTimes&) const = default;
};

// By site id and code. Finds the days first, and only looks closer into the first and the last.
// Errors: as Database.
absl::StatusOr<std::map<std::pair<int64_t, StatusCode>, SeenTimes>> FindSeenTimes(
    Database& database, const RowFilter& filter, const std::vector<Segment>& segments,
    const Horizons& horizons);

}  // namespace logtally

#endif  // LOGTALLY_STORE_SEEN_TIMES_H_
