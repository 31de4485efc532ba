// Rows of a segment in the order of their keys, with what was asked for and nothing else.
#include "store/window_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store_kit.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using ::testing::ElementsAre;

constexpr int64_t kDay = 1700006400;  // a multiple of 86400

class WindowRowsTest : public ::testing::Test {
 protected:
  WindowRowsTest() {
    auto store = CountStore::Open(dir_.path());
    EXPECT_OK(store);
    CountBatch batch;
    batch.sites = {"shop", "blog"};
    for (const SiteIndex site : {0, 1}) {
      for (const StatusCode code : {StatusCode{404}, StatusCode{200}}) {
        for (const int64_t time : {kDay + 3600, kDay, kDay + 86400}) {
          batch.counts[{time, site, code, ParseMethod("GET")}] = {1, 1};
        }
      }
      batch.rejects[{kDay, site, RejectReason::kEmpty}] = 7;
    }
    EXPECT_OK((*store)->Commit(batch, {}));
    db_.emplace(*Database::Open(dir_ / "logtally.db", Database::Mode::kReader));
  }
  // Time since kDay and code (or lines) of each row.
  std::vector<std::pair<int64_t, int64_t>> Rows(RowKind kind, const RowFilter& filter,
                                                const std::vector<Segment>& segments,
                                                size_t limit = 100) {
    std::vector<std::pair<int64_t, int64_t>> rows;
    const int column = kind == RowKind::kResponses ? 2 : 3;
    EXPECT_OK(ForEachRowOf(*db_, kind, filter, segments, [&](const Statement& row, const Segment&) {
      rows.emplace_back(row.ColumnInt(0) - kDay, row.ColumnInt(column));
      return rows.size() < limit;
    }));
    return rows;
  }
  int64_t IdOf(const std::string& site) {
    return *db_->QueryInt("SELECT id FROM site WHERE name = '" + site + "'");
  }

  testing::TempDir dir_;
  std::optional<Database> db_;
};

TEST_F(WindowRowsTest, ComeInTheOrderOfTheirKeys) {
  EXPECT_THAT(Rows(RowKind::kResponses, {.site_id = IdOf("shop")},
                   {{Grain::kHour, kDay, kDay + 7200}, {Grain::kDay, kDay + 86400, kDay + 172800}}),
              ElementsAre(std::pair(0, 200), std::pair(0, 404), std::pair(3600, 200),
                          std::pair(3600, 404), std::pair(86400, 200), std::pair(86400, 404)));
}

TEST_F(WindowRowsTest, AreOfTheSiteAndTheCodeThatWereAskedFor) {
  EXPECT_THAT(Rows(RowKind::kResponses, {.site_id = IdOf("blog"), .code = StatusCode{404}},
                   {{Grain::kDay, kDay, kDay + 86400}}),
              ElementsAre(std::pair(0, 404)));
  EXPECT_THAT(Rows(RowKind::kResponses, {.site_id = -1}, {{Grain::kDay, kDay, kDay + 86400}}),
              ElementsAre());
  EXPECT_THAT(Rows(RowKind::kRejects, {.site_id = IdOf("blog"), .code = StatusCode{404}},
                   {{Grain::kMinute, kDay, kDay + 60}}),
              ElementsAre(std::pair(0, 7)))
      << "a rejected line has no code";
}

TEST_F(WindowRowsTest, EndWhenTheyAreEnough) {
  EXPECT_EQ(Rows(RowKind::kResponses, {}, {{Grain::kMinute, kDay, kDay + 86400}}, 3).size(), 3u);
}

}  // namespace
}  // namespace logtally
