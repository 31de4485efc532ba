// No query about a part of time reads a whole table that is kept by time. What SQLite runs is
// recorded as it runs it, so a query that is added is judged as well.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "store/count_reader.h"
#include "store/snapshot_loader.h"
#include "store/text_reader.h"
#include "store_kit.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

std::set<std::string>& Recorded() {
  static auto* const recorded = new std::set<std::string>();
  return *recorded;
}

int Record(unsigned, void*, void* statement, void*) {
  Recorded().insert(sqlite3_sql(static_cast<sqlite3_stmt*>(statement)));
  return 0;
}
int RecordConnection(sqlite3* connection, const char**, const void*) {
  return sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, Record, nullptr);
}

class QueryPlansTest : public ::testing::Test {
 protected:
  QueryPlansTest() {
    auto store = CountStore::Open(dir_.path());
    EXPECT_OK(store);
    store_ = *std::move(store);
    EXPECT_OK(CountMore(*store_, 500));
  }
  // Runs `query`, and returns the plans of all that it ran; SELECTs only.
  template <typename Query>
  std::vector<std::string> PlansOf(Query query) {
    Recorded().clear();
    const auto entry = reinterpret_cast<void (*)()>(RecordConnection);
    sqlite3_auto_extension(entry);
    query();
    sqlite3_cancel_auto_extension(entry);
    std::vector<std::string> plans;
    auto db = Database::Open(File(), Database::Mode::kReader);
    EXPECT_OK(db);
    for (const std::string& sql : Recorded()) {
      if (!sql.starts_with("SELECT")) continue;
      auto rows = db->Prepare("EXPLAIN QUERY PLAN " + sql);
      EXPECT_OK(rows);
      std::string plan = sql + ":";
      EXPECT_OK(rows->ForEachRow([&] { plan += "\n  " + std::string(rows->ColumnText(3)); }));
      plans.push_back(plan);
    }
    return plans;
  }
  std::string File() const { return dir_ / "logtally.db"; }

  testing::TempDir dir_;
  std::unique_ptr<CountStore> store_;
};

// "SCAN minute", but not "SCAN site".
constexpr char kScan[] =
    "SCAN (minute|hour|day|reject_minute|reject_hour|reject_day|error_|loss$|loss[^_])";

TEST_F(QueryPlansTest, ARangeOfTimeIsSearchedNotScanned) {
  const int64_t day = kKitMinute / 86400 * 86400;
  const auto plans = PlansOf([&] {
    auto reader = CountReader::Open(File());
    ASSERT_OK(reader);
    for (const int64_t step : {0, 60, 3600, 86400}) {
      for (const bool narrow : {false, true}) {
        CountQuery query{.from_unix = day - 120, .to_unix = day + 3 * 86400 + 3720};
        if (narrow) {
          query.site = "shop";
          query.code = StatusCode{200};
        }
        ASSERT_OK(reader->Responses(query, step, 1000));
        ASSERT_OK(reader->Codes(query, step));
        ASSERT_OK(reader->Rejects(query));
        ASSERT_OK(reader->Errors(query));
        ASSERT_OK(reader->Seen(query));
        ASSERT_OK(reader->Losses(query, 1000));
        ASSERT_OK(reader->UntimedResponses(query));
      }
    }
  });
  EXPECT_THAT(plans, SizeIs(::testing::Gt(15))) << "queries were not recorded";
  for (const std::string& plan : plans) EXPECT_THAT(plan, Not(ContainsRegex(kScan)));
}

// A start does not get slower with the years.
TEST_F(QueryPlansTest, AStartReadsNoTableThatIsKeptByTime) {
  store_.reset();
  const auto plans = PlansOf([&] {
    store_ = *CountStore::Open(dir_.path());
    ASSERT_OK(store_->LoadPositions());
    ASSERT_OK(CountMore(*store_, 100));
    ASSERT_OK(store_->Prune(100));
  });
  EXPECT_THAT(plans, SizeIs(::testing::Gt(8))) << "queries were not recorded";
  for (const std::string& plan : plans) EXPECT_THAT(plan, Not(ContainsRegex(kScan)));
}

TEST_F(QueryPlansTest, ThePublicViewsSearchARangeOfTime) {
  auto db = Database::Open(File(), Database::Mode::kReader);
  ASSERT_OK(db);
  for (const char* view :
       {"responses_by_minute", "responses_by_hour", "responses_by_day", "responses_by_time",
        "annotated_responses", "rejected_lines", "error_paths", "error_clients", "error_referrers",
        "error_hours", "rejected_lines_by_hour", "rejected_lines_by_day", "losses"}) {
    auto rows =
        db->Prepare(std::string("EXPLAIN QUERY PLAN SELECT time_unix, count(*) FROM ") + view +
                    " WHERE time_unix >= 1700000000 AND time_unix < 1700100000 "
                    "GROUP BY time_unix");
    ASSERT_OK(rows);
    std::string plan = view;
    ASSERT_OK(rows->ForEachRow([&] { plan += "\n  " + std::string(rows->ColumnText(3)); }));
    EXPECT_THAT(plan, Not(ContainsRegex(kScan)));
  }
}

TEST_F(QueryPlansTest, HistorySearchesTheRangeThatWasAskedForWhateverTheStep) {
  auto db = Database::Open(File(), Database::Mode::kReader);
  ASSERT_OK(db);
  const auto plan_of = [&](const char* view, int step, const char* range) {
    auto rows = db->Prepare(absl::StrFormat(
        "EXPLAIN QUERY PLAN SELECT time, site, count(*) FROM %s WHERE step_seconds = %d AND %s "
        "GROUP BY time, site",
        view, step, range));
    EXPECT_OK(rows);
    std::string plan = view;
    EXPECT_OK(rows->ForEachRow([&] { plan += "\n  " + std::string(rows->ColumnText(3)); }));
    return plan;
  };
  for (const char* view : {"history_responses", "history_rejected_lines"}) {
    for (const int step : {60, 3600, 86400}) {
      EXPECT_THAT(plan_of(view, step, "time >= 1700000000000 / 1000 AND time < 1700100000"),
                  AllOf(Not(ContainsRegex(kScan)), HasSubstr("_unix>? AND")));
      // The time from which rows are whole is compared as well; it must not take the place of the
      // begin that was asked for, which may be much later.
      EXPECT_THAT(plan_of(view, step, "time < 1700100000"),
                  AllOf(Not(ContainsRegex(kScan)), Not(HasSubstr("_unix>?"))));
    }
  }
}

}  // namespace
}  // namespace logtally
