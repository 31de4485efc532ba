// From durable counts to the page of /metrics.
#include <benchmark/benchmark.h>

#include <memory>

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

// An answer of /metrics without HTTP. Documented codes that never came are shown as 0: the page
// has more series than were counted.
void SerialiseMetricsOf2000Series(benchmark::State& state) {
  SnapshotBoard board;
  board.Publish(SnapshotOf(2000));
  const ReloadStatus reload;
  const SnapshotCollector collector(board, StatusCatalogue::BuiltIn(), reload);
  int64_t bytes = 0;
  for (auto _ : state) bytes += static_cast<int64_t>(MetricsText(collector).size());
  state.SetBytesProcessed(bytes);
}
BENCHMARK(SerialiseMetricsOf2000Series)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace logtally::bench
