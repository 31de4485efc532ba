#include "testing/wait.h"

#include "absl/time/clock.h"
#include "base/clock.h"

namespace logtally::testing {

bool WaitUntil(const std::function<bool()>& condition, absl::Duration deadline) {
  const absl::Duration end = SystemClock().Elapsed() + deadline;
  while (!condition()) {
    if (SystemClock().Elapsed() >= end) return false;
    absl::SleepFor(absl::Milliseconds(20));
  }
  return true;
}

}  // namespace logtally::testing
