// Hands the last minute of one chunk of a file on to the next chunk.
#ifndef LOGTALLY_AGGREGATE_MINUTE_LINK_H_
#define LOGTALLY_AGGREGATE_MINUTE_LINK_H_

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>

namespace logtally {

// A line without a time of its own belongs to the minute of the line before it in the same file.
// That line may be in another chunk, which another thread counts: whoever needs its minute waits
// for it here. It never waits for long: chunks are begun in their order, so that the chunk it waits
// for is being counted already. Thread: one that sets, any that get.
class MinuteLink {
 public:
  // Once.
  void Set(int64_t minute_unix) {
    minute_unix_.store(minute_unix, std::memory_order_release);
    minute_unix_.notify_all();
  }
  // Waits until it is set.
  int64_t Get() const {
    minute_unix_.wait(kPending, std::memory_order_acquire);
    return minute_unix_.load(std::memory_order_acquire);
  }

 private:
  static constexpr int64_t kPending = std::numeric_limits<int64_t>::min();
  std::atomic<int64_t> minute_unix_ = kPending;
};

}  // namespace logtally

#endif  // LOGTALLY_AGGREGATE_MINUTE_LINK_H_
