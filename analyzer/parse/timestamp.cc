#include "parse/timestamp.h"

#include <algorithm>
#include <cstring>

namespace logtally {
namespace {

constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

// Reads `text` from the left. After a failed step everything fails, so that the caller asks once,
// at the end.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  // Exactly `count` digits.
  int Digits(size_t count) {
    int value = 0;
    for (size_t i = 0; i < count; ++i) {
      if (i >= text_.size() || !IsDigit(text_[i])) return Fail();
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return value;
  }
  void Byte(char wanted) {
    if (!Skip(wanted)) Fail();
  }
  bool Skip(char wanted) {
    if (text_.empty() || text_.front() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }
  // 1 … 12.
  int MonthName() {
    const size_t at = text_.size() < 3 ? std::string_view::npos : kMonths.find(text_.substr(0, 3));
    if (at == std::string_view::npos || at % 3 != 0) return Fail();
    text_.remove_prefix(3);
    return static_cast<int>(at / 3) + 1;
  }
  // One or more digits, at most `max`.
  void SkipDigits(size_t max) {
    size_t count = 0;
    while (count < text_.size() && IsDigit(text_[count])) ++count;
    if (count == 0 || count > max) {
      Fail();
    } else {
      text_.remove_prefix(count);
    }
  }
  // "Z", "+hh", "+hhmm" or "+hh:mm", in seconds.
  int Offset() {
    if (Skip('Z') || Skip('z')) return 0;
    const bool west = Skip('-');
    if (!west) Byte('+');
    const int hours = Digits(2);
    const int minutes = Skip(':') || !text_.empty() ? Digits(2) : 0;
    if (hours > 23 || minutes > 59) return Fail();
    return (west ? -60 : 60) * (hours * 60 + minutes);
  }
  bool AtEndWithoutFailure() const { return text_.empty() && !failed_; }

 private:
  static bool IsDigit(char c) { return c >= '0' && c <= '9'; }
  int Fail() {
    failed_ = true;
    return 0;
  }

  std::string_view text_;
  bool failed_ = false;
};

int DaysInMonth(int year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

// Days from 1970-01-01, with years that begin in March so that the leap day comes last.
// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
int64_t DaysSince1970(int year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const int era = (year >= 0 ? year : year - 399) / 400;
  const int year_of_era = year - era * 400;
  const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return int64_t{era} * 146097 + day_of_era - 719468;
}

std::optional<int64_t> UnixSeconds(int year, int month, int day, int hour, int minute, int second,
                                   int offset_seconds) {
  if (month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, month)) return std::nullopt;
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return DaysSince1970(year, month, day) * 86400 + hour * 3600 + minute * 60 + second -
         offset_seconds;
}

std::optional<int64_t> ParseClf(std::string_view text) {
  Cursor in(text);
  const int day = in.Digits(2);
  in.Byte('/');
  const int month = in.MonthName();
  in.Byte('/');
  const int year = in.Digits(4);
  in.Byte(':');
  const int hour = in.Digits(2);
  in.Byte(':');
  const int minute = in.Digits(2);
  in.Byte(':');
  const int second = in.Digits(2);
  in.Byte(' ');
  const int offset = in.Offset();
  if (!in.AtEndWithoutFailure()) return std::nullopt;
  return UnixSeconds(year, month, day, hour, minute, second, offset);
}

std::optional<int64_t> ParseIso8601(std::string_view text) {
  Cursor in(text);
  const int year = in.Digits(4);
  in.Byte('-');
  const int month = in.Digits(2);
  in.Byte('-');
  const int day = in.Digits(2);
  if (!in.Skip('T')) in.Byte(' ');
  const int hour = in.Digits(2);
  in.Byte(':');
  const int minute = in.Digits(2);
  in.Byte(':');
  const int second = in.Digits(2);
  if (in.Skip('.') || in.Skip(',')) in.SkipDigits(9);
  const int offset = in.Offset();
  if (!in.AtEndWithoutFailure()) return std::nullopt;
  return UnixSeconds(year, month, day, hour, minute, second, offset);
}

std::optional<int64_t> ParseEpoch(std::string_view text) {
  const std::string_view seconds = text.substr(0, text.find('.'));
  if (seconds.empty() || seconds.size() > 11) return std::nullopt;
  int64_t value = 0;
  for (const char c : seconds) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  if (seconds.size() == text.size()) return value;
  Cursor fraction(text.substr(seconds.size() + 1));
  fraction.SkipDigits(9);
  return fraction.AtEndWithoutFailure() ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<int64_t> ParseTimestamp(std::string_view text) {
  if (text.size() > 2 && text[2] == '/') return ParseClf(text);
  if (text.size() > 4 && text[4] == '-') return ParseIso8601(text);
  return ParseEpoch(text);
}

std::optional<int64_t> TimestampReader::Read(std::string_view text) {
  if (text.empty() || text.size() > kMaxBytes) return std::nullopt;
  if (text.size() != last_size_bytes_ || !IsLast(text.data(), text.size())) {
    last_time_ = ParseTimestamp(text);
    last_size_bytes_ = text.size();
    std::copy(text.begin(), text.end(), last_text_.begin());
  }
  return last_time_;
}

}  // namespace logtally
