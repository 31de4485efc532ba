#include "testing/busy_writer.h"

#include <algorithm>
#include <iterator>
#include <random>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace logtally::testing {

BusyWriter::BusyWriter(const std::string& path, int lines_per_second)
    : lines_per_second_(lines_per_second), log_(path), thread_([this] { Run(); }) {}

CodeCounts BusyWriter::truth() const {
  std::lock_guard lock(mutex_);
  return log_.truth();
}

void BusyWriter::Reopen() {
  std::lock_guard lock(mutex_);
  log_.Reopen();
}

void BusyWriter::Stop() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

void BusyWriter::Run() {
  static constexpr int kCodes[] = {200, 200, 200, 304, 404, 500, 499, 503};
  std::mt19937 random(7);
  const absl::Time begin = absl::Now();
  int64_t written = 0;
  while (!stop_) {
    const auto due =
        static_cast<int64_t>(absl::ToDoubleSeconds(absl::Now() - begin) * lines_per_second_);
    while (written < due && !stop_) {
      const auto burst = static_cast<int>(std::min<int64_t>(due - written, 1 + random() % 20));
      std::lock_guard lock(mutex_);
      log_.Append(kCodes[random() % std::size(kCodes)], burst);
      written += burst;
    }
    absl::SleepFor(absl::Milliseconds(1));  // the pace of the load, not a wait for anything
  }
}

}  // namespace logtally::testing
