// A clock that stands still until it is told to move.
#ifndef LOGTALLY_TESTING_FAKE_CLOCK_H_
#define LOGTALLY_TESTING_FAKE_CLOCK_H_

#include "base/clock.h"

namespace logtally::testing {

class FakeClock final : public Clock {
 public:
  explicit FakeClock(absl::Time now = absl::FromUnixSeconds(1700000000)) : now_(now) {}

  absl::Time Now() const override { return now_; }
  absl::Duration Elapsed() const override { return elapsed_; }

  // Lets time pass on both clocks.
  void Advance(absl::Duration by) {
    now_ += by;
    elapsed_ += by;
  }
  // Sets the wall clock, forwards or back, as an operator may.
  void JumpTo(absl::Time now) { now_ = now; }

 private:
  absl::Time now_;
  absl::Duration elapsed_ = absl::Hours(1);
};

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_FAKE_CLOCK_H_
