// The story: read, parse, count, commit, publish.
#ifndef LOGTALLY_PIPELINE_PIPELINE_H_
#define LOGTALLY_PIPELINE_PIPELINE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "aggregate/aggregator.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mutex.h"
#include "base/unique_fd.h"
#include "model/counts.h"
#include "model/retention.h"
#include "model/snapshot.h"
#include "pipeline/counting_crew.h"
#include "pipeline/line_counter.h"
#include "store/count_store.h"
#include "tail/tailer.h"

namespace logtally {

struct PipelineSetup {
  std::vector<SiteSetup> sites;
  Tailer::Options tail;
  Aggregator::Options aggregate;
  Retention retention = Retention::Forever();
  bool source_sync = true;  // make what was read durable in the logs before its counts are
  int threads = 1;          // that count lines
};

// How far a run over finished files has come.
struct IngestProgress {
  int64_t lines_counted = 0;
  int64_t lines_rejected = 0;
  int64_t bytes_read = 0;   // in this run
  int64_t bytes_total = 0;  // to be read in this run, as far as known
};

// Thread: Run and RunOnce on one thread, the pipeline's; Stop, Reload and heartbeat on any.
class Pipeline {
 public:
  // `store`, `board`, `log` and `clock` must outlive this.
  static absl::StatusOr<std::unique_ptr<Pipeline>> Create(PipelineSetup setup, CountStore& store,
                                                          SnapshotBoard& board, Log& log,
                                                          const Clock& clock);

  // Follows the logs until Stop, then commits what was counted.
  // Errors: those that waiting cannot mend: somebody else wrote to the store, the store is damaged,
  //         or the last commit failed. What was not committed is read again by the next run.
  absl::Status Run();

  // Reads every file to its end as of now, commits, and returns. `show` is called now and then.
  absl::StatusOr<IngestProgress> RunToEnd(const std::function<void(const IngestProgress&)>& show);

  // One turn: reads what is new, counts it, and when a batch is due makes counts and positions
  // durable together, then shows them.
  absl::Status RunOnce();

  // Asks Run or RunToEnd to return soon.
  void Stop();
  // Takes other sites, and other ways to follow them, at the next turn; counts and positions go on.
  void Reload(PipelineSetup setup);
  // Grows while the pipeline thread lives: for the watchdog.
  uint64_t heartbeat() const { return heartbeat_.load(std::memory_order_relaxed); }

  const Tailer& tailer() const { return *tailer_; }

 private:
  Pipeline(PipelineSetup setup, UniqueFd wake, CountStore& store, SnapshotBoard& board, Log& log,
           const Clock& clock);

  void BeginCatchUp();
  void TendCatchUp();
  void TendBackup();
  bool CommitIsDue() const;
  absl::Status Commit();
  absl::Status FinalCommit();
  void Publish();
  void NoteLargeWal();
  absl::Time RetentionNow() const;
  void Prune();
  void TakeReload();
  void LogNews();
  // Sleeps until there may be something to do.
  void Wait();

  PipelineSetup setup_;
  UniqueFd wake_;  // an eventfd that Stop and Reload write to
  CountStore& store_;
  SnapshotBoard& board_;
  Log& log_;
  const Clock& clock_;
  std::unique_ptr<Tailer> tailer_;
  LineCounter counter_;
  CountingCrew crew_;

  std::set<std::pair<std::string, std::string>> said_formats_;  // site and format

  PipelineStatus status_;
  std::shared_ptr<const CountSnapshot> durable_;
  absl::Duration last_commit_ = -absl::InfiniteDuration();  // on Clock::Elapsed
  absl::Duration retry_at_ = -absl::InfiniteDuration();     // no commit before this
  absl::Duration last_publish_ = -absl::InfiniteDuration();
  absl::Duration last_prune_ = -absl::InfiniteDuration();
  bool read_something_ = false;  // in the last turn
  bool finished_logs_ = false;   // RunToEnd, not Run
  bool wal_is_large_ = false;    // as was said

  // While status_.catching_up: up to where each file has to be read, and when it is enough.
  std::map<FileIndex, int64_t> catch_up_to_;
  absl::Duration catch_up_end_ = absl::InfiniteDuration();  // on Clock::Elapsed
  bool was_at_end_ = false;                                 // since the last commit

  std::atomic<bool> stop_ = false;
  std::atomic<uint64_t> heartbeat_ = 0;
  Mutex reload_mutex_;
  std::optional<PipelineSetup> reload_ LOGTALLY_GUARDED_BY(reload_mutex_);
};

}  // namespace logtally

#endif  // LOGTALLY_PIPELINE_PIPELINE_H_
