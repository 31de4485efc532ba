// When a request was logged, whatever the server's way of writing it.
#ifndef LOGTALLY_PARSE_TIMESTAMP_H_
#define LOGTALLY_PARSE_TIMESTAMP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace logtally {

// Shape:  one of  10/Oct/2023:13:55:36 -0700    (CLF; English month names whatever the locale)
//                 2023-10-10T13:55:36.123-07:00 (ISO 8601; 'T' or a space; offset required:
//                                                "Z", "+hh", "+hhmm" or "+hh:mm")
//                 1696971336.123                (seconds since 1970, up to 9 decimals)
//         and nothing before or after it. The shape tells them apart.
// Units:  seconds since 1970-01-01 UTC; a fraction is cut off. Second 60 is the next minute's 0.
// Errors: anything else, a 30th of February included, is nothing.
std::optional<int64_t> ParseTimestamp(std::string_view text);

// ParseTimestamp that remembers its last answer: most lines of a busy log repeat the second of
// the line before.
//
// Thread: one at a time.
class TimestampReader {
 public:
  std::optional<int64_t> Read(std::string_view text);

  // How long the text is that was read last, if it was a timestamp, and `line` begins with it and
  // with `stop` behind it; otherwise 0.
  size_t SizeIfRepeated(std::string_view line, char stop) const {
    const size_t size = last_size_bytes_;
    return last_time_ && size < line.size() && line[size] == stop && IsLast(line.data(), size)
               ? size
               : 0;
  }

  // The last answer.
  std::optional<int64_t> last_time() const { return last_time_; }

 private:
  // Two blocks that overlap cover all usual timestamps, and the compiler compares them inline.
  bool IsLast(const char* text, size_t size) const {
    constexpr size_t kBlock = 16;
    if (size < kBlock || size > 2 * kBlock) {
      return std::memcmp(text, last_text_.data(), size) == 0;
    }
    return std::memcmp(text, last_text_.data(), kBlock) == 0 &&
           std::memcmp(text + size - kBlock, last_text_.data() + size - kBlock, kBlock) == 0;
  }

  // Longer than any timestamp that ParseTimestamp reads.
  static constexpr size_t kMaxBytes = 40;

  std::array<char, kMaxBytes> last_text_;
  size_t last_size_bytes_ = 0;
  std::optional<int64_t> last_time_;
};

}  // namespace logtally

#endif  // LOGTALLY_PARSE_TIMESTAMP_H_
