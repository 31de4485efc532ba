// From durable counts to the page of /metrics.
#include <benchmark/benchmark.h>

#include <memory>
#include <sstream>
#include <string>

#include "bench/many_counts.h"
#include "catalogue/status_catalogue.h"
#include "export/snapshot_collector.h"
#include "model/snapshot.h"

namespace logtally::bench {
namespace {

std::shared_ptr<const CountSnapshot> CountsOf(int series) {
  auto counts = std::make_shared<CountSnapshot>();
  counts->Add(BatchOf(series, kFirstMinute));
  return counts;
}

Snapshot SnapshotOf(int series) {
  Snapshot snapshot;
  snapshot.counts = CountsOf(series);
  snapshot.status.committed_once = true;
  for (const auto& [site, counts] : snapshot.counts->sites) snapshot.status.site_labels[site];
  return snapshot;
}

int64_t SeriesOf(const std::string& page) {
  int64_t series = 0;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) series += line.starts_with('#') ? 0 : 1;
  return series;
}

// What follows each commit: the totals with the batch added, and its publishing.
void PublishSnapshotOf2000Series(benchmark::State& state) {
  const CountBatch batch = BatchOf(500, kFirstMinute);
  CountSnapshot totals = *CountsOf(2000);
  SnapshotBoard board;
  for (auto _ : state) {
    totals.Add(batch);
    board.Publish({.counts = std::make_shared<const CountSnapshot>(totals), .status = {}});
  }
}
BENCHMARK(PublishSnapshotOf2000Series)->Unit(benchmark::kMicrosecond);

// An answer of /metrics without HTTP. Documented codes that never came are shown as 0, so a page of
// 2,000 series takes fewer that were counted.
void SerialiseMetricsOf2000Series(benchmark::State& state) {
  SnapshotBoard board;
  board.Publish(SnapshotOf(700));
  const ReloadStatus reload;
  const SnapshotCollector collector(board, StatusCatalogue::BuiltIn(), reload);
  std::string page;
  for (auto _ : state) page = MetricsText(collector);
  state.counters["series"] = static_cast<double>(SeriesOf(page));
}
BENCHMARK(SerialiseMetricsOf2000Series)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace logtally::bench
