// From a line's bytes to a record: nanoseconds a line and bytes a second of one thread.
#include <benchmark/benchmark.h>

#include <memory>
#include <string_view>

#include "bench/sample_log.h"
#include "parse/format_presets.h"
#include "parse/line_reader.h"

namespace logtally::bench {
namespace {

void ParseLines(benchmark::State& state, std::shared_ptr<const LogFormat> format,
                tools::LineFormat written) {
  const SampleLog& log = SampleLogOf(written);
  LineReader reader(format.get());
  AccessRecord record;
  for (auto _ : state) {
    for (const std::string_view line : log.lines) {
      benchmark::DoNotOptimize(reader.Read(line, record));
      benchmark::DoNotOptimize(record);
    }
  }
  SetThroughput(state, log);
}

BENCHMARK_CAPTURE(ParseLines, nginx_combined, FindFormat("nginx_combined").value(),
                  tools::LineFormat::kNginxCombined);
BENCHMARK_CAPTURE(ParseLines, nginx_main, FindFormat("nginx_main").value(),
                  tools::LineFormat::kNginxMain);
BENCHMARK_CAPTURE(ParseLines, nginx_json, FindFormat("nginx_json").value(),
                  tools::LineFormat::kNginxJson);
BENCHMARK_CAPTURE(ParseLines, apache_common, FindFormat("apache_common").value(),
                  tools::LineFormat::kApacheCommon);
BENCHMARK_CAPTURE(ParseLines, apache_vhost_combined, FindFormat("apache_vhost_combined").value(),
                  tools::LineFormat::kApacheVhostCombined);

// A pattern of a user's own, with quoted fields as people write them.
BENCHMARK_CAPTURE(
    ParseLines, custom_pattern,
    LogFormat::FromPattern(
        "custom",
        R"re([^ ]+ [^ ]+ [^ ]+ \[(?P<time_local>[^\]]+)\] "(?P<request>(?:[^"\\]|\\.)*)" )re"
        R"re((?P<status>\d{3}) (?P<body_bytes_sent>\d+) "(?:[^"\\]|\\.)*" "(?:[^"\\]|\\.)*")re")
        .value(),
    tools::LineFormat::kNginxCombined);

}  // namespace
}  // namespace logtally::bench
