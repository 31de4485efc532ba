#include "export/sparkline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

namespace logtally {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr int64_t kNoon = 1784030400;  // 2026-07-14T12:00:00Z

// Of the bars, from left to right.
std::vector<std::string> Heights(const std::string& svg) {
  static const std::regex kBar(R"rx(<rect class="bar"[^>]* height="([0-9.]+)")rx");
  std::vector<std::string> heights;
  for (std::sregex_iterator it(svg.begin(), svg.end(), kBar), end; it != end; ++it) {
    heights.push_back((*it)[1]);
  }
  return heights;
}

TEST(Sparkline, BarsAreAsHighAsTheirCounts) {
  const std::string svg = Sparkline({kNoon, 1800, {0, 100, 50, 25}}, "t");
  EXPECT_THAT(Heights(svg), ElementsAre("80.0", "40.0", "20.0"));
  EXPECT_THAT(svg, HasSubstr("viewBox=\"0 0 40 80\""));
  EXPECT_THAT(svg, HasSubstr("<rect class=\"bar\" x=\"10.8\" y=\"0.0\""));
}

TEST(Sparkline, WhatHappenedOnceCanBeSeenBesideAMillion) {
  EXPECT_THAT(Heights(Sparkline({kNoon, 1800, {1, 1'000'000}}, "t")), ElementsAre("2.0", "80.0"));
}

TEST(Sparkline, ADayWithoutAnyHasNoBarAndSaysSo) {
  const std::string svg = Sparkline({kNoon, 3600, {0, 0}}, "t");
  EXPECT_THAT(Heights(svg), IsEmpty());
  EXPECT_THAT(svg, HasSubstr("2 bars of an hour from 2026-07-14 12:00 UTC to "
                             "2026-07-14 14:00 UTC: 0 in all; none."));
  EXPECT_THAT(Sparkline({kNoon, 3600, {}}, "t"), HasSubstr("</svg>"));
}

TEST(Sparkline, SaysInWordsWhatItShows) {
  const std::string svg = Sparkline({kNoon, 1800, {3, 1500, 2}}, "a <title>");
  EXPECT_THAT(svg, HasSubstr("role=\"img\" aria-labelledby=\"spark-title spark-desc\""));
  EXPECT_THAT(svg, HasSubstr("<title id=\"spark-title\">a &lt;title&gt;</title>"));
  EXPECT_THAT(svg, HasSubstr("<desc id=\"spark-desc\">3 bars of 30 minutes from 2026-07-14 12:00 "
                             "UTC to 2026-07-14 13:30 UTC: 1,505 in all; most: 1,500 in "
                             "30 minutes from 2026-07-14 12:30 UTC.</desc>"));
  EXPECT_THAT(svg, HasSubstr("<title>2026-07-14 13:00 UTC: 2</title>"));
}

TEST(Sparkline, TakesTheHugestCounts) {
  const std::string svg = Sparkline({kNoon, 60, {INT64_MAX / 2, INT64_MAX / 2}}, "t");
  EXPECT_THAT(Heights(svg), ElementsAre("80.0", "80.0"));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace logtally
