#include "base/text.h"

#include <gtest/gtest.h>

#include <array>

namespace logtally {
namespace {

TEST(Text, NumbersAreTheWholeTextOrNothing) {
  EXPECT_EQ(ParseInt64("010"), 10);
  EXPECT_EQ(ParseInt64("-5"), -5);
  for (const char* bad : {"", "+5", " 5", "5 ", "0x10", "1e3", "9223372036854775808"}) {
    EXPECT_EQ(ParseInt64(bad), std::nullopt) << bad;
  }
}

TEST(Text, DurationsHaveOneNumberAndOneUnit) {
  EXPECT_EQ(ParseDuration("90s"), absl::Seconds(90));
  EXPECT_EQ(ParseDuration("2w"), absl::Hours(24 * 14));
  for (const char* bad : {"", "5", "s", "-1s", "1h30m", "1.5h", "1 h", "999999999999999w"}) {
    EXPECT_EQ(ParseDuration(bad), std::nullopt) << bad;
  }
}

TEST(Text, SizesHaveOneNumberAndOneUnit) {
  EXPECT_EQ(ParseBytes("1KiB"), 1024);
  EXPECT_EQ(ParseBytes("16MiB"), 16 << 20);
  EXPECT_EQ(ParseBytes("2GiB"), int64_t{2} << 30);
  for (const char* text : {"", "8", "MiB", "8MB", "-1MiB", "1.5MiB", "8 MiB", "9999999999GiB"}) {
    EXPECT_EQ(ParseBytes(text), std::nullopt) << text;
  }
}

TEST(Text, ATerminalCannotBeCommandedByALogLine) {
  EXPECT_EQ(EscapeForTerminal("GET /\x1b[2J\x07"), "GET /\\x1B[2J\\x07");
  EXPECT_EQ(EscapeForTerminal("caf\xc3\xa9"), "caf\xc3\xa9");
  EXPECT_EQ(EscapeForTerminal("\xc3("), "\\xC3(");
  EXPECT_EQ(EscapeForTerminal("a\xe2\x80\xae"
                              "b"),
            "a\\xE2\\x80\\xAE"
            "b");                                          // right-to-left override
  EXPECT_EQ(EscapeForTerminal("\xc2\x9b"), "\\xC2\\x9B");  // C1 CSI
}

TEST(Text, InvalidUtf8IsReplacedByteByByte) {
  EXPECT_EQ(ValidUtf8("ok \xff\xc0\x80 \xed\xa0\x80"),
            "ok \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(ValidUtf8("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80");
}

TEST(Text, NumbersForPeople) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(1234567), "1,234,567");
  EXPECT_EQ(FormatCount(-1000), "-1,000");
  EXPECT_EQ(FormatBytes(17), "17 B");
  EXPECT_EQ(FormatBytes(1536), "1.5 KiB");
}

TEST(Text, ATypoFindsItsName) {
  constexpr std::array<std::string_view, 3> kNames = {"retention", "sites", "web"};
  EXPECT_EQ(NearestName("retentoin", kNames), "retention");
  EXPECT_EQ(NearestName("site", kNames), "sites");
  EXPECT_EQ(NearestName("completely_else", kNames), std::nullopt);
}

}  // namespace
}  // namespace logtally
