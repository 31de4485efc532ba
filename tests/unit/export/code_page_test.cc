#include "export/code_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/count_store.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kHour = 3600;
constexpr int64_t kNoon = 1784030400;  // 2026-07-14T12:00:00Z

class CodePageTest : public ::testing::Test {
 protected:
  CodePageTest() {
    auto store = CountStore::Open(dir_.path());
    EXPECT_OK(store);
    store_ = *std::move(store);
  }

  void Commit(const CountBatch& batch) {
    ASSERT_OK(store_->Commit(batch, {}));
    counts_.Add(batch);
  }
  void Count(int64_t minute, SiteIndex site, StatusCode code, int64_t responses) {
    CountBatch batch;
    batch.sites = {"shop", "blog"};
    batch.counts[{minute, site, code, kGetMethod}] = {responses, 0};
    Commit(batch);
  }
  HttpResponse Get(const std::string& path, std::multimap<std::string, std::string> parameters = {},
                   const std::string& file = "logtally.db") {
    Snapshot snapshot;
    snapshot.counts = std::make_shared<const CountSnapshot>(counts_);
    return AnswerCodePage(
        {path, std::move(parameters)}, StatusCatalogue::BuiltIn(), &snapshot,
        [&] { return CountReader::Open(dir_ / file); }, absl::FromUnixSeconds(kNoon));
  }
  // Of a page that answers 200.
  std::string Page(const std::string& path,
                   std::multimap<std::string, std::string> parameters = {}) {
    const HttpResponse page = Get(path, std::move(parameters));
    EXPECT_EQ(page.status, 200) << page.body;
    return page.body;
  }

  testing::TempDir dir_;
  std::unique_ptr<CountStore> store_;
  CountSnapshot counts_;
};

TEST_F(CodePageTest, SaysWhatTheCodeIsWhoMustActAndWhereThatComesFrom) {
  const std::string page = Page("/codes/404");
  EXPECT_THAT(page, HasSubstr("<h1><span class=\"code\">404</span> Not Found</h1>"));
  EXPECT_THAT(page, HasSubstr("client&#39;s side"));
  EXPECT_THAT(page, HasSubstr("<span class=\"chip\">documented</span>"));
  EXPECT_THAT(page, HasSubstr("The resource could not be found. The code is also sent when"));
  EXPECT_THAT(page, HasSubstr("Source: documented table; RFC 9110 §15.5.5."));
  EXPECT_THAT(page, HasSubstr("<b>Who must act?</b> Whoever sends these requests."));
  EXPECT_THAT(Page("/codes/503"), HasSubstr("not in the documented table"));
}

TEST_F(CodePageTest, CountsPeriodsAndTheirChange) {
  Count(kNoon, 0, 404, 30);
  Count(kNoon, 0, 200, 70);
  Count(kNoon - kHour, 1, 404, 10);
  Count(kNoon - kHour, 1, 200, 90);
  const std::string page = Page("/codes/404");
  EXPECT_THAT(page, HasSubstr("Last hour<b>30</b><span class=\"small bad\">+200 % (hour before: 10)"
                              "</span><br><span class=\"quiet small\">30.00 % of all responses "
                              "(before: 10.00 %)"));
  EXPECT_THAT(page,
              HasSubstr("Last 24 hours<b>40</b><span class=\"small quiet\">24 hours before: no "
                        "responses at all"));
  EXPECT_THAT(page, HasSubstr("Since the beginning<b>40</b>"));
  EXPECT_THAT(page, HasSubstr("first 2026-07-14 11:00 UTC, 1 hour ago"));
  EXPECT_THAT(page, HasSubstr("last 2026-07-14 12:00 UTC, just now"));
  EXPECT_THAT(page, HasSubstr("<svg class=\"spark\""));
}

TEST_F(CodePageTest, MoreErrorsAmongAsManyMoreResponsesAreNoAlarm) {
  Count(kNoon, 0, 404, 30);
  Count(kNoon, 0, 200, 300);
  Count(kNoon - kHour, 1, 404, 10);
  Count(kNoon - kHour, 1, 200, 100);
  EXPECT_THAT(Page("/codes/404"),
              HasSubstr("<span class=\"small quiet\">+200 % (hour before: 10)"));
}

TEST_F(CodePageTest, OneSiteCanBeLookedAtAlone) {
  Count(kNoon, 0, 404, 30);
  Count(kNoon, 1, 404, 10);
  const std::string page = Page("/codes/404", {{"site", "blog"}, {"from", "now-6h"}});
  EXPECT_THAT(page, HasSubstr("Last hour<b>10</b>"));
  EXPECT_THAT(page, HasSubstr("Since the beginning<b>10</b>"));
  EXPECT_THAT(page, HasSubstr("site blog · <a href=\"/codes/404\">all sites</a>"));
  EXPECT_THAT(page,
              HasSubstr("href=\"/api/v1/errors?code=404&amp;from=1783944060&amp;site=blog\""));
  EXPECT_THAT(page, Not(HasSubstr(">shop<")));
}

