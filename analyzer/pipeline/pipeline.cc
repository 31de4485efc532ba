#include "pipeline/pipeline.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "base/text.h"

namespace logtally {
namespace {

constexpr absl::Duration kRetryCommit = absl::Seconds(1);
constexpr absl::Duration kPublishPeriod = absl::Seconds(1);
constexpr absl::Duration kShowPeriod = absl::Milliseconds(50);
constexpr absl::Duration kPrunePeriod = absl::Minutes(1);
constexpr int64_t kLargeWalBytes = 64 << 20;  // it is 4 MiB by itself
constexpr absl::Duration kCommitPeriodOfLargeWal = absl::Seconds(10);
constexpr int64_t kPruneRows = 2000;          // a few milliseconds: a commit is not kept waiting
constexpr int64_t kPruneRowsAtOnce = 20'000;  // as many as a full batch may bring

std::vector<LogSource> SourcesOf(const std::vector<SiteSetup>& sites) {
  std::vector<LogSource> sources;
  for (const SiteSetup& site : sites) {
    sources.push_back({site.site, site.patterns, site.streams});
  }
  return sources;
}

// How long /metrics may stay away after an unclean stop, and after an older copy took the place of
// the database. Then the counters are shown as they are: a page that never comes back is worse.
constexpr absl::Duration kCatchUpLimit = absl::Seconds(60);
constexpr absl::Duration kCatchUpLimitRestored = absl::Minutes(10);
constexpr absl::Duration kBackupPause = absl::Milliseconds(10);  // between the steps of a backup

int64_t UnreadBytes(const FollowedFile& file) {
  return std::max<int64_t>(0, file.size - file.offset);
}

// What a person can do about a commit that fails.
std::string_view AdviceOn(const absl::Status& status) {
  if (absl::IsResourceExhausted(status)) return "make room on that disk";
  if (absl::IsUnavailable(status)) return "end what holds it, such as sqlite3 with a transaction";
  return "see whether that disk works";
}

// Whether trying the same commit again may succeed. A position that somebody else has moved, or a
// damaged file, will not get better by itself.
bool IsPassing(const absl::Status& status) {
  return !absl::IsAborted(status) && !absl::IsDataLoss(status);
}

}  // namespace

Pipeline::Pipeline(PipelineSetup setup, UniqueFd wake, CountStore& store, SnapshotBoard& board,
                   Log& log, const Clock& clock)
    : setup_(std::move(setup)),
      wake_(std::move(wake)),
      store_(store),
      board_(board),
      log_(log),
      clock_(clock),
      counter_(setup_.sites, setup_.aggregate, clock),
      crew_(counter_, setup_.threads) {}

absl::StatusOr<std::unique_ptr<Pipeline>> Pipeline::Create(PipelineSetup setup, CountStore& store,
                                                           SnapshotBoard& board, Log& log,
                                                           const Clock& clock) {
  UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake.valid()) return ErrnoStatus("create", "an eventfd", errno);
  std::unique_ptr<Pipeline> pipeline(
      new Pipeline(std::move(setup), std::move(wake), store, board, log, clock));
  ASSIGN_OR_RETURN(std::vector<FilePosition> known, store.LoadPositions());
  ASSIGN_OR_RETURN(pipeline->setup_.tail.known_since, store.LastCommitTime());
  ASSIGN_OR_RETURN(pipeline->tailer_,
                   Tailer::Create(pipeline->setup_.tail, SourcesOf(pipeline->setup_.sites),
                                  std::move(known), clock));
  pipeline->counter_.AdmitKnownSites(store.counts());
  pipeline->durable_ = std::make_shared<const CountSnapshot>(store.counts());
  pipeline->BeginCatchUp();
  pipeline->Publish();
  return pipeline;
}

