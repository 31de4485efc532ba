// Reads what is durable, on a connection of its own that can never write.
#ifndef LOGTALLY_STORE_COUNT_READER_H_
#define LOGTALLY_STORE_COUNT_READER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "model/access_record.h"
#include "model/counts.h"
#include "model/error_details.h"
#include "model/loss.h"
#include "model/method.h"
#include "model/status_code.h"

namespace logtally {

// Which rows are wanted. Times are unix seconds, half-open [from, to); minutes that begin inside.
// Of times that are no longer kept by the minute: whole hours, or days, that overlap the window.
struct CountQuery {
  std::optional<int64_t> from_unix;
  std::optional<int64_t> to_unix;
  std::optional<std::string> site;
  std::optional<StatusCode> code;
};

struct ResponseRow {
  int64_t time_unix = 0;  // start of the step; 0 when one row stands for the whole window
  std::string site;
  StatusCode code = 0;
  Method method = kOtherMethod;
  Tally tally;
};

// What a code adds up to over all wanted sites and methods.
struct CodeRow {
  int64_t time_unix = 0;  // start of the step; 0 when one row stands for the whole window
  StatusCode code = 0;
  Tally tally;
  bool operator==(const CodeRow&) const = default;
};

struct RejectRow {
  std::string site;
  std::string reason;
  int64_t lines = 0;
};

// First and last minute in which a code was seen inside the window.
struct SeenRow {
  std::string site;
  StatusCode code = 0;
  int64_t first_minute_unix = 0;
  int64_t last_minute_unix = 0;
};

// Thread: one at a time; open one per request or per thread.
class CountReader {
 public:
  // Errors: kNotFound "no database at …: …" when there is none yet; kFailedPrecondition for a newer
  // schema. With a `limit`, what has not ended when so much time is over is kDeadlineExceeded.
  static absl::StatusOr<CountReader> Open(const std::string& database_path,
                                          absl::Duration limit = absl::InfiniteDuration());
  CountReader(CountReader&&) noexcept;
  ~CountReader();

  // Sums per (step, site, code, method), ordered so. `step_seconds` 0: one row for the whole
  // window. At most `limit` rows; one more row exists if exactly limit + 1 come back.
  absl::StatusOr<std::vector<ResponseRow>> Responses(const CountQuery& query, int64_t step_seconds,
                                                     int64_t limit);
  // Sums per (step, code), ordered so: however many sites there are, at most 1001 rows a step.
  absl::StatusOr<std::vector<CodeRow>> Codes(const CountQuery& query, int64_t step_seconds);
  // What the time window cannot say of: lines counted in the totals only (no time, or out of
  // window).
  absl::StatusOr<int64_t> UntimedResponses(const CountQuery& query);
  absl::StatusOr<std::vector<RejectRow>> Rejects(const CountQuery& query);
  // Hours that overlap the window and all sites that are wanted, merged.
  absl::StatusOr<std::map<StatusCode, ErrorDetails>> Errors(const CountQuery& query);
  absl::StatusOr<std::vector<SeenRow>> Seen(const CountQuery& query);
  // One row a (site, cause, path), ordered so. A loss is kept by the hour in which it was found: a
  // row is wanted if the time from the begin of its window to the end of that hour overlaps the
  // window asked for. The code does not matter. `limit` as for Responses().
  absl::StatusOr<std::vector<Loss>> Losses(const CountQuery& query, int64_t limit);
  absl::StatusOr<std::vector<std::string>> Sites();

 private:
  struct Impl;
  explicit CountReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace logtally

#endif  // LOGTALLY_STORE_COUNT_READER_H_
