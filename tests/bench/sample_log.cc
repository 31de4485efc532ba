#include "bench/sample_log.h"

#include <map>

#include "tools/traffic.h"

namespace logtally::bench {
namespace {

// Some MiB: more than the processor's own caches hold, as in a real log.
constexpr int kLines = 20000;
constexpr int kLinesPerSecond = 1000;
constexpr int64_t kStartUnix = 1704067200;

// Into the place where `log` stays: its views point into it.
void Generate(tools::LineFormat format, SampleLog& log) {
  tools::Traffic traffic(1);
  tools::TimeText time(format);
  std::vector<size_t> ends;
  for (int i = 0; i < kLines; ++i) {
    tools::AppendLine(format, traffic.Next(tools::Health::kUsual),
                      time.At(kStartUnix + i / kLinesPerSecond), log.text);
    ends.push_back(log.text.size());
  }
  size_t begin = 0;
  for (const size_t end : ends) {
    log.lines.push_back(std::string_view(log.text).substr(begin, end - 1 - begin));
    begin = end;
  }
}

}  // namespace

const SampleLog& SampleLogOf(tools::LineFormat format) {
  static std::map<tools::LineFormat, SampleLog> logs;
  const auto [it, is_new] = logs.try_emplace(format);
  if (is_new) Generate(format, it->second);
  return it->second;
}

void SetThroughput(benchmark::State& state, const SampleLog& log) {
  const auto runs = static_cast<int64_t>(state.iterations());
  state.SetItemsProcessed(runs * static_cast<int64_t>(log.lines.size()));
  state.SetBytesProcessed(runs * static_cast<int64_t>(log.text.size()));
}

}  // namespace logtally::bench
