// The daemon on a log that grows in real time: does it keep up, and how old are its counts?
#ifndef LOGTALLY_BENCH_COMPARE_LIVE_TAIL_H_
#define LOGTALLY_BENCH_COMPARE_LIVE_TAIL_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace logtally::bench {

struct LiveOrder {
  std::string logtally, loggen;  // programs
  std::string directory;
  int64_t lines_per_second = 1000000;
  absl::Duration writing = absl::Seconds(10);
  absl::Duration idle = absl::Seconds(20);
};

struct LiveResult {
  int64_t lines = 0;
  double written_seconds = 0;
  double cpu_seconds = 0;        // of the daemon, until everything was counted
  double oldest_seconds = 0;     // the longest from the write of a line until /metrics showed it
  double usual_seconds = 0;      // the same, in the middle
  double left_over_seconds = 0;  // from the last write until everything was shown
  double scrape_seconds = 0;     // the slowest answer of /metrics
  double idle_cpu_share = 0;     // of one processor
  double peak_mib = 0;           // resident
};

// Errors: a program that fails, counts per code that are not the truth.
absl::StatusOr<LiveResult> FollowLive(const LiveOrder& order);

}  // namespace logtally::bench

#endif  // LOGTALLY_BENCH_COMPARE_LIVE_TAIL_H_
