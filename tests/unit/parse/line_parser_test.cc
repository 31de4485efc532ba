#include "parse/line_parser.h"

#include <gtest/gtest.h>

#include "absl/strings/str_format.h"
#include "parse_testing.h"
#include "testing/status_matchers.h"

namespace logtally {
namespace {

constexpr std::string_view kCombined =
    R"(192.0.2.7 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8.4.0")";
constexpr std::string_view kMain =
    R"(192.0.2.7 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 5 "-" "curl" "-")";
constexpr std::string_view kWithExtras =
    R"(192.0.2.7 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 404 5 "-" "curl" 17 0.5)";

class LineParserTest : public ::testing::Test {
 protected:
  // Shows and parses `count` times the line, as the pipeline does with a batch, and says what
  // became of the last.
  std::string Feed(std::string_view line, int count = 1) {
    const std::vector<RawLine> batch(static_cast<size_t>(count), RawLine{line, 0});
    parser_.Observe(batch);
    std::string outcome;
    for (const RawLine& raw : batch) outcome = Outcome(ParseLine(parser_, raw.bytes));
    return outcome;
  }

  LineParser parser_{nullptr, "/var/log/nginx/access.log"};
};

TEST_F(LineParserTest, CountsFromTheFirstLineOn) {
  EXPECT_EQ(parser_.format_name(), "");
  EXPECT_EQ(Outcome(ParseLine(parser_, kCombined)), "200");
  EXPECT_EQ(Feed(kCombined), "200");
  EXPECT_EQ(parser_.format_name(), "nginx_combined");
}

TEST_F(LineParserTest, TheFirstLinesMayCorrectTheFirstLine) {
  Feed(kMain);
  EXPECT_EQ(parser_.format_name(), "nginx_main");
  Feed(kCombined, 100);
  EXPECT_EQ(parser_.format_name(), "nginx_combined");
}

TEST_F(LineParserTest, ALineThatItsFormatRefusesIsStillCounted) {
  Feed(kCombined, 200);
  EXPECT_EQ(Feed(kWithExtras), "404");
  EXPECT_EQ(parser_.format_name(), "nginx_combined");
}

TEST_F(LineParserTest, AFormatThatRefuses64LinesInARowIsVotedOnAgain) {
  Feed(kCombined, 200);
  Feed(kMain, 63);
  Feed(kCombined);
  Feed(kMain, 63);
  Feed(kMain, 0);
  Feed(kCombined, 200);
  EXPECT_EQ(parser_.format_name(), "nginx_combined") << "never 64 in a row";

  Feed(kMain, 64);
  EXPECT_EQ(parser_.format_name(), "nginx_combined") << "the vote is only beginning";
  Feed(kMain, 200);
  EXPECT_EQ(parser_.format_name(), "nginx_main");
}

TEST_F(LineParserTest, WithoutAFittingFormatTheVoteIsRepeatedNowAndThen) {
  EXPECT_EQ(Feed(kWithExtras, 300), "404");
  EXPECT_EQ(parser_.format_name(), "");
  EXPECT_EQ(Feed(kCombined, 300), "200");
  EXPECT_EQ(parser_.format_name(), "") << "not at once";
  Feed(kCombined, 10'000);
  Feed(kCombined, 200);
  EXPECT_EQ(parser_.format_name(), "nginx_combined");
}

TEST_F(LineParserTest, LinesThatWereNotHandedOutDoNotVote) {
  const std::vector<RawLine> batch = {
      {"", 0, RawLine::Kind::kTooLong}, {kMain, 10}, {"", 99, RawLine::Kind::kUnterminated}};
  parser_.Observe(batch);
  EXPECT_EQ(parser_.format_name(), "nginx_main");
}

TEST_F(LineParserTest, AGivenFormatIsFinal) {
  ASSERT_OK_AND_ASSIGN(auto format, FindFormat("nginx_main"));
  LineParser parser(format, "/var/log/apache2/access.log");
  const std::vector<RawLine> batch(300, RawLine{kCombined, 0});
  for (int i = 0; i < 3; ++i) {
    parser.Observe(batch);
    for (const RawLine& line : batch) EXPECT_EQ(Outcome(ParseLine(parser, line.bytes)), "200");
  }
  EXPECT_EQ(parser.format_name(), "nginx_main");
}

TEST_F(LineParserTest, NothingFromOneLineSurvivesIntoTheNext) {
  Feed(kCombined);
  const ParseResult result = ParseLine(parser_, R"(- - - [-] "-" 408 - "-" "-")");
  ASSERT_TRUE(std::holds_alternative<AccessRecord>(result));
  const auto& record = std::get<AccessRecord>(result);
  EXPECT_EQ(record.status, 408);
  EXPECT_EQ(record.method, kOtherMethod);
  EXPECT_EQ(record.time_unix, std::nullopt);
  EXPECT_EQ(record.bytes, 0);
  EXPECT_EQ(record.path, "");
  EXPECT_EQ(record.client, "");
  EXPECT_EQ(record.host, "");
}

TEST_F(LineParserTest, WhatStandsAroundALineByAccidentDoesNotMatter) {
  Feed(kCombined);
  const std::string line(kCombined);
  EXPECT_EQ(Feed(std::string(4096, '\0') + line), "200");
  EXPECT_EQ(Feed("\xEF\xBB\xBF" + line), "200");
  EXPECT_EQ(Feed(line + "\r"), "200");
  EXPECT_EQ(Feed(std::string(3, '\0') + "\xEF\xBB\xBF" + line + "\r"), "200");
  for (const std::string& empty :
       {Bytes(""), Bytes("\r"), Bytes(" \t "), std::string(64, '\0'), Bytes("\xEF\xBB\xBF")}) {
    EXPECT_EQ(Feed(empty), "empty");
  }
}

TEST_F(LineParserTest, CanBeMoved) {
  Feed(kCombined, 5);
  LineParser moved = std::move(parser_);
  EXPECT_EQ(moved.format_name(), "nginx_combined");
  EXPECT_EQ(Outcome(ParseLine(moved, kCombined)), "200");
}

}  // namespace
}  // namespace logtally
