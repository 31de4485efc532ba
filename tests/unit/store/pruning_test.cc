// What is old goes bit by bit; what people see does not change on the way.
#include "store/pruning.h"

#include <gtest/gtest.h>

#include "absl/strings/str_format.h"
#include "store/count_reader.h"
#include "store/migrations.h"
#include "store_kit.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

constexpr int64_t kDay = 1700006400;  // a multiple of 86400

class PruningTest : public ::testing::Test {
 protected:
  PruningTest() {
    auto store = CountStore::Open(dir_.path());
    EXPECT_OK(store);
    store_ = *std::move(store);
  }
  // `days` days from kDay on, `codes` codes each minute.
  void CountDays(int days, int codes) {
    for (int hour = 0; hour < 24 * days; ++hour) {
      CountBatch batch;
      batch.sites = {"shop"};
      for (int minute = 0; minute < 60; minute += 10) {
        const int64_t time = kDay + 3600 * hour + 60 * minute;
        for (int code = 0; code < codes; ++code) {
          batch.counts[{time, 0, static_cast<StatusCode>(400 + code), ParseMethod("GET")}] = {1, 9};
        }
        batch.rejects[{time, 0, RejectReason::kEmpty}] = 1;
      }
      batch.intake[0] = {1, kDay};
      ASSERT_OK(store_->Commit(batch, {}));
    }
  }
  void KeepFrom(const Retention& retention, int64_t now) {
    store_->KeepFrom(retention, absl::FromUnixSeconds(now));
    ASSERT_OK(store_->Commit({}, {}));
  }
  int64_t Int(const std::string& sql) {
    auto db = Database::Open(dir_ / "logtally.db", Database::Mode::kReader);
    EXPECT_OK(db);
    return db->QueryInt(sql).value_or(-1);
  }
  std::vector<ResponseRow> Rows(const CountQuery& query) {
    auto reader = CountReader::Open(dir_ / "logtally.db");
    EXPECT_OK(reader);
    auto rows = reader->Responses(query, 0, 1000);
    EXPECT_OK(rows);
    return *std::move(rows);
  }
  static int64_t SumOf(const std::vector<ResponseRow>& rows) {
    int64_t sum = 0;
    for (const ResponseRow& row : rows) sum += row.tally.responses;
    return sum;
  }

  testing::TempDir dir_;
  std::unique_ptr<CountStore> store_;
};

TEST_F(PruningTest, NothingOldIsNothingToDo) {
  CountDays(1, 2);
  ASSERT_OK_AND_ASSIGN(const bool more, store_->Prune(10));
  EXPECT_FALSE(more);
  EXPECT_EQ(Int("SELECT count(*) FROM minute"), 24 * 6 * 2);
}

TEST_F(PruningTest, TakesTheOldestRowsFirstAndNoMoreThanAllowed) {
  CountDays(2, 2);
  const Retention retention{.minutes = absl::Hours(24)};
  store_->KeepFrom(retention, absl::FromUnixSeconds(kDay + 2 * 86400));
  ASSERT_OK_AND_ASSIGN(bool more, store_->Prune(10));
  EXPECT_FALSE(more) << "the horizon is not committed yet";
  ASSERT_OK(store_->Commit({}, {}));
  ASSERT_OK_AND_ASSIGN(more, store_->Prune(10));
  EXPECT_TRUE(more);
  EXPECT_EQ(Int("SELECT count(*) FROM minute"), 2 * 24 * 6 * 2 - 10);
  EXPECT_EQ(Int("SELECT min(minute_unix) FROM minute"), kDay + 3000);
  for (int steps = 0; *store_->Prune(10); ++steps) ASSERT_LT(steps, 100);
  EXPECT_EQ(Int("SELECT count(*) FROM minute"), 24 * 6 * 2);
  EXPECT_EQ(Int("SELECT count(*) FROM reject_minute"), 24 * 6);
  EXPECT_EQ(Int("SELECT count(*) FROM hour"), 48 * 2);
  EXPECT_EQ(Int("SELECT sum(lines) FROM rejected_lines_by_hour"), 48 * 6);
}