absl::Status Pipeline::RunOnce() {
  heartbeat_.fetch_add(1, std::memory_order_relaxed);
  TakeReload();
  read_something_ = false;
  if (!crew_.is_full()) {  // a batch still waiting for the store stops reading
    LineBatch& batch = crew_.NextBatch();
    tailer_->ReadBatch(batch);
    read_something_ = !batch.empty();
    crew_.Count();
  } else {
    tailer_->LookAround();  // the log is the queue: nothing of it may get away by a rotation
  }
  for (const Loss& loss : tailer_->TakeLosses()) counter_.aggregator().NoteLoss(loss);
  was_at_end_ = was_at_end_ || (status_.catching_up && !read_something_ && tailer_->AtEnd());
  if (CommitIsDue()) {
    const absl::Status status = Commit();
    if (!status.ok()) {
      // Nothing was forgotten and nothing moved: a later turn tries the same batch again.
      ++status_.commit_errors;
      if (!IsPassing(status)) return status;
      if (status_.last_commit_error.empty()) {
        log_.Error(
            absl::StrFormat("%s; %s. Counting goes on in memory until that is full, and the "
                            "commit is tried again every second",
                            StdView(status.message()), AdviceOn(status)));
      }
      status_.last_commit_error = std::string(status.message());
      retry_at_ = clock_.Elapsed() + kRetryCommit;
    }
  }
  if (status_.last_commit_error.empty() && status_.committed_once) TendBackup();
  if (clock_.Elapsed() - last_publish_ >= kPublishPeriod) Publish();
  LogNews();
  return absl::OkStatus();
}

void Pipeline::BeginCatchUp() {
  if (store_.start() == StoreStart::kClean) return;
  status_.catching_up = true;
  const bool restored = store_.start() == StoreStart::kRestored;
  catch_up_end_ = clock_.Elapsed() + (restored ? kCatchUpLimitRestored : kCatchUpLimit);
  for (const FollowedFile& file : tailer_->Files()) {
    if (!file.index) continue;
    catch_up_to_[*file.index] = file.size;
    status_.catch_up_bytes += UnreadBytes(file);
  }
}

// After a commit: whether all that was there at the start is durable now.
void Pipeline::TendCatchUp() {
  if (!status_.catching_up) return;
  status_.catch_up_bytes = 0;
  for (const FollowedFile& file : tailer_->Files()) {
    const auto goal = file.index ? catch_up_to_.find(*file.index) : catch_up_to_.end();
    if (goal == catch_up_to_.end()) continue;
    status_.catch_up_bytes += std::max<int64_t>(0, std::min(goal->second, file.size) - file.offset);
  }
  // Half a line at the end of a log is never read to its end, but the tailer has seen it.
  const bool all_read = was_at_end_ || status_.catch_up_bytes == 0;
  was_at_end_ = false;
  const bool too_long = clock_.Elapsed() >= catch_up_end_;
  if (!all_read && !too_long) return;
  if (!all_read) {
    log_.Warning(absl::StrFormat(
        "catching up takes too long: %d bytes are still to be read, and counters that are too low "
        "are shown until then",
        status_.catch_up_bytes));
  }
  status_.catching_up = false;
  status_.catch_up_bytes = 0;
  if (const absl::Status noted = store_.NoteCaughtUp(); !noted.ok()) {
    log_.Warning(StdView(noted.message()));
  }
}

void Pipeline::TendBackup() {
  const absl::Status status = store_.TendBackup(clock_.Now());
  if (!status.ok()) {
    log_.Warning(absl::StrFormat("%s; a backup is tried again later", StdView(status.message())));
  }
}

bool Pipeline::CommitIsDue() const {
  const absl::Duration now = clock_.Elapsed();
  if (now < retry_at_) return false;
  if (!status_.committed_once) return true;  // proves that the store works, before we say "ready"
  if (crew_.is_full()) return true;
  if (wal_is_large_ && now - last_commit_ < kCommitPeriodOfLargeWal) return false;
  if (counter_.aggregator().DueForCommit()) return true;
  // A file that was rotated or is new has a position to store, though nothing was counted.
  return now - last_commit_ >= setup_.aggregate.commit_period &&
         (!tailer_->positions().empty() || status_.catching_up);
}

