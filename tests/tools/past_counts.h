// What /metrics showed of the logs at any time of the past, had the daemon followed them as they
// were written: the minutes of a store, added up again.
#ifndef LOGTALLY_TOOLS_PAST_COUNTS_H_
#define LOGTALLY_TOOLS_PAST_COUNTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "model/counts.h"

namespace logtally::tools {

class PastCounts {
 public:
  // Errors: as CountReader.
  static absl::StatusOr<PastCounts> Load(const std::string& database_path, int64_t begin_unix);

  // All that is of minutes which were over at `time_unix`; what is older than `begin_unix`, or has
  // no time, was there from the beginning. Times must not go back. Exact are responses, bytes and
  // rejects. Of durations, losses and bytes read the store knows sums alone: they grow with the
  // responses of their class, and with the lines.
  CountSnapshot At(int64_t time_unix);

 private:
  struct MinuteRow {
    int64_t time_unix;
    std::string site;
    StatusCode code;
    Method method;
    Tally tally;
  };
  struct RejectedMinute {
    int64_t time_unix;
    std::string site;
    int reason;
    int64_t lines;
  };

  void ScaleWhatHasNoTime();

  CountSnapshot all_;  // as the store has it now
  CountSnapshot now_;
  std::vector<MinuteRow> minutes_;  // from begin_unix on, by time
  std::vector<RejectedMinute> rejects_;
  size_t next_minute_ = 0;
  size_t next_reject_ = 0;
};

}  // namespace logtally::tools

#endif  // LOGTALLY_TOOLS_PAST_COUNTS_H_
