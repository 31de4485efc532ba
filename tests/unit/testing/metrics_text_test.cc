#include "testing/metrics_text.h"

#include <gtest/gtest.h>

namespace logtally::testing {
namespace {

constexpr std::string_view kPage =
    "# HELP logtally_http_responses_total Responses by status code.\n"
    "# TYPE logtally_http_responses_total counter\n"
    "logtally_http_responses_total{site=\"a\",code=\"200\",method=\"GET\"} 7\n"
    "logtally_http_responses_total{site=\"a\",code=\"200\",method=\"POST\"} 1\n"
    "logtally_http_responses_total{site=\"a\",code=\"404\",method=\"GET\"} 0\n"
    "logtally_http_responses_total{site=\"b\",code=\"404\",method=\"GET\"} 2\n"
    "# TYPE wait_seconds histogram\n"
    "wait_seconds_bucket{le=\"0.5\"} 1\n"
    "wait_seconds_bucket{le=\"+Inf\"} 3\n"
    "wait_seconds_sum 4.25\n"
    "wait_seconds_count 3\n"
    "# a comment\n"
    "\n"
    "up 1\n";

MetricsPage Parsed(std::string_view text) {
  absl::StatusOr<MetricsPage> page = MetricsPage::Parse(text);
  EXPECT_TRUE(page.ok()) << page.status().ToString();
  return page.ok() ? *std::move(page) : MetricsPage();
}

TEST(MetricsText, ReadsFamiliesWithTypeAndHelp) {
  const MetricsPage page = Parsed(kPage);
  ASSERT_EQ(page.families().size(), 3u);
  EXPECT_EQ(page.families()[0].type, "counter");
  EXPECT_EQ(page.families()[0].help, "Responses by status code.");
  EXPECT_EQ(page.families()[1].samples.size(), 4u);
  EXPECT_EQ(page.families()[2].type, "");
}

TEST(MetricsText, FindsASampleWhateverTheOrderOfItsLabels) {
  const MetricsPage page = Parsed(kPage);
  EXPECT_EQ(page.Value("logtally_http_responses_total{method=\"GET\",code=\"200\",site=\"a\"}"), 7);
  EXPECT_EQ(page.Value("wait_seconds_sum"), 4.25);
  EXPECT_EQ(page.Value("logtally_http_responses_total{site=\"a\"}"), std::nullopt);
  EXPECT_EQ(page.Value("not a sample"), std::nullopt);
}

TEST(MetricsText, SumsByCodeAndLeavesOutWhatNeverHappened) {
  const MetricsPage page = Parsed(kPage);
  EXPECT_EQ(page.ResponsesByCode(), (CodeCounts{{"200", 8}, {"404", 2}}));
  EXPECT_EQ(page.ResponsesByCode("a"), (CodeCounts{{"200", 8}}));
  EXPECT_EQ(page.Sum("logtally_http_responses_total", {{"method", "GET"}}), 9);
}

TEST(MetricsText, UnescapesLabelValues) {
  const MetricsPage page = Parsed("m{path=\"a\\\\b\\\"c\\nd\"} 1\n");
  EXPECT_EQ(page.families()[0].samples[0].labels.at("path"), "a\\b\"c\nd");
  EXPECT_EQ(page.Value("m{path=\"a\\\\b\\\"c\\nd\"}"), 1);
}

TEST(MetricsText, RefusesWhatTheFormatDoesNotAllow) {
  constexpr std::string_view kBad[] = {
      "up 1",                                            // no newline at the end
      "up\n",                                            // no value
      "up one\n",                                        // no number
      "up 0x10\n",                                       //
      "up 1 1700000000000\n",                            // a time stamp, which we never write
      "up  1\n",                                         // two spaces
      " up 1\n",                                         //
      "1up 1\n",                                         // bad name
      "u-p 1\n",                                         //
      "up{a=1} 1\n",                                     // not quoted
      "up{a=\"1} 1\n",                                   // not closed
      "up{a=\"\\t\"} 1\n",                               // unknown escape
      "up{a:b=\"1\"} 1\n",                               // a colon in a label name
      "up{a=\"1\",a=\"2\"} 1\n",                         // a label twice
      "up{a=\"1\" b=\"2\"} 1\n",                         // no comma
      "up{a=\"\xff\"} 1\n",                              // no UTF-8
      "up{a=\"1\",b=\"2\"} 1\nup{b=\"2\",a=\"1\"} 1\n",  // a sample twice
      "a 1\nb 1\na{x=\"1\"} 1\n",                        // a family in two pieces
      "# TYPE a counter\n# TYPE a counter\n",            // TYPE twice
      "# HELP a x\n# HELP a x\n",                        // HELP twice
      "# TYPE a speedometer\n",                          //
      "a 1\n# TYPE a counter\n",                         // TYPE after a sample
      "# TYPE a counter\na -1\n",                        // below 0
      "# TYPE a counter\na NaN\n",                       //
      "# TYPE h histogram\nh 1\n",                       // no such series
      "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\n",   // no sum, no count
      "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\n",  // no +Inf
      "# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n",
      "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 2\n",
  };
  for (const std::string_view text : kBad) {
    EXPECT_FALSE(MetricsPage::Parse(text).ok()) << text;
  }
}

TEST(MetricsText, SaysInWhichLineTheMistakeIs) {
  EXPECT_EQ(MetricsPage::Parse("up 1\n\ndown ?\n").status().message(),
            "line 3: expected one number after the name, got \"?\"");
}

TEST(MetricsText, NoticesADurableCounterThatFellOrVanished) {
  const MetricsPage before =
      Parsed("logtally_lines_total{site=\"a\"} 5\nlogtally_commits_total 9\n");
  EXPECT_EQ(DurableCountersThatFell(before, before), std::vector<std::string>());
  EXPECT_EQ(DurableCountersThatFell(before, Parsed("logtally_lines_total{site=\"a\"} 4\n")),
            std::vector<std::string>{"logtally_lines_total{site=\"a\"}"});
  EXPECT_EQ(DurableCountersThatFell(before, Parsed("logtally_commits_total 0\n")),
            std::vector<std::string>{"logtally_lines_total{site=\"a\"}"});
}

}  // namespace
}  // namespace logtally::testing