absl::Status Pipeline::Commit() {
  const absl::Duration begin = clock_.Elapsed();
  crew_.Settle();
  if (setup_.source_sync) {
    // The logs before the counts: no power cut may leave the store ahead of the logs, or what came
    // after the cut would be taken for what was counted before it.
    const absl::Status synced = tailer_->SyncRead();
    if (!synced.ok()) log_.Warning(StdView(synced.message()));
  }
  store_.KeepFrom(setup_.retention, RetentionNow());
  RETURN_IF_ERROR(store_.Commit(counter_.aggregator().batch(), tailer_->positions()));
  // Beyond this point the batch is durable: forgetting it cannot lose a count, and reading its
  // lines again is impossible because the positions moved too.
  tailer_->MarkCommitted();
  counter_.aggregator().Clear();
  last_commit_ = clock_.Elapsed();

  durable_ = std::make_shared<const CountSnapshot>(store_.counts());
  status_.committed_once = true;
  ++status_.commits;
  status_.commit_duration.Observe(absl::ToDoubleSeconds(last_commit_ - begin));
  if (!status_.last_commit_error.empty()) {
    log_.Info("the store works again: every line read meanwhile is committed");
    status_.last_commit_error.clear();
  }
  TendCatchUp();
  Publish();
  Prune();
  return absl::OkStatus();
}

void Pipeline::Publish() {
  status_.store_size_bytes = store_.SizeBytes();
  status_.store_wal_bytes = store_.WalBytes();
  NoteLargeWal();
  status_.files = tailer_->Files();
  counter_.KeepOnly(status_.files);
  for (FollowedFile& file : status_.files) file.format = std::string(counter_.FormatOf(file));
  status_.follow = tailer_->Counters();
  status_.site_labels.clear();
  for (const SiteSetup& site : setup_.sites) status_.site_labels[site.site] = site.labels;
  board_.Publish({durable_, status_});
  last_publish_ = clock_.Elapsed();
}

// Somebody who reads for long keeps the write-ahead log from beginning anew. It cannot be told to
// stop; so it is said, and what is the same page a hundred times is written less often.
void Pipeline::NoteLargeWal() {
  const bool is_large = status_.store_wal_bytes > kLargeWalBytes;
  if (is_large && !wal_is_large_) {
    log_.Warning(absl::StrFormat(
        "the write-ahead log of the database has grown to %s, as another program has been reading "
        "the database for long: end it (fuser names it). Until then there is a commit every %s",
        FormatBytes(status_.store_wal_bytes), absl::FormatDuration(kCommitPeriodOfLargeWal)));
  } else if (wal_is_large_ && !is_large) {
    log_.Info("the write-ahead log of the database is small again");
  }
  wal_is_large_ = is_large;
}

// How old something is: while logs are followed by the clock, and in a run over finished logs by
// their newest line, or nothing of an old log would be kept by the minute.
absl::Time Pipeline::RetentionNow() const {
  const absl::Time now = clock_.Now();
  if (!finished_logs_) return now;
  int64_t newest_unix = 0;
  for (const auto& [name, site] : store_.counts().sites) {
    newest_unix = std::max(newest_unix, site.intake.last_line_unix);
  }
  return std::min(now, absl::FromUnixSeconds(newest_unix));
}

void Pipeline::Prune() {
  if (!finished_logs_ && clock_.Elapsed() - last_prune_ < kPrunePeriod) return;
  const auto more = store_.Prune(finished_logs_ ? kPruneRowsAtOnce : kPruneRows);
  if (!more.ok()) log_.Warning(StdView(more.status().message()));
  // More than one step's worth: the next commit goes on.
  if (!more.ok() || !*more) last_prune_ = clock_.Elapsed();
}

void Pipeline::LogNews() {
  for (const TailNotice& notice : tailer_->TakeNotices()) log_.Write(notice.severity, notice.text);
  for (const LineCounter::Detected& detected : counter_.TakeNewlyDetected()) {
    if (detected.format.empty()) {
      log_.Warning(absl::StrFormat(
          "%s: the lines look like no known format; where a status can be read they count, all "
          "others are rejected; say the format with --log-format, or format: in the configuration",
          detected.path));
    } else if (said_formats_.emplace(detected.site, detected.format).second) {
      // Once a site and format: a site may have thousands of logs.
      log_.Info(
          absl::StrFormat("%s: the lines look like format %s", detected.path, detected.format));
    }
  }
}

