#include "export/landing_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace logtally {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kNoon = 1784030400;  // 2026-07-14T12:00:00Z

std::string PageOf(const CountSnapshot& counts, std::vector<FollowedFile> files = {}) {
  Snapshot snapshot;
  snapshot.counts = std::make_shared<const CountSnapshot>(counts);
  snapshot.status.files = std::move(files);
  return LandingPage(&snapshot, StatusCatalogue::BuiltIn());
}

TEST(LandingPage, EscapesWhateverALogOrItsNameSays) {
  const std::string hostile = "<script>alert(1)</script>";
  CountSnapshot counts;
  counts.sites[hostile].responses[{404, kOtherMethod}] = {1, 0};
  counts.sites[hostile].losses[0] = {1, 0, 0, kNoon, kNoon};
  counts.sites[hostile + "2"];
  FollowedFile file;
  file.path = "/var/log/\"><img src=x>";
  const std::string page = PageOf(counts, {file});
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(page, HasSubstr("Not Found")) << "a code stands with its meaning";
  EXPECT_THAT(page, HasSubstr("href=\"/codes/404?site=%3Cscript%3E")) << "and with its page";
}

TEST(LandingPage, LeadsToEverythingElseEvenBeforeThereIsACount) {
  const std::string page = LandingPage(nullptr, StatusCatalogue::BuiltIn());
  for (const char* target :
       {"/metrics", "/codes", "/api/v1/counts", "/api/v1/losses", "/api/v1/codes"}) {
    EXPECT_THAT(page, HasSubstr("href=\"" + std::string(target) + "\""));
  }
}

TEST(LandingPage, SaysOfEachSiteWhatWasLostHowMuchAndWhenOrThatNothingIsKnown) {
  CountSnapshot counts;
  counts.sites["blog"];
  EXPECT_THAT(PageOf(counts), HasSubstr("<tr><td>blog</td><td></td><td>no known loss</td></tr>"));

  auto& losses = counts.sites["shop"].losses;
  losses[static_cast<int>(LossCause::kTruncation)] = {2, 1229, 0, kNoon, kNoon + 60};
  losses[static_cast<int>(LossCause::kGone)] = {1, 0, 0, kNoon, kNoon + 59};
  const std::string page = PageOf(counts);
  EXPECT_THAT(page, HasSubstr("<tr><td>shop</td><td class=\"bad\">truncation</td>"
                              "<td>2 times, at least 1.2 KiB, between 2026-07-14 12:00 UTC and "
                              "2026-07-14 12:01 UTC<br>"));
  EXPECT_THAT(page, HasSubstr("once, perhaps; how much is not known, at 2026-07-14 12:00 UTC"));
  EXPECT_THAT(page, HasSubstr("A log was cut short in place"));
  EXPECT_THAT(page, HasSubstr("copytruncate")) << "what can be done about it";
  EXPECT_THAT(page, Not(HasSubstr("<tr><td>shop</td><td></td><td>no known loss")));
}

}  // namespace
}  // namespace logtally
