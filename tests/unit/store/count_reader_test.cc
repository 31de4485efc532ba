// Losses and sums by code as they are read back; what else is read stands with its writing in
// count_store_test.cc.
#include "store/count_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/count_store.h"
#include "store/database.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kHour = 1700002800;  // a multiple of 3600
constexpr int64_t kDay = 86400;

class CountReaderLossesTest : public ::testing::Test {
 protected:
  CountReaderLossesTest() {
    auto store = CountStore::Open(dir_.path());
    EXPECT_OK(store);
    store_ = *std::move(store);
  }

  // What is found in the hour that begins at `hour`.
  void Find(int64_t hour, SiteIndex site, LossCause cause, const std::string& path,
            const LossTally& tally) {
    CountBatch batch;
    batch.sites = {"shop", "blog"};
    batch.losses[{hour, site, cause, path}] = tally;
    ASSERT_OK(store_->Commit(batch, {}));
  }
  std::vector<Loss> Losses(const CountQuery& query, int64_t limit = 100) {
    auto reader = CountReader::Open(dir_ / "logtally.db");
    EXPECT_OK(reader);
    auto losses = reader->Losses(query, limit);
    EXPECT_OK(losses);
    return *std::move(losses);
  }
  std::vector<std::string> Paths(const CountQuery& query, int64_t limit = 100) {
    std::vector<std::string> paths;
    for (const Loss& loss : Losses(query, limit)) paths.push_back(loss.path);
    return paths;
  }

  testing::TempDir dir_;
  std::unique_ptr<CountStore> store_;
};

TEST_F(CountReaderLossesTest, WhereNothingWasLostThereIsNoRow) {
  EXPECT_THAT(Losses({}), IsEmpty());
}

TEST_F(CountReaderLossesTest, AddsUpTheHoursOfEachSiteCauseAndPath) {
  Find(kHour, 0, LossCause::kTruncation, "/a.log", {1, 100, 0, kHour + 10, kHour + 20});
  Find(kHour, 0, LossCause::kTruncation, "/a.log", {1, 50, 0, kHour + 30, kHour + 40});
  Find(kHour + 3600, 0, LossCause::kTruncation, "/a.log", {2, 1, 3, kHour + 3600, kHour + 3700});
  Find(kHour, 0, LossCause::kTooLong, "/a.log", {1, 70000, 1, kHour, kHour});
  Find(kHour, 1, LossCause::kTruncation, "/a.log", {1, 0, 0, kHour, kHour});
  const std::vector<Loss> losses = Losses({});
  ASSERT_EQ(losses.size(), 3u);
  EXPECT_EQ(losses[0].site, "blog");
  EXPECT_EQ(losses[1].cause, LossCause::kTooLong);
  EXPECT_EQ(losses[2].site, "shop");
  EXPECT_EQ(losses[2].cause, LossCause::kTruncation);
  EXPECT_EQ(losses[2].path, "/a.log");
  EXPECT_EQ(losses[2].tally, (LossTally{4, 151, 3, kHour + 10, kHour + 3700}));
}

TEST_F(CountReaderLossesTest, AnHourThatOverlapsTheWindowIsTaken) {
  Find(kHour, 0, LossCause::kGone, "/a.log", {1, 1, 0, kHour + 600, kHour + 600});
  EXPECT_THAT(Paths({.from_unix = kHour + 3599}), ElementsAre("/a.log"));
  EXPECT_THAT(Paths({.from_unix = kHour + 3600}), IsEmpty());
  EXPECT_THAT(Paths({.to_unix = kHour + 1}), ElementsAre("/a.log"));
  EXPECT_THAT(Paths({.to_unix = kHour}), IsEmpty());
}

// A log is missed on Tuesday morning, and may have gone at any time since Monday: a summary of
// Monday that says nothing of it would not be true.
TEST_F(CountReaderLossesTest, WhatMayHaveBeenLostInTheWindowIsTakenWheneverItWasFound) {
  Find(kHour, 0, LossCause::kGone, "/a.log", {1, 1, 0, kHour - kDay, kHour + 60});
  EXPECT_THAT(Paths({.from_unix = kHour - kDay, .to_unix = kHour - kDay + 3600}),
              ElementsAre("/a.log"));
  EXPECT_THAT(Paths({.from_unix = kHour - 2 * kDay, .to_unix = kHour - kDay}), IsEmpty());
}

