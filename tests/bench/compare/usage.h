// What a run of a program took, and the middle of several runs.
#ifndef LOGTALLY_BENCH_COMPARE_USAGE_H_
#define LOGTALLY_BENCH_COMPARE_USAGE_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace logtally::bench {

struct Usage {
  double wall_seconds = 0;
  double cpu_seconds = 0;  // user and system
  double peak_mib = 0;     // resident
};

// The line that tests/tools/measure writes.
// Errors: kInvalidArgument.
absl::StatusOr<Usage> ReadUsage(std::string_view line);

// The middle of each figure by itself; `values` is not empty.
double Median(std::vector<double> values);
Usage Median(const std::vector<Usage>& runs);

}  // namespace logtally::bench

#endif  // LOGTALLY_BENCH_COMPARE_USAGE_H_
