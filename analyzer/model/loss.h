// What is known to have been lost before it could be counted.
#ifndef LOGTALLY_MODEL_LOSS_H_
#define LOGTALLY_MODEL_LOSS_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace logtally {

enum class LossCause : uint8_t {
  kTruncation,   // a log was cut short before all of it was read, and no copy has the rest
  kRotationGap,  // a log came and went between two looks
  kGone,         // a log with unread bytes is nowhere to be found
  kTooLong,      // a line beyond max_line_bytes
  kNulHole,  // NUL bytes where lines were: a writer that did not notice a truncation, or a crash
  kDropped,  // messages that a socket had no room for
};
inline constexpr int kLossCauseCount = 6;

// "truncation", "rotation_gap", …: as in metrics and the database.
std::string_view LossCauseName(LossCause cause);
std::optional<LossCause> ParseLossCause(std::string_view name);

// Several losses of one kind, added up.
// `bytes` and `lines` are what is known for certain: 0 means that only the window is known in which
// something may have been lost.
struct LossTally {
  int64_t losses = 0;  // events; one that goes on over several reads is one
  int64_t bytes = 0;
  int64_t lines = 0;
  int64_t from_unix = 0;  // the window around them, both ends included; 0: nothing was lost
  int64_t to_unix = 0;

  void operator+=(const LossTally& other) {
    if (other.to_unix == 0) return;
    from_unix = to_unix == 0 ? other.from_unix : std::min(from_unix, other.from_unix);
    to_unix = std::max(to_unix, other.to_unix);
    losses += other.losses;
    bytes += other.bytes;
    lines += other.lines;
  }
  bool operator==(const LossTally&) const = default;
};

// A loss as whoever reads a log finds it.
struct Loss {
  std::string site;
  LossCause cause = LossCause::kTruncation;
  std::string path;  // of the log
  LossTally tally;
};

}  // namespace logtally

#endif  // LOGTALLY_MODEL_LOSS_H_
