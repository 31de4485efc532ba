// Waiting for a condition of another process, with a deadline; never for a mere span of time.
#ifndef LOGTALLY_TESTING_WAIT_H_
#define LOGTALLY_TESTING_WAIT_H_

#include <functional>

#include "absl/time/time.h"

namespace logtally::testing {

// Long enough for a loaded machine; a passing test never uses it up.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr absl::Duration kPatience = absl::Seconds(90);
#else
inline constexpr absl::Duration kPatience = absl::Seconds(30);
#endif

// Looks every 20 ms until `condition` holds. False: the deadline was over first.
bool WaitUntil(const std::function<bool()>& condition, absl::Duration deadline = kPatience);

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_WAIT_H_
