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
    MutexLock lock(mutex_);
    is_over_ = true;
  }
  queued_.NotifyAll();
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
  while (Desk* const desk = WaitForWork()) {
    CountChunk(desk->job, worker.shard);
    MutexLock lock(mutex_);
    desk->is_counted = true;
    worker.rows = worker.counts.rows();
    worker.is_full = worker.counts.error_details.is_full();
    counted_.NotifyOne();
  }
}

CountingCrew::Desk& CountingCrew::TakeFromQueue() {
  Desk& desk = *queue_.front();
  queue_.pop_front();
  return desk;
}

CountingCrew::Desk* CountingCrew::WaitForWork() {
  MutexLock lock(mutex_);
  while (!is_over_ && queue_.empty()) queued_.Wait(mutex_);
  return is_over_ ? nullptr : &TakeFromQueue();
}

bool CountingCrew::LendAHand() {
  Desk* desk;
  {
    MutexLock lock(mutex_);
    if (queue_.empty()) return false;
    desk = &TakeFromQueue();
  }
  CountChunk(desk->job, counter_.aggregator().shard());
  MutexLock lock(mutex_);
  desk->is_counted = true;
  return true;
}

void CountingCrew::EndCounted() {
  for (; ended_ < handed_over_; ++ended_) {
    Desk& desk = DeskAt(ended_);
    {
      MutexLock lock(mutex_);
      if (!std::exchange(desk.is_counted, false)) return;
    }
    counter_.End(desk.job);
    desk.job = {};
  }
}

void CountingCrew::EndUntil(size_t desks) {
  EndCounted();
  while (handed_over_ - ended_ > desks) {
    if (!LendAHand()) {
      MutexLock lock(mutex_);
      while (!DeskAt(ended_).is_counted) counted_.Wait(mutex_);
    }
    EndCounted();
  }
}

LineBatch& CountingCrew::NextBatch() {
  EndUntil(desks_.size() - 1);
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
    MutexLock lock(mutex_);
    queue_.push_back(&desk);
  }
  queued_.NotifyOne();
}

void CountingCrew::Settle() {
  EndUntil(0);
  for (const auto& worker : workers_) {  // all of them wait for work
    counter_.aggregator().Absorb(worker->counts);
    MutexLock lock(mutex_);
    worker->rows = 0;
    worker->is_full = false;
  }
}

bool CountingCrew::is_full() const {
  size_t rows = 0;
  {
    MutexLock lock(mutex_);
    for (const auto& worker : workers_) {
      if (worker->is_full) return true;
      rows += worker->rows;
    }
  }
  return counter_.aggregator().is_full(rows);
}

}  // namespace logtally
