#include "export/code_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "store/count_store.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using ::testing::Each;

constexpr int64_t kHour = 3600;
constexpr int64_t kDay = 86400;
constexpr int64_t kNoon = 1784030400;          // 2026-07-14T12:00:00Z
constexpr int64_t kNow = kNoon + 10 * 60 + 7;  // within the minute of 12:10

class CodeHistoryTest : public ::testing::Test {
 protected:
  CodeHistoryTest() {
    auto store = CountStore::Open(dir_.path());
    EXPECT_OK(store);
    store_ = *std::move(store);
  }

  void Count(int64_t minute, SiteIndex site, StatusCode code, int64_t responses) {
    CountBatch batch;
    batch.sites = {"shop", "blog"};
    batch.counts[{minute, site, code, kGetMethod}] = {responses, 0};
    EXPECT_OK(store_->Commit(batch, {}));
  }
  void ListError(int64_t hour, StatusCode code, std::string_view path) {
    CountBatch batch;
    batch.sites = {"shop", "blog"};
    batch.error_details.Add({hour, 0, code}, {.path = path});
    EXPECT_OK(store_->Commit(batch, {}));
  }
  CodeHistory Read(StatusCode code, std::optional<std::string> site = std::nullopt,
                   size_t number_of_sites = 2) {
    auto reader = CountReader::Open(dir_ / "logtally.db");
    EXPECT_OK(reader);
    CodeHistory history =
        ReadCodeHistory(*reader, code, site, number_of_sites, absl::FromUnixSeconds(kNow));
    EXPECT_OK(history.problem);
    return history;
  }

  testing::TempDir dir_;
  std::unique_ptr<CountStore> store_;
};

TEST_F(CodeHistoryTest, CountsPeriodsThatEndNowBesideAsLongOnesBefore) {
  const int64_t end = kNoon + 11 * 60;
  Count(end - 60, 0, 404, 1);          // the minute that has begun
  Count(end - kHour, 0, 404, 2);       // the first one of the last hour
  Count(end - kHour - 60, 1, 404, 4);  // the last one of the hour before
  Count(end - 2 * kDay, 0, 404, 8);
  Count(end - 8 * kDay, 0, 404, 16);
  Count(end - 60, 1, 200, 100);
  const CodeHistory history = Read(404);
  EXPECT_EQ(history.to_unix, end);
  ASSERT_TRUE(history.periods);
  const auto& [hour, day, week] = *history.periods;
  EXPECT_EQ(hour.responses, 3);
  EXPECT_EQ(hour.of_all, 103);
  EXPECT_EQ(hour.before, 4);
  EXPECT_EQ(hour.before_of_all, 4);
  EXPECT_EQ(day.responses, 7);
  EXPECT_EQ(day.before, 8);
  EXPECT_EQ(week.responses, 15);
  EXPECT_EQ(week.before, 16);
  EXPECT_EQ(week.from_unix, end - 7 * kDay);
}

TEST_F(CodeHistoryTest, AStepOfTheLastDayHoldsWhatHappenedInIt) {
  Count(kNoon, 0, 404, 1);
  Count(kNoon - 60, 1, 404, 2);
  Count(kNoon - kDay, 0, 404, 4);         // before the first step
  Count(kNoon - kDay + 1800, 0, 404, 8);  // in the first step
  Count(kNoon, 0, 500, 16);
  const CodeHistory history = Read(404);
  ASSERT_TRUE(history.last_day);
  EXPECT_EQ(history.last_day->step_seconds, 1800);
  EXPECT_EQ(history.last_day->from_unix, kNoon - kDay + 1800);
  const std::vector<int64_t>& counts = history.last_day->counts;
  ASSERT_EQ(counts.size(), 48u);
  EXPECT_EQ(counts.front(), 8);
  EXPECT_EQ(counts[46], 2);
  EXPECT_EQ(counts[47], 1);
  EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), int64_t{0}), 11);
}

TEST_F(CodeHistoryTest, OfVeryManySitesStepsAreHours) {
  Count(kNoon, 0, 404, 1);
  const CodeHistory history = Read(404, std::nullopt, 101);
  EXPECT_EQ(history.last_day->step_seconds, 3600);
  ASSERT_EQ(history.last_day->counts.size(), 24u);
  EXPECT_EQ(history.last_day->counts.back(), 1);
}

TEST_F(CodeHistoryTest, ASiteIsReadAlone) {
  Count(kNoon, 0, 404, 1);
  Count(kNoon - 60, 1, 404, 2);
  const CodeHistory history = Read(404, "blog");
  EXPECT_EQ(history.periods->front().of_all, 2);
  EXPECT_EQ(history.last_day->counts[46], 2);
  ASSERT_EQ(history.by_site->size(), 1u);
  EXPECT_EQ(history.by_site->front().site, "blog");
  EXPECT_EQ(history.seen->last_unix, kNoon - 60);
}

TEST_F(CodeHistoryTest, FirstAndLastAreThoseOfAllSites) {
  Count(kNoon, 0, 404, 1);
  Count(kNoon - 3 * kDay, 1, 404, 2);
  Count(kNoon - 9 * kDay, 1, 200, 2);
  const CodeHistory history = Read(404);
  EXPECT_EQ(history.seen->first_unix, kNoon - 3 * kDay);
  EXPECT_EQ(history.seen->last_unix, kNoon);
}

TEST_F(CodeHistoryTest, ErrorsAreThoseOfTheLastDay) {
  Count(kNoon, 0, 404, 1);
  ListError(kNoon, 404, "/now");
  ListError(kNoon - 2 * kDay, 404, "/old");
  ListError(kNoon, 500, "/other");
  const CodeHistory history = Read(404);
  ASSERT_TRUE(history.errors);
  EXPECT_EQ(history.errors->from_unix, kNoon - kDay);
  EXPECT_EQ(history.errors->to_unix, kNoon + kHour);
  const auto paths = history.errors->details.list(ErrorList::kPaths).Sorted();
  ASSERT_EQ(paths.size(), 1u);
  EXPECT_EQ(paths[0].value, "/now");
}

TEST_F(CodeHistoryTest, OfErrorsThatAreOverTheirLastDayIsTold) {
  Count(kNoon - 5 * kDay, 0, 404, 1);
  ListError(kNoon - 5 * kDay, 404, "/old");
  const CodeHistory history = Read(404);
  ASSERT_TRUE(history.errors);
  EXPECT_EQ(history.errors->from_unix, kNoon - 5 * kDay - 12 * kHour) << "midnight";
  EXPECT_EQ(history.errors->to_unix, kNoon - 4 * kDay - 12 * kHour);
  EXPECT_EQ(history.errors->details.list(ErrorList::kPaths).size(), 1u);
}

TEST_F(CodeHistoryTest, OfWhatNeverHappenedThereAreZerosAndNoTimes) {
  const CodeHistory history = Read(404);
  EXPECT_EQ(history.periods->back().responses, 0);
  EXPECT_THAT(history.last_day->counts, Each(0));
  EXPECT_TRUE(history.by_site->empty());
  EXPECT_FALSE(history.seen);
  EXPECT_FALSE(history.errors);
}

}  // namespace
}  // namespace logtally
