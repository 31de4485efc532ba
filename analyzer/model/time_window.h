// A part of time.
#ifndef LOGTALLY_MODEL_TIME_WINDOW_H_
#define LOGTALLY_MODEL_TIME_WINDOW_H_

#include <cstdint>
#include <optional>

namespace logtally {

// Half-open, unix seconds; what is absent has no bound on that side.
struct TimeWindow {
  std::optional<int64_t> from_unix;
  std::optional<int64_t> to_unix;

  bool bounded() const { return from_unix || to_unix; }
  bool Contains(int64_t unix_seconds) const {
    return (!from_unix || unix_seconds >= *from_unix) && (!to_unix || unix_seconds < *to_unix);
  }
  bool operator==(const TimeWindow&) const = default;
};

}  // namespace logtally

#endif  // LOGTALLY_MODEL_TIME_WINDOW_H_
