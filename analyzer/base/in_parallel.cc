#include "base/in_parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace logtally {

void InParallel(size_t count, int threads, const std::function<void(size_t)>& work,
                absl::Duration period, const std::function<void()>& meanwhile) {
  std::mutex mutex;
  std::condition_variable ended;
  size_t running = std::min(count, static_cast<size_t>(std::max(1, threads)));
  std::atomic<size_t> next = 0;
  std::vector<std::thread> workers;
  for (size_t i = running; i > 0; --i) {
    workers.emplace_back([&] {
      for (size_t at = next++; at < count; at = next++) work(at);
      const std::lock_guard lock(mutex);
      --running;
      ended.notify_one();
    });
  }
  {
    std::unique_lock lock(mutex);
    while (running > 0) {
      ended.wait_for(lock, absl::ToChronoMilliseconds(period));
      if (running > 0) meanwhile();
    }
  }
  for (std::thread& worker : workers) worker.join();
  meanwhile();  // the end, however soon it came
}

}  // namespace logtally
