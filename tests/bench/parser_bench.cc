// From a line's bytes to a record: nanoseconds a line and bytes a second of one thread.
#include <benchmark/benchmark.h>

#include <memory>
#include <string_view>

#include "bench/sample_log.h"
#include "parse/format_presets.h"
#include "parse/line_reader.h"

namespace logtally::bench {
namespace {

void ParseLines(benchmark::State& state, const char* format_name, tools::LineFormat written) {
  const SampleLog& log = SampleLogOf(written);
  const auto format = FindFormat(format_name).value();
  LineReader reader(format.get());
  AccessRecord record;
  for (auto _ : state) {
    for (const std::string_view line : log.lines) {
      benchmark::DoNotOptimize(reader.Read(line, record));
      benchmark::DoNotOptimize(record);
    }
  }
  const auto runs = static_cast<int64_t>(state.iterations());
  state.SetItemsProcessed(runs * static_cast<int64_t>(log.lines.size()));
  state.SetBytesProcessed(runs * static_cast<int64_t>(log.text.size()));
}

BENCHMARK_CAPTURE(ParseLines, nginx_combined, "nginx_combined", tools::LineFormat::kNginxCombined);
BENCHMARK_CAPTURE(ParseLines, nginx_main, "nginx_main", tools::LineFormat::kNginxMain);
BENCHMARK_CAPTURE(ParseLines, nginx_json, "nginx_json", tools::LineFormat::kNginxJson);
BENCHMARK_CAPTURE(ParseLines, apache_common, "apache_common", tools::LineFormat::kApacheCommon);
BENCHMARK_CAPTURE(ParseLines, apache_vhost_combined, "apache_vhost_combined",
                  tools::LineFormat::kApacheVhostCombined);

}  // namespace
}  // namespace logtally::bench
