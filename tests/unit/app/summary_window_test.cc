#include "app/summary_window.h"

#include <gtest/gtest.h>

#include "testing/status_matchers.h"

namespace logtally {
namespace {

constexpr int64_t kNoon = 1784030400;  // 2026-07-14T12:00:00Z

const absl::Time kNow = absl::FromUnixSeconds(kNoon + 30) + absl::Milliseconds(500);

absl::StatusOr<TimeWindow> Since(const std::string& text, absl::Time now = kNow) {
  return ParseSummaryWindow({.since = text}, now);
}

absl::StatusOr<TimeWindow> From(const std::string& text) {
  return ParseSummaryWindow({.from = text}, kNow);
}

absl::StatusOr<TimeWindow> To(const std::string& text) {
  return ParseSummaryWindow({.to = text}, kNow);
}

absl::StatusOr<TimeWindow> FromTo(const std::string& from, const std::string& to) {
  return ParseSummaryWindow({.from = from, .to = to}, kNow);
}

TEST(SummaryWindow, NothingAskedForIsNoBound) {
  ASSERT_OK_AND_ASSIGN(const TimeWindow window, ParseSummaryWindow({}, kNow));
  EXPECT_EQ(window, TimeWindow{});
}

TEST(SummaryWindow, SinceTakesInTheMinutesOfBothEnds) {
  ASSERT_OK_AND_ASSIGN(const TimeWindow hour, Since("1h"));
  EXPECT_EQ(hour, (TimeWindow{kNoon - 3600, kNoon + 60}));
  ASSERT_OK_AND_ASSIGN(const TimeWindow on_the_minute, Since("15m", absl::FromUnixSeconds(kNoon)));
  EXPECT_EQ(on_the_minute, (TimeWindow{kNoon - 900, kNoon}));
  ASSERT_OK_AND_ASSIGN(const TimeWindow just_after,
                       Since("1s", absl::FromUnixSeconds(kNoon) + absl::Nanoseconds(1)));
  EXPECT_EQ(just_after, (TimeWindow{kNoon - 60, kNoon + 60}));
}

TEST(SummaryWindow, EveryWayToWriteAPointInTimeIsTheSamePoint) {
  for (const char* text :
       {"2026-07-14T12:00:00Z", "2026-07-14t12:00:00z", "2026-07-14T12:00:00", "2026-07-14T12:00",
        "2026-07-14 12:00", "2026-07-14 12:00:00", "2026-07-14 12:00Z", "2026-07-14T21:00:00+09:00",
        "2026-07-14 08:30-03:30", "2026-07-14T12:00:00.000Z", "1784030400"}) {
    const absl::StatusOr<TimeWindow> window = From(text);
    ASSERT_OK(window);
    EXPECT_EQ(window->from_unix, kNoon) << text;
    EXPECT_EQ(window->to_unix, std::nullopt) << text;
  }
  ASSERT_OK_AND_ASSIGN(const TimeWindow day, FromTo("2026-07-14", "2026-07-15"));
  EXPECT_EQ(day, (TimeWindow{kNoon - 43200, kNoon + 43200}));
}

TEST(SummaryWindow, FromIsRoundedDownAndToUpToWholeMinutes) {
  ASSERT_OK_AND_ASSIGN(const TimeWindow window,
                       FromTo("2026-07-14 12:00:59", "2026-07-14 12:05:01"));
  EXPECT_EQ(window, (TimeWindow{kNoon, kNoon + 360}));
  ASSERT_OK_AND_ASSIGN(const TimeWindow within_one_minute,
                       FromTo("2026-07-14 12:00:10", "2026-07-14 12:00:20"));
  EXPECT_EQ(within_one_minute, (TimeWindow{kNoon, kNoon + 60}));
  ASSERT_OK_AND_ASSIGN(const TimeWindow fraction, To("2026-07-14T12:00:00.001Z"));
  EXPECT_EQ(fraction.to_unix, kNoon + 60);
  ASSERT_OK_AND_ASSIGN(const TimeWindow before_1970, From("1969-12-31 23:59:59"));
  EXPECT_EQ(before_1970.from_unix, -60);
}

TEST(SummaryWindow, ALeapSecondIsASecond) {
  ASSERT_OK_AND_ASSIGN(const TimeWindow window, From("2016-12-31T23:59:60Z"));
  EXPECT_EQ(window.from_unix, 1483228800);
}

TEST(SummaryWindow, WhatIsNoPointInTimeIsRefused) {
  for (const char* text : {"",
                           " ",
                           "yesterday",
                           "12:00",
                           "2026",
                           "20260714",
                           "2026-7-14",
                           "2026-02-30",
                           "2026-13-01",
                           "2026-00-10",
                           "2026-07-14T",
                           "2026-07-14 24:00",
                           "2026-07-14 12:60",
                           "2026-07-14 12:00:61",
                           "2026-07-14 12",
                           "2026-07-14 12:00 ",
                           " 2026-07-14",
                           "2026-07-14T12:00:00.Z",
                           "2026-07-14T12:00:00+9",
                           "2026-07-14T12:00:00+24:00",
                           "2026-07-14Z",
                           "-1784030400",
                           "1784030400000",
                           "99999999",
                           "1h"}) {
    EXPECT_EQ(From(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(To(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
  for (const char* text : {"", "0s", "0h", "1", "h", "-1h", "1h30m", "yesterday", "2026-07-14"}) {
    EXPECT_EQ(Since(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(SummaryWindow, AnErrorNamesTheOptionAndWhatWasExpected) {
  EXPECT_EQ(From("yesterday").status().message(),
            "--from: expected 2026-07-14T12:00:00Z, \"2026-07-14 12:00\" (UTC), 2026-07-14 or unix "
            "seconds, got \"yesterday\"");
  EXPECT_EQ(To("\x1b[2J").status().message(),
            "--to: expected 2026-07-14T12:00:00Z, \"2026-07-14 12:00\" (UTC), 2026-07-14 or unix "
            "seconds, got \"\\x1B[2J\"");
  EXPECT_EQ(Since("soon").status().message(),
            "--since: expected a duration like 90s, 15m, 24h, 7d or 2w, got \"soon\"");
}

TEST(SummaryWindow, AWindowThatIsEmptyAsWrittenIsAMistake) {
  EXPECT_EQ(FromTo("2026-07-14", "2026-07-14").status().message(),
            "--to: expected a time after --from \"2026-07-14\", got \"2026-07-14\"");
  EXPECT_FALSE(FromTo("2026-07-15", "2026-07-14").ok());
  EXPECT_FALSE(FromTo("2026-07-14 12:00:20", "2026-07-14 12:00:10").ok());
  EXPECT_OK(FromTo("2026-07-14T12:00:00Z", "2026-07-14T12:00:00.5Z"));
}

TEST(SummaryWindow, SinceExcludesFromAndTo) {
  EXPECT_EQ(ParseSummaryWindow({.since = "1h", .from = "2026-07-14"}, kNow).status().message(),
            "--since: expected without --from: it already says where the window begins and ends");
  EXPECT_EQ(ParseSummaryWindow({.since = "1h", .to = "2026-07-14"}, kNow).status().message(),
            "--since: expected without --to: it already says where the window begins and ends");
}

}  // namespace
}  // namespace logtally