TEST_F(CountReaderLossesTest, TakesOneSiteAloneAndNoMoreThanTheLimit) {
  Find(kHour, 0, LossCause::kGone, "/shop.log", {1, 1, 0, kHour, kHour});
  Find(kHour, 1, LossCause::kGone, "/blog.log", {1, 1, 0, kHour, kHour});
  EXPECT_THAT(Paths({.site = "shop"}), ElementsAre("/shop.log"));
  EXPECT_THAT(Paths({.site = "nobody' OR 1=1 --"}), IsEmpty());
  EXPECT_THAT(Paths({.code = StatusCode{404}}), ElementsAre("/blog.log", "/shop.log"))
      << "a loss has no code";
  EXPECT_THAT(Paths({}, 1), ElementsAre("/blog.log"));
}

TEST_F(CountReaderLossesTest, ThePublicViewHasTheRowsOfEachHour) {
  Find(kHour, 0, LossCause::kNulHole, "/a.log", {1, 7, 0, kHour + 1, kHour + 2});
  ASSERT_OK_AND_ASSIGN(Database db, Database::Open(dir_ / "logtally.db", Database::Mode::kReader));
  ASSERT_OK_AND_ASSIGN(Statement rows, db.Prepare("SELECT time_unix, site, cause, path, losses, "
                                                  "bytes, lines, from_unix, to_unix FROM losses"));
  ASSERT_OK_AND_ASSIGN(const bool row, rows.Step());
  ASSERT_TRUE(row);
  EXPECT_EQ(rows.ColumnInt(0), kHour);
  EXPECT_EQ(rows.ColumnText(1), "shop");
  EXPECT_EQ(rows.ColumnText(2), "nul_hole");
  EXPECT_EQ(rows.ColumnText(3), "/a.log");
  EXPECT_EQ(rows.ColumnInt(5), 7);
  EXPECT_EQ(rows.ColumnInt(8), kHour + 2);
}

TEST(CountReaderCodes, AddsUpSitesAndMethodsByStepAndCode) {
  testing::TempDir dir;
  ASSERT_OK_AND_ASSIGN(const auto store, CountStore::Open(dir.path()));
  CountBatch batch;
  batch.sites = {"shop", "blog"};
  batch.counts[{kHour, 0, 404, kGetMethod}] = {1, 10};
  batch.counts[{kHour, 0, 404, kOtherMethod}] = {2, 20};
  batch.counts[{kHour + 60, 1, 404, kGetMethod}] = {4, 40};
  batch.counts[{kHour + 60, 1, 200, kGetMethod}] = {8, 80};
  batch.counts[{kHour + 3600, 1, 404, kGetMethod}] = {16, 160};
  ASSERT_OK(store->Commit(batch, {}));
  ASSERT_OK_AND_ASSIGN(CountReader reader, CountReader::Open(dir / "logtally.db"));
  const auto codes = [&](const CountQuery& query, int64_t step) {
    auto rows = reader.Codes(query, step);
    EXPECT_OK(rows);
    return *std::move(rows);
  };
  EXPECT_THAT(codes({}, 0), ElementsAre(CodeRow{0, 200, {8, 80}}, CodeRow{0, 404, {23, 230}}));
  EXPECT_THAT(codes({.code = StatusCode{404}}, 3600),
              ElementsAre(CodeRow{kHour, 404, {7, 70}}, CodeRow{kHour + 3600, 404, {16, 160}}));
  EXPECT_THAT(codes({.to_unix = kHour + 60, .site = "shop"}, 0),
              ElementsAre(CodeRow{0, 404, {3, 30}}));
  EXPECT_THAT(codes({.site = "nobody"}, 0), IsEmpty());
}

}  // namespace
}  // namespace logtally
