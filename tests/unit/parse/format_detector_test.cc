#include "parse/format_detector.h"

#include <gtest/gtest.h>

#include "parse_testing.h"

namespace logtally {
namespace {

constexpr std::string_view kCombined =
    R"(192.0.2.7 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8.4.0")";
constexpr std::string_view kCommon =
    R"(192.0.2.7 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 5)";
constexpr std::string_view kMain =
    R"(192.0.2.7 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 5 "-" "curl" "-")";
constexpr std::string_view kVhost =
    R"(a.example:80 192.0.2.7 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 5 "-" "curl")";

std::string Winner(std::string_view path, std::initializer_list<std::string_view> lines) {
  FormatDetector detector(path);
  for (const std::string_view line : lines) detector.Vote(line);
  const auto format = detector.result().format;
  return format == nullptr ? "" : format->name();
}

TEST(FormatDetector, FindsEachFormat) {
  EXPECT_EQ(Winner("/var/log/nginx/access.log", {kCombined}), "nginx_combined");
  EXPECT_EQ(Winner("/var/log/nginx/access.log", {kMain}), "nginx_main");
  EXPECT_EQ(Winner("/var/log/apache2/access.log", {kCombined}), "apache_combined");
  EXPECT_EQ(Winner("/var/log/httpd/access_log", {kCombined}), "apache_combined");
  EXPECT_EQ(Winner("/var/log/apache2/access.log", {kCommon}), "apache_common");
  EXPECT_EQ(Winner("/srv/access.log", {kCommon}), "apache_common");
  EXPECT_EQ(Winner("/srv/other_vhosts_access.log", {kVhost}), "apache_vhost_combined");
}

TEST(FormatDetector, EverySampleThatItsFormatMatchesIsFoundByItsShape) {
  for (const Sample& sample : AllSamples()) {
    if (sample.expect.contains("by")) continue;
    EXPECT_EQ(
        Winner(sample.format.starts_with("apache") ? "/var/log/apache2/x" : "/x", {sample.line}),
        sample.format)
        << sample.line;
  }
}

TEST(FormatDetector, AFewOddLinesDoNotHideTheVirtualHost) {
  FormatDetector detector("/var/log/apache2/other_vhosts_access.log");
  for (int i = 0; i < 95; ++i) detector.Vote(kVhost);
  for (int i = 0; i < 5; ++i) detector.Vote(kCombined);
  EXPECT_EQ(detector.result().format->name(), "apache_vhost_combined");
  EXPECT_DOUBLE_EQ(detector.result().confidence, 0.95);
  EXPECT_EQ(detector.result().lines_seen, 100);
}

TEST(FormatDetector, UnderHalfOfTheLinesIsNoFormat) {
  FormatDetector detector("/x");
  detector.Vote(kCombined);
  detector.Vote("garbage");
  EXPECT_EQ(detector.result().format->name(), "nginx_combined");
  detector.Vote("more garbage");
  EXPECT_EQ(detector.result().format, nullptr);
  EXPECT_LT(detector.result().confidence, 0.5);
}

TEST(FormatDetector, EmptyLinesDoNotVoteAndTwoHundredAreEnough) {
  FormatDetector detector("/x");
  detector.Vote("");
  detector.Vote(std::string(10, '\0'));
  EXPECT_EQ(detector.result().lines_seen, 0);
  EXPECT_EQ(detector.result().format, nullptr);
  for (int i = 0; i < 300; ++i) detector.Vote(kMain);
  EXPECT_TRUE(detector.has_seen_enough());
  EXPECT_EQ(detector.result().lines_seen, FormatDetector::kMaxLines);
  detector.Restart();
  EXPECT_FALSE(detector.has_seen_enough());
  EXPECT_EQ(detector.result().lines_seen, 0);
}

}  // namespace
}  // namespace logtally