// The sums of a window are the same before, between and after the steps, but for the totals of what
// is kept by the minute; and so is what a query over the finest times gives.
TEST_F(PruningTest, NoStepChangesASum) {
  CountDays(3, 3);
  const auto history = [&](int64_t step, const char* what) {
    return Int("SELECT sum(" + std::string(what) + " WHERE step_seconds = " + std::to_string(step));
  };
  const auto sums = [&] {
    return std::tuple(SumOf(Rows({})), SumOf(Rows({.from_unix = kDay + 3600, .code = 401})),
                      history(60, "responses) FROM history_responses"),
                      history(3600, "responses) FROM history_responses"),
                      history(86400, "responses) FROM history_responses"),
                      history(60, "lines) FROM history_rejected_lines"),
                      history(3600, "lines) FROM history_rejected_lines"),
                      history(86400, "lines) FROM history_rejected_lines"),
                      Int("SELECT sum(responses) FROM responses_by_time"),
                      Int("SELECT sum(responses) FROM responses_by_hour"),
                      Int("SELECT sum(responses) FROM responses_by_day"),
                      Int("SELECT sum(responses) FROM response_totals"));
  };
  const auto before = sums();
  EXPECT_EQ(std::get<0>(before), 3 * 24 * 6 * 3);
  KeepFrom({.minutes = absl::Hours(3)}, kDay + 3 * 86400 - 1800);
  bool more = true;
  for (int steps = 0; more; ++steps) {
    ASSERT_EQ(sums(), before) << steps;
    ASSERT_LT(steps, 200);
    ASSERT_OK_AND_ASSIGN(more, store_->Prune(37));
  }
  EXPECT_EQ(sums(), before);
  EXPECT_EQ(Int("SELECT min(minute_unix) FROM minute"), kDay + 3 * 86400 - 4 * 3600);
  store_.reset();
  auto again = CountStore::Open(dir_.path());
  ASSERT_OK(again);
  EXPECT_EQ((*again)->counts().sites.at("shop").counted_lines(), 3 * 24 * 6 * 3);
}

TEST_F(PruningTest, HistoryIsAsFineAsItsStepOrAsWhatIsKept) {
  CountDays(4, 1);
  KeepFrom({.minutes = absl::Hours(24), .hours = absl::Hours(48)}, kDay + 4 * 86400);
  EXPECT_EQ(Int("SELECT since FROM history_kept WHERE grain_seconds = 60"), kDay + 3 * 86400);
  EXPECT_EQ(Int("SELECT since FROM history_kept WHERE grain_seconds = 3600"), kDay + 2 * 86400);
  EXPECT_EQ(Int("SELECT since FROM history_kept WHERE grain_seconds = 86400"), 0);
  const auto rows = [&](int64_t day, int64_t step, int64_t grain) {
    return Int(absl::StrFormat(
        "SELECT count(*) FROM history_responses WHERE step_seconds = %d AND grain_seconds = %d "
        "AND time >= %d AND time < %d",
        step, grain, kDay + day * 86400, kDay + (day + 1) * 86400));
  };
  EXPECT_EQ(rows(3, 60, 60), 24 * 6);
  EXPECT_EQ(rows(2, 60, 3600), 24);
  EXPECT_EQ(rows(1, 60, 86400), 1);
  EXPECT_EQ(rows(3, 3600, 3600), 24);
  EXPECT_EQ(rows(2, 3600, 3600), 24);
  EXPECT_EQ(rows(1, 3600, 86400), 1);
  for (int day = 0; day < 4; ++day) EXPECT_EQ(rows(day, 86400, 86400), 1);
}

