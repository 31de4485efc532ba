// Jobs are begun in the order of their lines, by whichever thread is free, and end in that order on
// the caller's thread. So what depends on the order (the format that is voted on, the minute that a
// line without a time takes from the line before) is as if one thread had done it all; and what
// does not, the sums, is added up apart and put together when somebody wants it.
#include "pipeline/counting_crew.h"

#include <algorithm>
#include <utility>

namespace logtally {
namespace {

// So many batches a thread: one is counted, one waits, so that nobody does.
constexpr size_t kDesksPerThread = 3;

}  // namespace

CountingCrew::CountingCrew(LineCounter& counter, int threads)
    : counter_(counter), helpers_(static_cast<size_t>(std::max(1, threads) - 1)) {
  const size_t desks = helpers_ == 0 ? 1 : kDesksPerThread * (helpers_ + 1);
  for (size_t i = 0; i < desks; ++i) desks_.push_back(std::make_unique<Desk>());
}

CountingCrew::~CountingCrew() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    queue_.clear();
  }
  queued_.notify_all();
  for (const auto& worker : workers_) worker->thread.join();
}

void CountingCrew::Start() {
  Aggregator& aggregator = counter_.aggregator();
  while (workers_.size() < helpers_) {
    auto worker = std::make_unique<Worker>(aggregator.shard_options(), aggregator.sites());
    worker->thread = std::thread([this, &w = *worker] { Work(w); });
    workers_.push_back(std::move(worker));
  }
}

void CountingCrew::Work(Worker& worker) {
  std::unique_lock lock(mutex_);
  while (true) {
    queued_.wait(lock, [&] { return is_over_ || !queue_.empty(); });
    if (is_over_) return;
    Desk& desk = *queue_.front();
    queue_.pop_front();
    lock.unlock();
    CountChunk(desk.job, worker.shard);
    lock.lock();
    desk.is_counted = true;
    worker.rows = worker.counts.rows();
    worker.is_full = worker.counts.error_details.is_full();
    counted_.notify_one();
  }
}

bool CountingCrew::LendAHand() {
  Desk* desk;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.empty()) return false;
    desk = queue_.front();
    queue_.pop_front();
  }
  CountChunk(desk->job, counter_.aggregator().shard());
  const std::lock_guard lock(mutex_);
  desk->is_counted = true;
  return true;
}

void CountingCrew::EndCounted() {
  for (; ended_ < handed_over_; ++ended_) {
    Desk& desk = DeskAt(ended_);
    {
      const std::lock_guard lock(mutex_);
      if (!std::exchange(desk.is_counted, false)) return;
    }
    counter_.End(desk.job);
    desk.job = {};
  }
}

LineBatch& CountingCrew::NextBatch() {
  EndCounted();
  while (handed_over_ - ended_ == desks_.size()) {
    if (!LendAHand()) {
      std::unique_lock lock(mutex_);
      counted_.wait(lock, [&] { return DeskAt(ended_).is_counted; });
    }
    EndCounted();
  }
  return DeskAt(handed_over_).batch;
}

void CountingCrew::Count() {
  Desk& desk = DeskAt(handed_over_);
  if (desk.batch.empty()) return;
  if (helpers_ == 0) return counter_.Count(desk.batch);
  if (workers_.empty()) Start();
  desk.batch.Own();
  desk.job = counter_.Begin(desk.batch);
  ++handed_over_;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(&desk);
  }
  queued_.notify_one();
}

void CountingCrew::Settle() {
  while (LendAHand()) {
  }
  EndCounted();
  while (ended_ < handed_over_) {
    {
      std::unique_lock lock(mutex_);
      counted_.wait(lock, [&] { return DeskAt(ended_).is_counted; });
    }
    EndCounted();
  }
  for (const auto& worker : workers_) {  // all of them wait for work
    counter_.aggregator().Absorb(worker->counts);
    const std::lock_guard lock(mutex_);
    worker->rows = 0;
    worker->is_full = false;
  }
}

bool CountingCrew::is_full() const {
  size_t rows = 0;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& worker : workers_) {
      if (worker->is_full) return true;
      rows += worker->rows;
    }
  }
  return counter_.aggregator().is_full(rows);
}

}  // namespace logtally
