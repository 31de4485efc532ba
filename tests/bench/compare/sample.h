// The logs that programs are compared with: those of loggen, kept from run to run.
#ifndef LOGTALLY_BENCH_COMPARE_SAMPLE_H_
#define LOGTALLY_BENCH_COMPARE_SAMPLE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "bench/compare/code_tally.h"
#include "bench/compare/programs.h"

namespace logtally::bench {

struct Sample {
  std::string path;
  int64_t bytes = 0;  // of log, also where the file is compressed
  Truth truth;
};

struct SampleOrder {
  std::string directory;
  std::string loggen;  // the program
  int64_t lines = 0;
  int64_t seed = 1;
};

// Writes the log if it is not there yet, or if loggen is newer.
absl::StatusOr<Sample> PrepareSample(Input input, const SampleOrder& order);

// Reads the file once: afterwards the page cache holds it, if there is room for it.
void Warm(const std::string& path);

}  // namespace logtally::bench

#endif  // LOGTALLY_BENCH_COMPARE_SAMPLE_H_
