// Lines to measure with: those of loggen, the same in each run.
#ifndef LOGTALLY_BENCH_SAMPLE_LOG_H_
#define LOGTALLY_BENCH_SAMPLE_LOG_H_

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <vector>

#include "tools/log_line.h"

namespace logtally::bench {

// A log of usual lines, 1,000 a second of log time, without errors of the parsing kind.
struct SampleLog {
  std::string text;                     // each line with its '\n'
  std::vector<std::string_view> lines;  // without it; views into `text`
};

// Lives as long as the program.
const SampleLog& SampleLogOf(tools::LineFormat format);

// Once all lines of `log` are an iteration: says items (lines) and bytes a second.
void SetThroughput(benchmark::State& state, const SampleLog& log);

}  // namespace logtally::bench

#endif  // LOGTALLY_BENCH_SAMPLE_LOG_H_
