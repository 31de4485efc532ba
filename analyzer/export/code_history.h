// What one status code did lately, as the store knows it: all that its page shows beside meanings.
#ifndef LOGTALLY_EXPORT_CODE_HISTORY_H_
#define LOGTALLY_EXPORT_CODE_HISTORY_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "export/sparkline.h"
#include "model/error_details.h"
#include "model/status_code.h"
#include "store/count_reader.h"

namespace logtally {

// A period that ends now, and what was counted in it.
struct PeriodCounts {
  std::string_view name;  // "hour": of "last hour" and "the hour before"
  int64_t seconds = 0;    // its length
  int64_t from_unix = 0;  // its begin
  int64_t responses = 0;  // with the code
  int64_t of_all = 0;     // with any code
  int64_t before = 0;     // with the code, in as long a period before
  int64_t before_of_all = 0;
};

struct CodeSeen {
  int64_t first_unix = 0;  // begin of the minute, or of the hour or day if no more is kept
  int64_t last_unix = 0;
};

struct ListedErrors {
  int64_t from_unix = 0;  // whole hours, [from, to)
  int64_t to_unix = 0;
  ErrorDetails details;
};

// Parts are read in this order, each in a moment of its own. What is absent could not be read, and
// `problem` says why.
struct CodeHistory {
  int64_t to_unix = 0;  // end of each period: that of the minute which has begun
  absl::Status problem;
  std::optional<std::array<PeriodCounts, 3>> periods;  // hour, 24 hours, 7 days
  std::optional<CountSeries> last_day;
  std::optional<std::vector<ResponseRow>> by_site;  // last 24 hours, by site and method
  std::optional<CodeSeen> seen;                     // nothing as well: never seen
  // Of the last 24 hours; where it was not seen in them, of the last day (UTC) in which it was.
  // Nothing as well: not an error code, or never seen.
  std::optional<ListedErrors> errors;
};

// `site`: one site alone. `number_of_sites`: how many there are, to choose steps that are quick to
// read.
// Bounds: rows by site are left out where there are more than 20,000.
CodeHistory ReadCodeHistory(CountReader& reader, StatusCode code,
                            const std::optional<std::string>& site, size_t number_of_sites,
                            absl::Time now);

}  // namespace logtally

#endif  // LOGTALLY_EXPORT_CODE_HISTORY_H_
