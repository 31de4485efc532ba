// From records to a batch of counts. Error lines, a few per cent, also go into lists.
#include <benchmark/benchmark.h>

#include <vector>

#include "aggregate/aggregator.h"
#include "base/clock.h"
#include "bench/sample_log.h"
#include "parse/format_presets.h"
#include "parse/line_parser.h"

namespace logtally::bench {
namespace {

void CountRecords(benchmark::State& state) {
  const SampleLog& log = SampleLogOf(tools::LineFormat::kNginxCombined);
  LineParser parser(FindFormat("nginx_combined").value(), "access.log");
  std::vector<AccessRecord> records(log.lines.size());
  for (size_t i = 0; i < records.size(); ++i) parser.Parse(log.lines[i], records[i]);

  Aggregator aggregator({}, LabelPolicy({{"shop", SiteLabelRule()}}), SystemClock());
  for (auto _ : state) {
    aggregator.shard().Begin(
        aggregator.NoteRead(0, "shop", std::nullopt, static_cast<int64_t>(log.text.size())));
    for (const AccessRecord& record : records) aggregator.shard().Count(record);
    aggregator.shard().End();
    state.PauseTiming();
    aggregator.Clear();
    state.ResumeTiming();
  }
  SetThroughput(state, log);
}
BENCHMARK(CountRecords);

}  // namespace
}  // namespace logtally::bench
