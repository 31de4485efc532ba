// The store on a real disk: a transaction, and what a start has to load.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <cassert>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "bench/many_counts.h"
#include "store/count_store.h"

namespace logtally::bench {
namespace {

// A state directory below the working directory: /tmp may be memory.
class StateDir {
 public:
  StateDir() {
    std::string name = std::filesystem::current_path() / "bench-state-XXXXXX";
    const char* made = mkdtemp(name.data());
    assert(made != nullptr && "cannot make a state directory here");
    path_ = made;
  }
  ~StateDir() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::vector<PositionUpdate> Positions(int logs, int64_t from, int64_t to) {
  std::vector<PositionUpdate> updates(static_cast<size_t>(logs));
  for (int i = 0; i < logs; ++i) {
    PositionUpdate& update = updates[static_cast<size_t>(i)];
    update.position.key = {"shop", static_cast<uint64_t>(100 + i), 7};
    update.position.offset = to;
    update.position.path = absl::StrFormat("/var/log/nginx/%d.log", i);
    if (from > 0) update.stored_offset = from;
  }
  return updates;
}

// 500 keys of a new minute and 10 positions, durable (synchronous=FULL): about a second of a busy
// site.
void Commit(benchmark::State& state) {
  const StateDir dir;
  const std::unique_ptr<CountStore> store = CountStore::Open(dir.path()).value();
  int64_t commits = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const CountBatch batch = BatchOf(500, kFirstMinute + 60 * (commits / 60));
    const std::vector<PositionUpdate> positions = Positions(10, commits, commits + 1);
    state.ResumeTiming();
    const absl::Status status = store->Commit(batch, positions);
    if (!status.ok()) return state.SkipWithError(status.ToString().c_str());
    ++commits;
  }
}
BENCHMARK(Commit)->Unit(benchmark::kMicrosecond);

// Opens a store whose totals are 2,000 series.
void LoadSnapshotOf2000Series(benchmark::State& state) {
  const StateDir dir;
  const absl::Status stored = CountStore::Open(dir.path())
                                  .value()
                                  ->Commit(BatchOf(2000, kFirstMinute), Positions(10, 0, 1));
  if (!stored.ok()) return state.SkipWithError(stored.ToString().c_str());
  for (auto _ : state) {
    benchmark::DoNotOptimize(CountStore::Open(dir.path()).value()->counts());
  }
}
BENCHMARK(LoadSnapshotOf2000Series)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace logtally::bench
