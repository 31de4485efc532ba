// The time, as an argument: so that a test can hold it still.
#ifndef LOGTALLY_BASE_CLOCK_H_
#define LOGTALLY_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace logtally {

// Thread: any.
class Clock {
 public:
  virtual ~Clock() = default;

  // Wall-clock time. It may jump: use it only for what people and files see.
  virtual absl::Time Now() const = 0;

  // Time since an arbitrary start that never goes back: use it for every interval and timer.
  virtual absl::Duration Elapsed() const = 0;
};

// The machine's clocks (CLOCK_REALTIME and CLOCK_MONOTONIC). Lives as long as the program.
const Clock& SystemClock();

}  // namespace logtally

#endif  // LOGTALLY_BASE_CLOCK_H_
