// Counts the lines of several reads at the same time.
#ifndef LOGTALLY_PIPELINE_COUNTING_CREW_H_
#define LOGTALLY_PIPELINE_COUNTING_CREW_H_

#include <cstddef>
#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "aggregate/count_shard.h"
#include "base/mutex.h"
#include "model/access_record.h"
#include "pipeline/chunk_job.h"
#include "pipeline/line_counter.h"

namespace logtally {

// Shape:  NextBatch(), fill it, Count(), again and again; Settle() before the counts are looked at.
//         The counts are those that one thread would find, whatever the number of threads.
// Memory: a few batches a thread. Whoever reads faster than the lines are counted lends a hand.
// Thread: one at a time, which is one of the `threads`; with 1 there are no others.
class CountingCrew {
 public:
  // `counter` must outlive this.
  CountingCrew(LineCounter& counter, int threads);
  ~CountingCrew();
  CountingCrew(const CountingCrew&) = delete;
  CountingCrew& operator=(const CountingCrew&) = delete;

  // Where the next lines are to be read into: the same again until it is counted.
  LineBatch& NextBatch();
  // Counts the lines of the batch that NextBatch() gave, now or soon.
  void Count();
  // Waits until all of them are counted; then they are in the counter's aggregator.
  void Settle();

  // Whether so much was counted that it should be stored before more is read.
  bool is_full() const;

 private:
  // One batch on its way: free, waiting in queue_, being counted, counted; then, in the order of
  // the lines, free again.
  struct Desk {
    LineBatch batch;
    ChunkJob job;
    bool is_counted = false;  // guarded by mutex_
  };
  // A thread beside the caller's, with counts of its own.
  struct Worker {
    Worker(CountShard::Options options, SiteTable& sites) : shard(options, sites, counts) {}
    CountBatch counts;
    CountShard shard;
    // Of `counts`, after its last job; guarded by mutex_.
    size_t rows = 0;
    bool is_full = false;
    std::thread thread;
  };

  void Start();
  void Work(Worker& worker);
  // The next desk to be counted; waits for it. Null: it is over.
  Desk* WaitForWork();
  Desk& TakeFromQueue() LOGTALLY_THREAD_ANNOTATION(requires_capability(mutex_));
  // Takes the first of the queue and counts it on the caller's thread. False: there is none.
  bool LendAHand();
  // Ends the jobs that are counted, up to the first that is not.
  void EndCounted();
  // Ends jobs, with the caller's help, until no more than so many desks are not free.
  void EndUntil(size_t desks);
  Desk& DeskAt(size_t number) { return *desks_[number % desks_.size()]; }

  LineCounter& counter_;
  std::vector<std::unique_ptr<Desk>> desks_;
  size_t handed_over_ = 0;  // number of the next desk
  size_t ended_ = 0;        // … and of the oldest one that is not free

  size_t helpers_;
  std::vector<std::unique_ptr<Worker>> workers_;
  mutable Mutex mutex_;  // of all below, and of what is said to be in Desk and Worker
  Condition queued_;
  Condition counted_;
  std::deque<Desk*> queue_ LOGTALLY_GUARDED_BY(mutex_);
  bool is_over_ LOGTALLY_GUARDED_BY(mutex_) = false;
};

}  // namespace logtally

#endif  // LOGTALLY_PIPELINE_COUNTING_CREW_H_
