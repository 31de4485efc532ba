#include "export/code_list_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/status_code.h"
#include "store/count_store.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kNoon = 1784030400;  // 2026-07-14T12:00:00Z

class CodeListPageTest : public ::testing::Test {
 protected:
  CodeListPageTest() {
    auto store = CountStore::Open(dir_.path());
    EXPECT_OK(store);
    store_ = *std::move(store);
    CountBatch batch;
    batch.sites = {"shop", "blog"};
    batch.counts[{kNoon, 0, 404, kGetMethod}] = {3, 0};
    batch.counts[{kNoon, 1, 404, kOtherMethod}] = {4, 0};
    batch.counts[{kNoon - 2 * 86400, 1, 200, kGetMethod}] = {1000, 0};
    batch.counts[{kNoon, 1, 777, kGetMethod}] = {1, 0};
    EXPECT_OK(store_->Commit(batch, {}));
    auto counts = std::make_shared<CountSnapshot>();
    counts->Add(batch);
    snapshot_.counts = std::move(counts);
  }
  std::string Page(CodeListPart part = CodeListPart::kAll,
                   const std::string& file = "logtally.db") {
    const HttpResponse page = AnswerCodeList(
        part, StatusCatalogue::BuiltIn(), &snapshot_,
        [&] { return CountReader::Open(dir_ / file); }, absl::FromUnixSeconds(kNoon));
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
    return page.body;
  }

  testing::TempDir dir_;
  std::unique_ptr<CountStore> store_;
  Snapshot snapshot_;
};

TEST_F(CodeListPageTest, HasEveryCodeOnceWithNameFaultAndMeaning) {
  const std::string page = Page();
  for (const StatusMeaning& row : StatusCatalogue::BuiltIn().All()) {
    const std::string link = "href=\"/codes/" + StatusCodeText(row.code) + "\"";
    const size_t at = page.find(link);
    ASSERT_NE(at, page.npos) << link;
    EXPECT_EQ(page.find(link, at + 1), page.npos) << link;
  }
  EXPECT_THAT(page, HasSubstr("409</a></td><td>Conflict<br><span class=\"quiet small\">The request "
                              "cannot be completed because it conflicts with a resource that "
                              "already exists.</span></td><td>client</td><td>yes</td>"));
}

TEST_F(CodeListPageTest, ThoseThatThisMachineHasSeenComeFirstWithTheirCounts) {
  const std::string page = Page();
  EXPECT_THAT(page, HasSubstr("<td class=\"n\">7</td><td class=\"n\">7</td></tr>"));
  EXPECT_THAT(page, HasSubstr("<td class=\"n\">0</td><td class=\"n\">1,000</td></tr>"));
  const size_t unseen = page.find("Not seen so far");
  EXPECT_LT(page.find(">404<"), page.find(">777<"));
  EXPECT_LT(page.find(">777<"), page.find(">200<")) << "none in the last day";
  EXPECT_LT(page.find(">200<"), unseen);
  EXPECT_GT(page.find(">500<"), unseen);
  EXPECT_LT(page.find("id=\"4xx\""), page.find(">405<"));
}

TEST_F(CodeListPageTest, ACodeThatTheCatalogueDoesNotHaveIsCalledUnknown) {
  EXPECT_THAT(Page(), HasSubstr("777</a></td><td>Unknown code<br>"));
}

TEST_F(CodeListPageTest, TheOnesLabelledOtherAreThoseThatMayBeNoLabel) {
  const std::string page = Page(CodeListPart::kLabelledOther);
  EXPECT_THAT(page, HasSubstr("/codes/777\""));
  EXPECT_THAT(page, HasSubstr("/codes/999\""));
  EXPECT_THAT(page, Not(HasSubstr("/codes/404\"")));
  EXPECT_THAT(page, Not(HasSubstr("/codes/000\"")));
}

TEST_F(CodeListPageTest, WithoutAStoreTheMeaningsAndTotalsAreStillThere) {
  const std::string page = Page(CodeListPart::kAll, "nowhere.db");
  EXPECT_THAT(page, HasSubstr("The last 24 hours are not known: open database"));
  EXPECT_THAT(page, HasSubstr("<td class=\"n\">–</td><td class=\"n\">7</td></tr>"));
}

TEST_F(CodeListPageTest, BeforeTheFirstCountNoneIsSeen) {
  snapshot_.counts = std::make_shared<const CountSnapshot>();
  const std::string page = Page(CodeListPart::kAll, "nowhere.db");
  EXPECT_THAT(page, HasSubstr("None so far."));
  EXPECT_THAT(page, HasSubstr("/codes/404\""));
}

}  // namespace
}  // namespace logtally