TEST_F(CodePageTest, ASiteThatIsNotThereIsSaidNotToBeThere) {
  Count(kNoon, 0, 404, 30);
  const HttpResponse page = Get("/codes/404", {{"site", "<b>nobody"}});
  EXPECT_EQ(page.status, 404);
  EXPECT_THAT(page.body, HasSubstr("There is no site “&lt;b&gt;nobody” here."));
  EXPECT_THAT(page.body, HasSubstr("<a href=\"/codes/404?site=shop\">shop</a>"));
  EXPECT_THAT(page.body, HasSubstr("Not Found")) << "what the code means is true of every site";
  EXPECT_THAT(page.body, Not(HasSubstr("Last hour")));
}

TEST_F(CodePageTest, AllSitesOfADashboardAreAllSites) {
  Count(kNoon, 0, 404, 30);
  for (const char* all : {"", "All", "$__all", ".+"}) {
    EXPECT_THAT(Page("/codes/404", {{"site", all}}), HasSubstr("Last hour<b>30</b>")) << all;
  }
  const std::string several = Page("/codes/404", {{"site", "shop"}, {"site", "blog"}});
  EXPECT_THAT(several, HasSubstr("Several sites were asked for"));
  EXPECT_THAT(several, HasSubstr("Last hour<b>30</b>"));
}

TEST_F(CodePageTest, ACodeThatNoDocumentHasIsCountedAndCalledUnknown) {
  Count(kNoon, 0, 777, 3);
  const std::string page = Page("/codes/777");
  EXPECT_THAT(page, HasSubstr("<h1><span class=\"code\">777</span> Unknown code</h1>"));
  EXPECT_THAT(page, HasSubstr("No document that logtally knows of"));
  EXPECT_THAT(page, HasSubstr("Last hour<b>3</b>"));
  EXPECT_THAT(page, HasSubstr("<code>code=\"other\"</code> in metrics"));
}

TEST_F(CodePageTest, OddCodesHavePagesAsTheyAreWritten) {
  EXPECT_THAT(Page("/codes/-1"), HasSubstr("<span class=\"code\">-1</span> No Status"));
  EXPECT_THAT(Page("/codes/000"), HasSubstr("<span class=\"code\">000</span> No Status"));
  EXPECT_THAT(Page("/codes/783"), HasSubstr("Unexpected Token"));
  EXPECT_THAT(Page("/codes/other"), HasSubstr("Status codes labelled “other”"));
}

TEST_F(CodePageTest, WhatIsNoCodeIs404AndSaysSo) {
  for (const std::string& text : {std::string("abc"), std::string("99999"), std::string("4 4"),
                                  std::string(), std::string("<script>"), std::string("404/x"),
                                  std::string(100'000, '<'), std::string("\xff\0", 2)}) {
    const HttpResponse page = Get("/codes/" + text);
    EXPECT_EQ(page.status, 404) << text.substr(0, 10);
    EXPECT_THAT(page.body, HasSubstr("<h1>No status code</h1>"));
    EXPECT_THAT(page.body, Not(HasSubstr("<script")));
    EXPECT_LT(page.body.size(), 10'000u);
  }
  EXPECT_THAT(Get("/codes/abc").body, HasSubstr("“abc” is none."));
}

TEST_F(CodePageTest, ErrorsHaveTheirTopPathsAndOthersHaveNone) {
  CountBatch batch;
  batch.sites = {"shop"};
  batch.counts[{kNoon, 0, 404, kGetMethod}] = {2, 0};
  batch.counts[{kNoon, 0, 200, kGetMethod}] = {2, 0};
  batch.error_details.Add({kNoon, 0, 404}, {.path = "/<script>x", .client = "192.0.2.1"});
  Commit(batch);
  const std::string page = Page("/codes/404");
  EXPECT_THAT(page, HasSubstr("/&lt;script&gt;x</td><td class=\"n\">1</td>"));
  EXPECT_THAT(page, HasSubstr("<h3>Clients: 1</h3>"));
  EXPECT_THAT(Page("/codes/200"), Not(HasSubstr("What they had in common")));
  EXPECT_THAT(Page("/codes/200"), Not(HasSubstr("/api/v1/errors")));
}

TEST_F(CodePageTest, ACodeThatNeverHappenedHereIsExplainedAllTheSame) {
  const std::string page = Page("/codes/410");
  EXPECT_THAT(page, HasSubstr("Gone</h1>"));
  EXPECT_THAT(page, HasSubstr("never seen here"));
  EXPECT_THAT(page, HasSubstr("Last hour<b>0</b>"));
}

TEST_F(CodePageTest, WithoutAStoreItSaysWhyCountsAreMissing) {
  Count(kNoon, 0, 404, 30);
  const HttpResponse page = Get("/codes/404", {}, "nowhere.db");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("Not all counts could be read: open database"));
  EXPECT_THAT(page.body, HasSubstr("Who must act?"));
  EXPECT_THAT(page.body, HasSubstr("Since the beginning<b>30</b>"));
  EXPECT_THAT(page.body, Not(HasSubstr("Last hour")));
  EXPECT_THAT(page.body, Not(HasSubstr("never seen")));
}

TEST_F(CodePageTest, BeforeThereIsASnapshotTheMeaningIsThere) {
  const HttpResponse page = AnswerCodePage(
      {"/codes/404", {}}, StatusCatalogue::BuiltIn(), nullptr,
      [&] { return CountReader::Open(dir_ / "logtally.db"); }, absl::FromUnixSeconds(kNoon));
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("Starting: nothing has been counted yet."));
}

}  // namespace
}  // namespace logtally