void Pipeline::TakeReload() {
  std::optional<PipelineSetup> reload;
  {
    MutexLock lock(reload_mutex_);
    reload.swap(reload_);
  }
  if (!reload) return;
  if (const absl::Status bad = Tailer::CheckSources(SourcesOf(reload->sites)); !bad.ok()) {
    log_.Error(absl::StrFormat("the new configuration cannot be used: %s", StdView(bad.message())));
    return;
  }
  crew_.Settle();
  setup_ = *std::move(reload);
  tailer_->SetSources(setup_.tail, SourcesOf(setup_.sites));
  counter_.SetSites(setup_.sites, setup_.aggregate.retention);
  counter_.AdmitKnownSites(store_.counts());
  Publish();
}

void Pipeline::Reload(PipelineSetup setup) {
  {
    MutexLock lock(reload_mutex_);
    reload_ = std::move(setup);
  }
  const uint64_t one = 1;
  (void)!::write(wake_.get(), &one, sizeof(one));  // full means that it is awake already
}

void Pipeline::Stop() {
  stop_.store(true);
  const uint64_t one = 1;
  (void)!::write(wake_.get(), &one, sizeof(one));
}

void Pipeline::Wait() {
  const absl::Duration now = clock_.Elapsed();
  absl::Duration timeout = store_.backup_running() ? kBackupPause : absl::Seconds(1);
  if (!counter_.aggregator().empty()) {
    const absl::Duration due = std::max(last_commit_ + setup_.aggregate.commit_period, retry_at_);
    timeout = std::clamp(due - now, absl::Milliseconds(1), timeout);
  }
  if (crew_.is_full()) {
    // The store refuses: new bytes are no reason to wake up.
    pollfd wake = {wake_.get(), POLLIN, 0};
    ::poll(&wake, 1, static_cast<int>(absl::ToInt64Milliseconds(timeout)));
  } else {
    tailer_->Wait(timeout, wake_.get());
  }
  uint64_t count;
  (void)!::read(wake_.get(), &count, sizeof(count));
}

absl::Status Pipeline::FinalCommit() {
  tailer_->Conclude();
  for (const Loss& loss : tailer_->TakeLosses()) counter_.aggregator().NoteLoss(loss);
  if (!counter_.aggregator().empty() || !tailer_->positions().empty()) {
    RETURN_IF_ERROR(Commit());
  }
  RETURN_IF_ERROR(store_.EndCleanly(clock_.Now()));
  LogNews();
  return absl::OkStatus();
}

absl::Status Pipeline::Run() {
  while (!stop_.load()) {
    RETURN_IF_ERROR(RunOnce());
    if (!read_something_ && !stop_.load()) Wait();
  }
  return FinalCommit();
}

absl::StatusOr<IngestProgress> Pipeline::RunToEnd(
    const std::function<void(const IngestProgress&)>& show) {
  finished_logs_ = true;
  IngestProgress progress;
  const auto unread = [&] {
    int64_t bytes = 0;
    for (const FollowedFile& file : tailer_->Files()) bytes += UnreadBytes(file);
    return bytes;
  };
  progress.bytes_total = unread();
  const auto show_progress = [&] {
    progress.lines_counted = counter_.lines_counted();
    progress.lines_rejected = counter_.lines_rejected();
    progress.bytes_read = std::max<int64_t>(0, progress.bytes_total - unread());
    show(progress);
  };
  absl::Duration next_show = clock_.Elapsed();
  while (!stop_.load()) {
    RETURN_IF_ERROR(RunOnce());
    if (clock_.Elapsed() >= next_show) {
      show_progress();
      next_show = clock_.Elapsed() + kShowPeriod;
    }
    if (read_something_) continue;
    if (tailer_->AtEnd()) break;
    Wait();
  }
  RETURN_IF_ERROR(FinalCommit());
  show_progress();
  return progress;
}

}  // namespace logtally
