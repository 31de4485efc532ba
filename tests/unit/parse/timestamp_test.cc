#include "parse/timestamp.h"

#include <gtest/gtest.h>

#include <clocale>
#include <random>
#include <string>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "base/text.h"

namespace logtally {
namespace {

// Seconds since 1970 of an RFC 3339 time, by Abseil.
int64_t Unix(std::string_view rfc3339) {
  absl::Time time;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, AbslView(rfc3339), &time, nullptr)) << rfc3339;
  return absl::ToUnixSeconds(time);
}

TEST(Timestamp, ReadsTheCommonLogFormat) {
  EXPECT_EQ(ParseTimestamp("10/Oct/2023:13:55:36 -0700"), Unix("2023-10-10T13:55:36-07:00"));
  EXPECT_EQ(ParseTimestamp("01/Jan/1970:00:00:00 +0000"), 0);
  EXPECT_EQ(ParseTimestamp("01/Jan/1970:00:00:00 +0100"), -3600);
  EXPECT_EQ(ParseTimestamp("31/Dec/2023:23:59:59 +0545"), Unix("2023-12-31T23:59:59+05:45"));
}

TEST(Timestamp, ReadsIso8601WithItsOffset) {
  const int64_t expected = Unix("2023-10-10T13:55:36-07:00");
  for (const char* text : {"2023-10-10T13:55:36-07:00", "2023-10-10T13:55:36-0700",
                           "2023-10-10T13:55:36-07", "2023-10-10 13:55:36.999-07:00",
                           "2023-10-10T20:55:36Z", "2023-10-10T20:55:36,123456789z"}) {
    EXPECT_EQ(ParseTimestamp(text), expected) << text;
  }
}

TEST(Timestamp, ReadsSecondsSince1970) {
  EXPECT_EQ(ParseTimestamp("1696971336.123"), 1696971336);
  EXPECT_EQ(ParseTimestamp("1696971336"), 1696971336);
  EXPECT_EQ(ParseTimestamp("0"), 0);
}

TEST(Timestamp, KnowsLeapYearsAndTheLeapSecond) {
  EXPECT_EQ(ParseTimestamp("29/Feb/2024:00:00:00 +0000"), Unix("2024-02-29T00:00:00Z"));
  EXPECT_EQ(ParseTimestamp("29/Feb/2000:00:00:00 +0000"), Unix("2000-02-29T00:00:00Z"));
  EXPECT_EQ(ParseTimestamp("29/Feb/2023:00:00:00 +0000"), std::nullopt);
  EXPECT_EQ(ParseTimestamp("29/Feb/2100:00:00:00 +0000"), std::nullopt);
  EXPECT_EQ(ParseTimestamp("31/Dec/2016:23:59:60 +0000"), Unix("2017-01-01T00:00:00Z"));
}

TEST(Timestamp, RefusesWhatIsNoMomentInTime) {
  for (const char* bad : {"",
                          "-",
                          "1O",
                          "Oct 10 13:55:36",
                          "10/",
                          "10/Oct/2023",
                          "10/Oct/2023:13:55:36",
                          "10/Oct/2023:13:55:36 ",
                          "10/Oct/2023:13:55:36 0700",
                          "10/Oct/2023:13:55:36 -070",
                          "10/Oct/2023:13:55:36 -07000",
                          "10/Oct/2023:13:55:36 -2400",
                          "10/Oct/2023:13:55:36 -0760",
                          "10/Oct/2023:24:00:00 +0000",
                          "10/Oct/2023:13:60:36 +0000",
                          "10/Oct/2023:13:55:61 +0000",
                          "00/Oct/2023:13:55:36 +0000",
                          "31/Apr/2023:13:55:36 +0000",
                          "10/Okt/2023:13:55:36 +0000",
                          "10/oct/2023:13:55:36 +0000",
                          "10/ctN/2023:13:55:36 +0000",
                          "1/Oct/2023:13:55:36 +00000",
                          "2023-10-10T13:55:36",
                          "2023-13-10T13:55:36Z",
                          "2023-00-10T13:55:36Z",
                          "2023-10-10T13:55:36.Z",
                          "2023-10-10T13:55:36Z ",
                          "2023-10-10T13:55:36-07:",
                          "1696971336.",
                          ".5",
                          "-5",
                          "1e9",
                          "169697133612",
                          "1696971336.1234567890"}) {
    EXPECT_EQ(ParseTimestamp(bad), std::nullopt) << bad;
  }
}

TEST(Timestamp, MonthNamesAreEnglishWhateverTheLocale) {
  const std::string before = setlocale(LC_ALL, nullptr);
  setlocale(LC_ALL, "");
  EXPECT_TRUE(ParseTimestamp("10/May/2023:13:55:36 +0000").has_value());
  setlocale(LC_ALL, before.c_str());
}

TEST(Timestamp, AgreesWithAbseilOnAnyDay) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 20000; ++i) {
    const auto unix = static_cast<int64_t>(random() % 253402300800);  // up to the year 9999
    const absl::Time time = absl::FromUnixSeconds(unix);
    const auto zone = absl::FixedTimeZone(static_cast<int>(random() % (28 * 60)) * 60 - 14 * 3600);
    if (absl::ToCivilSecond(time, zone).year() > 9999) continue;
    for (const char* notation : {"%d/%b/%E4Y:%H:%M:%S %z", "%E4Y-%m-%dT%H:%M:%S%Ez"}) {
      const std::string text = absl::FormatTime(notation, time, zone);
      ASSERT_EQ(ParseTimestamp(text), unix) << text;
    }
  }
}

TEST(TimestampReader, RemembersWithoutMixingUp) {
  TimestampReader reader;
  const std::string first = "10/Oct/2023:13:55:36 +0000";
  const std::string next = "10/Oct/2023:13:55:37 +0000";
  const auto time = reader.Read(first);
  ASSERT_TRUE(time.has_value());
  EXPECT_EQ(reader.Read(first), time);
  EXPECT_EQ(reader.Read(next), *time + 1);
  EXPECT_EQ(reader.Read(first), time) << "a clock may go back";
  EXPECT_EQ(reader.Read("garbage"), std::nullopt);
  EXPECT_EQ(reader.Read("garbage"), std::nullopt);
  EXPECT_EQ(reader.Read(first.substr(0, 20)), std::nullopt);
  EXPECT_EQ(reader.Read(first), time);
  EXPECT_EQ(reader.Read(std::string(1000, '1')), std::nullopt);
  EXPECT_EQ(reader.Read(""), std::nullopt);
  EXPECT_EQ(reader.Read(first), time);
}

}  // namespace
}  // namespace logtally