TEST_F(PruningTest, HistorySaysWhatACodeMeans) {
  CountBatch batch;
  batch.sites = {"shop"};
  for (const StatusCode code : {0, 404, 783}) {
    batch.counts[{kDay, 0, code, ParseMethod("GET")}] = {1, 1};
  }
  ASSERT_OK(store_->Commit(batch, {}));
  ASSERT_OK(store_->SetStatusCodes({{.code = 404,
                                     .name = "Not Found",
                                     .fault = "client",
                                     .documented = true,
                                     .meaning = "the resource does not exist",
                                     .source = "RFC 9110"}}));
  EXPECT_EQ(Int("SELECT count(*) FROM history_responses WHERE step_seconds = 60 AND "
                "(code_text, name, class, fault, documented) IN (VALUES "
                "('000', 'Unknown', 'other', 'unknown', 0),"
                "('404', 'Not Found', '4xx', 'client', 1),"
                "('783', 'Unknown', 'other', 'unknown', 0))"),
            3);
}

TEST_F(PruningTest, ALateLineCountsOnceInEveryView) {
  CountDays(3, 1);
  KeepFrom({.minutes = absl::Hours(3), .hours = absl::Hours(24)}, kDay + 3 * 86400);
  while (*store_->Prune(100)) continue;
  const int64_t before = Int("SELECT sum(responses) FROM responses_by_time");
  CountBatch batch;
  batch.sites = {"shop"};
  for (const int64_t time : {kDay + 60, kDay + 2 * 86400 + 60, kDay + 3 * 86400 - 60}) {
    batch.counts[{time, 0, 500, ParseMethod("GET")}] = {1, 1};
  }
  ASSERT_OK(store_->Commit(batch, {}));
  EXPECT_EQ(Int("SELECT sum(responses) FROM responses_by_time"), before + 3);
  EXPECT_EQ(Int("SELECT count(*) FROM responses_by_minute WHERE code = 500"), 1);
  EXPECT_EQ(Int("SELECT count(*) FROM responses_by_hour WHERE code = 500"), 2);
  EXPECT_EQ(Int("SELECT sum(responses) FROM responses_by_day WHERE code = 500"), 3);
  for (const int step : {60, 3600, 86400}) {
    EXPECT_EQ(Int("SELECT sum(responses) FROM history_responses WHERE code = 500 AND "
                  "step_seconds = " +
                  std::to_string(step)),
              3)
        << step;
  }
  EXPECT_EQ(SumOf(Rows({.code = 500})), 3);
}

TEST_F(PruningTest, DetailsOfErrorsHaveARetentionOfTheirOwn) {
  CountBatch batch = BatchOfLines(0, 10);
  ASSERT_OK(store_->Commit(batch, {}));
  EXPECT_GT(Int("SELECT count(*) FROM error_hour"), 0);
  Retention retention = Retention::Forever();
  retention.details = absl::Hours(1);
  KeepFrom(retention, kKitMinute + 3 * 3600);
  while (*store_->Prune(3)) continue;
  EXPECT_EQ(Int("SELECT count(*) FROM error_hour"), 0);
  EXPECT_GT(Int("SELECT count(*) FROM minute"), 0);
}

TEST_F(PruningTest, GivesBackTheRoomThatIsNoLongerNeeded) {
  CountDays(1, 1);
  store_.reset();
  {
    ASSERT_OK_AND_ASSIGN(Database db,
                         Database::Open(dir_ / "logtally.db", Database::Mode::kWriter));
    ASSERT_OK(db.Execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) "
        "INSERT INTO loss SELECT 3600 * i, 1, 'gone', i || hex(zeroblob(1500)), 1, 1, 1, 1, 1 "
        "FROM n"));
  }
  store_ = *CountStore::Open(dir_.path());
  const int64_t pages = Int("PRAGMA page_count");
  KeepFrom({.minutes = absl::Hours(24), .hours = absl::Hours(24)}, kDay + 86400);
  while (*store_->Prune(20'000)) continue;
  EXPECT_EQ(Int("SELECT count(*) FROM loss"), 0);
  EXPECT_LT(Int("PRAGMA page_count"), pages / 2);
  EXPECT_LT(Int("PRAGMA freelist_count"), 1300) << "some pages for the rows that come";
  EXPECT_EQ(SumOf(Rows({})), 24 * 6);
}

}  // namespace
}  // namespace logtally
