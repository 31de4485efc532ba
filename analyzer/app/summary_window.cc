// absl::ParseTime is not used: it takes "2026-7-1 1:2" and white space anywhere, and a person who
// mistypes the window of an outage should hear of it.
#include "app/summary_window.h"

#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "base/status_macros.h"
#include "base/text.h"

namespace logtally {
namespace {

constexpr int64_t kMinuteSeconds = 60;
constexpr int64_t kMinUnixSeconds = 100'000'000;      // nine digits: 1973-03-03
constexpr int64_t kMaxUnixSeconds = 253'402'300'799;  // 9999-12-31T23:59:59Z

// A point in time; `has_fraction` if it lies after `unix_seconds` by less than a second.
struct Point {
  int64_t unix_seconds = 0;
  bool has_fraction = false;
};

// Takes what it is asked for from the front of a text. Once something did not fit, all fails.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  int Digits(size_t count) {
    int value = 0;
    for (size_t i = 0; i < count; ++i) {
      if (rest_.empty() || !IsDigit(rest_.front())) return Fail();
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }
  // One of `any_of`, which is returned; 0 and nothing taken if another character is next.
  char Accept(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return 0;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  void Expect(std::string_view any_of) {
    if (Accept(any_of) == 0) Fail();
  }
  // At least one digit; whether any of them is not '0'.
  bool Fraction() {
    bool not_zero = Digits(1) != 0;
    while (!rest_.empty() && IsDigit(rest_.front())) not_zero = Digits(1) != 0 || not_zero;
    return not_zero;
  }
  bool at_end() const { return rest_.empty(); }
  bool ok() const { return ok_; }

 private:
  static bool IsDigit(char c) { return c >= '0' && c <= '9'; }
  int Fail() {
    ok_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool ok_ = true;
};

// Source: RFC 3339 §5.6; a space may stand for the T, and the time, the seconds and the offset may
// be left out.
std::optional<Point> ParseCalendar(std::string_view text) {
  Cursor cursor(text);
  const int year = cursor.Digits(4);
  cursor.Expect("-");
  const int month = cursor.Digits(2);
  cursor.Expect("-");
  const int day = cursor.Digits(2);
  int hour = 0;
  int minute = 0;
  int second = 0;
  int64_t offset_seconds = 0;
  bool has_fraction = false;
  if (cursor.Accept("Tt ") != 0) {
    hour = cursor.Digits(2);
    cursor.Expect(":");
    minute = cursor.Digits(2);
    if (cursor.Accept(":") != 0) {
      second = cursor.Digits(2);
      if (cursor.Accept(".") != 0) has_fraction = cursor.Fraction();
    }
    if (const char sign = cursor.Accept("+-"); sign != 0) {
      const int offset_hours = cursor.Digits(2);
      cursor.Expect(":");
      const int offset_minutes = cursor.Digits(2);
      if (offset_hours > 23 || offset_minutes > 59) return std::nullopt;
      offset_seconds = (offset_hours * 60 + offset_minutes) * kMinuteSeconds;
      if (sign == '-') offset_seconds = -offset_seconds;
    } else {
      cursor.Accept("Zz");
    }
  }
  if (!cursor.ok() || !cursor.at_end()) return std::nullopt;
  const absl::CivilDay date(year, month, day);  // normalises: 30 February would be 2 March
  if (date.month() != month || date.day() != day) return std::nullopt;
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;  // 60: a leap second
  const absl::CivilSecond civil(year, month, day, hour, minute, second);
  return Point{absl::ToUnixSeconds(absl::FromCivil(civil, absl::UTCTimeZone())) - offset_seconds,
               has_fraction};
}

std::optional<Point> ParsePoint(std::string_view text) {
  if (const auto seconds = ParseInt64(text)) {
    if (*seconds < kMinUnixSeconds || *seconds > kMaxUnixSeconds) return std::nullopt;
    return Point{*seconds, false};
  }
  return ParseCalendar(text);
}

absl::StatusOr<Point> ParseOption(std::string_view option, std::string_view text) {
  if (const auto point = ParsePoint(text)) return *point;
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: expected 2026-07-14T12:00:00Z, \"2026-07-14 12:00\" (UTC), 2026-07-14 or "
      "unix seconds, got \"%s\"",
      option, EscapeForTerminal(text)));
}

int64_t MinuteDown(int64_t seconds) {
  const int64_t into_minute = ((seconds % kMinuteSeconds) + kMinuteSeconds) % kMinuteSeconds;
  return seconds - into_minute;
}

int64_t MinuteUp(Point point) {
  const int64_t whole_seconds = point.unix_seconds + (point.has_fraction ? 1 : 0);
  return MinuteDown(whole_seconds + kMinuteSeconds - 1);
}

absl::StatusOr<TimeWindow> ParseSince(std::string_view text, absl::Time now) {
  const auto duration = ParseDuration(text);
  if (!duration || *duration == absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("--since: expected a duration like 90s, 15m, 24h, 7d or 2w, got \"%s\"",
                        EscapeForTerminal(text)));
  }
  const int64_t now_unix = absl::ToUnixSeconds(now);
  const Point end{now_unix, now != absl::FromUnixSeconds(now_unix)};
  return TimeWindow{MinuteDown(absl::ToUnixSeconds(now - *duration)), MinuteUp(end)};
}

}  // namespace

absl::StatusOr<TimeWindow> ParseSummaryWindow(const SummaryWindowOptions& options, absl::Time now) {
  if (options.since) {
    if (options.from || options.to) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "--since: expected without %s: it already says where the window begins and ends",
          options.from ? "--from" : "--to"));
    }
    return ParseSince(*options.since, now);
  }
  std::optional<Point> from;
  std::optional<Point> to;
  if (options.from) {
    ASSIGN_OR_RETURN(from, ParseOption("--from", *options.from));
  }
  if (options.to) {
    ASSIGN_OR_RETURN(to, ParseOption("--to", *options.to));
  }
  // Compared before rounding: a window that is empty as it was written is a mistake.
  if (from && to &&
      std::pair(from->unix_seconds, from->has_fraction) >=
          std::pair(to->unix_seconds, to->has_fraction)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("--to: expected a time after --from \"%s\", got \"%s\"",
                        EscapeForTerminal(*options.from), EscapeForTerminal(*options.to)));
  }
  TimeWindow window;
  if (from) window.from_unix = MinuteDown(from->unix_seconds);
  if (to) window.to_unix = MinuteUp(*to);
  return window;
}

}  // namespace logtally
