// From a chunk of bytes to its lines. The limit is finding the newlines: wc -l.
#include <benchmark/benchmark.h>

#include "bench/sample_log.h"
#include "tail/line_splitter.h"

namespace logtally::bench {
namespace {

void SplitLines(benchmark::State& state) {
  constexpr size_t kChunkBytes = 256 << 10;
  const SampleLog& log = SampleLogOf(tools::LineFormat::kNginxCombined);
  LineSplitter splitter(64 << 10);
  for (auto _ : state) {
    splitter.StartAt(0);
    for (std::string_view rest = log.text; !rest.empty();) {
      splitter.Append(rest.substr(0, kChunkBytes));
      rest.remove_prefix(std::min(kChunkBytes, rest.size()));
      while (const std::optional<RawLine> line = splitter.Next()) benchmark::DoNotOptimize(line);
    }
  }
  SetThroughput(state, log);
}
BENCHMARK(SplitLines);

}  // namespace
}  // namespace logtally::bench
