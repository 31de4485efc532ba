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

// When the minute, hour or day that a time lies in begins: `grain_seconds` is its length.
constexpr int64_t FloorTo(int64_t unix_seconds, int64_t grain_seconds) {
  const int64_t remainder = unix_seconds % grain_seconds;
  return unix_seconds - (remainder < 0 ? remainder + grain_seconds : remainder);
}

}  // namespace logtally

#endif  // LOGTALLY_MODEL_TIME_WINDOW_H_
