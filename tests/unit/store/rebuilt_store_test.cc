#include "store/rebuilt_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "store/count_store.h"
#include "store/database.h"
#include "store/text_reader.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMinute = 1700000040;  // a multiple of 60
constexpr int64_t kDay = 1700006400;     // a multiple of 86400

class RebuiltStoreTest : public ::testing::Test {
 protected:
  static std::unique_ptr<CountStore> Open(const std::string& dir) {
    auto store = CountStore::Open(dir);
    EXPECT_OK(store);
    return *std::move(store);
  }
  // Stores that many responses of a code, one second after that minute began.
  static void Count(CountStore& store, const std::string& site, StatusCode code, int64_t minute,
                    int64_t responses) {
    CountBatch batch;
    batch.sites = {site};
    batch.counts[{minute, 0, code, ParseMethod("GET")}] = {responses, responses * 10};
    batch.rejects[{minute, 0, RejectReason::kEmpty}] = 1;
    batch.intake[0] = {responses * 100, minute + 1};
    if (minute == kUntimed) batch.untimed[0] = responses;
    ASSERT_OK(store.Commit(batch, {}));
  }
  // Closes both, then merges.
  void Merge(const History& history) {
    old_.reset();
    new_.reset();
    ASSERT_OK(PrepareOldDatabase(old_path_));
    ASSERT_OK(MergeHistory(new_path_, old_path_, history));
    db_.emplace(*Database::Open(new_path_, Database::Mode::kReader));
  }
  int64_t Int(const std::string& sql) { return db_->QueryInt(sql).value_or(-1); }
  int64_t Total(StatusCode code) {
    return Int("SELECT coalesce(sum(responses), 0) FROM response_totals WHERE code = " +
               std::to_string(code));
  }
  // What the view of a grain has of a time.
  int64_t In(const std::string& grain, int64_t time) {
    return Int("SELECT coalesce(sum(responses), 0) FROM responses_by_" + grain +
               " WHERE time_unix = " + std::to_string(time));
  }
  static void KeepFrom(CountStore& store, const Retention& retention, int64_t now) {
    store.KeepFrom(retention, absl::FromUnixSeconds(now));
    ASSERT_OK(store.Commit({}, {}));
    while (store.Prune(100).value_or(false)) continue;
  }
  int64_t InMinute(int64_t minute) {
    return Int("SELECT coalesce(sum(responses), 0) FROM responses_by_minute WHERE time_unix = " +
               std::to_string(minute));
  }

  testing::TempDir dir_;
  const std::string old_path_ = dir_ / "old/logtally.db";
  const std::string new_path_ = dir_ / "new/logtally.db";
  std::unique_ptr<CountStore> old_ = Open(dir_ / "old");
  std::unique_ptr<CountStore> new_ = Open(dir_ / "new");
  std::optional<Database> db_;
};

TEST_F(RebuiltStoreTest, TakesEarlierMinutesFromTheOldStoreAndLaterOnesFromTheNew) {
  Count(*new_, "other", 500, kMinute, 1);  // so that ids differ
  Count(*old_, "shop", 200, kMinute, 5);
  Count(*old_, "shop", 200, kMinute + 60, 70);
  Count(*new_, "shop", 200, kMinute, 1000);
  Count(*new_, "shop", 200, kMinute + 60, 7);
  Merge({{{"shop", kMinute + 60}, {"other", 0}}, {}});
  EXPECT_EQ(InMinute(kMinute), 5 + 1);
  EXPECT_EQ(InMinute(kMinute + 60), 7);
  EXPECT_EQ(Total(200), 12);
  EXPECT_EQ(Total(500), 1);
  EXPECT_EQ(Int("SELECT sum(lines) FROM reject_total"), 3);
  EXPECT_EQ(Int("SELECT sum(lines) FROM rejected_lines"), 3);
  EXPECT_EQ(Int("SELECT sum(bytes) FROM response_totals WHERE code = 200"), 120);
}

TEST_F(RebuiltStoreTest, WhatHasNoTimeStaysInTheTotals) {
  Count(*old_, "shop", 200, kUntimed, 9);
  Count(*old_, "shop", 200, kMinute, 5);
  Count(*new_, "shop", 200, kUntimed, 9);
  Count(*new_, "shop", 200, kMinute, 6);
  Merge({{{"shop", 0}}, {}});
  EXPECT_EQ(Total(200), 15);
  EXPECT_EQ(Int("SELECT untimed FROM intake"), 9);
}

TEST_F(RebuiltStoreTest, TheHourAndTheDayThatAreCutAreMadeOfBothStores) {
  const int64_t cut = kDay + 10 * 3600 + 1800;
  for (const int64_t minute : {kDay - 60, kDay, cut - 60, cut, cut + 7200, kDay + 86400}) {
    Count(*old_, "shop", 200, minute, 1);
    Count(*new_, "shop", 200, minute, 10);
  }
  Merge({{{"shop", cut}}, {}});
  EXPECT_EQ(In("hour", kDay - 3600), 1);
  EXPECT_EQ(In("hour", cut - 1800), 11) << "half of it is the old store's";
  EXPECT_EQ(In("hour", cut + 5400), 10);
  EXPECT_EQ(In("day", kDay - 86400), 1);
  EXPECT_EQ(In("day", kDay), 22);
  EXPECT_EQ(In("day", kDay + 86400), 10);
  EXPECT_EQ(Total(200), 33);
  EXPECT_EQ(Int("SELECT sum(lines) FROM rejected_lines_by_day"), 6);
  EXPECT_EQ(Int("SELECT sum(lines) FROM rejected_lines_by_hour"), 6);
  EXPECT_EQ(Int("SELECT sum(lines) FROM reject_total"), 6);
}

// The logs of three days are there, but of the first two the old store has only hours or the day:
// the history can be cut only where its rows end.
TEST_F(RebuiltStoreTest, ARolledUpHistoryIsCutBetweenItsRows) {
  for (const int64_t minute : {kDay + 60, kDay + 86400 + 60, kDay + 2 * 86400 + 60}) {
    Count(*old_, "shop", 200, minute, 1);
    Count(*old_, "shop", 200, minute + 7200, 1);
    Count(*new_, "shop", 200, minute, 10);
    Count(*new_, "shop", 200, minute + 7200, 10);
  }
  KeepFrom(*old_, {.minutes = absl::Hours(1), .hours = absl::Hours(12)}, kDay + 2 * 86400);
  Merge({{{"shop", kDay + 86400 + 180}}, {}});
  EXPECT_EQ(In("day", kDay), 2);
  EXPECT_EQ(In("day", kDay + 86400), 11) << "the hour that began before the cut is the old one's";
  EXPECT_EQ(In("day", kDay + 2 * 86400), 20);
  EXPECT_EQ(Total(200), 33);
  EXPECT_EQ(Int("SELECT value FROM meta WHERE key = 'minutes_since'"), kDay + 86400 + 23 * 3600);
  EXPECT_EQ(Int("SELECT sum(responses) FROM responses_by_time"), 33);
}

TEST_F(RebuiltStoreTest, OldMinutesThatWereDeletedAreKeptAsHours) {
  Count(*old_, "shop", 200, kDay, 5);
  Count(*old_, "shop", 200, kDay + 7200, 7);
  KeepFrom(*old_, {.minutes = absl::Hours(1)}, kDay + 7200);
  Count(*new_, "shop", 200, kDay + 7200, 8);
  Merge({{{"shop", kDay + 7200}}, {}});
  EXPECT_EQ(InMinute(kDay), 0);
  EXPECT_EQ(In("hour", kDay), 5);
  EXPECT_EQ(In("day", kDay), 13);
  EXPECT_EQ(Total(200), 13);
}

TEST_F(RebuiltStoreTest, WhatWasDeletedStaysInTheTotalsAndIsNotCountedTwice) {
  Count(*old_, "shop", 200, kDay, 5);
  Count(*old_, "shop", 200, kDay + 86400, 6);
  Count(*old_, "shop", 200, kDay + 2 * 86400, 7);
  KeepFrom(*old_, {.minutes = absl::Hours(1), .hours = absl::Hours(1), .days = absl::Hours(1)},
           kDay + 86400 + 7200);
  Count(*new_, "shop", 200, kDay, 5);
  Count(*new_, "shop", 200, kDay + 86400, 6);
  Count(*new_, "shop", 200, kDay + 2 * 86400, 8);
  Merge({{{"shop", 0}}, {}});
  EXPECT_EQ(Total(200), 19);
  EXPECT_EQ(In("day", kDay), 0);
  EXPECT_EQ(In("day", kDay + 2 * 86400), 8);
}

TEST_F(RebuiltStoreTest, ASiteThatWasNotCountedAnewStaysAsItWas) {
  Count(*old_, "blog", 404, kMinute, 5);
  Count(*new_, "shop", 200, kMinute, 5);
  Merge({{{"shop", 0}}, {}});
  EXPECT_EQ(Total(404), 5);
  EXPECT_EQ(InMinute(kMinute), 10);
}

TEST_F(RebuiltStoreTest, KeepsTheTextsThatOnlyTheOldStoreKnows) {
  CountBatch batch;
  batch.sites = {"shop"};
  batch.intake[0] = {};
  batch.texts = {{{"shop", 1, 0}, 0}, {{"shop", 2, 0}, 0}};
  batch.text_codes = {{{0, 200}, 5}, {{1, 200}, 6}};
  std::vector<PositionUpdate> positions(2);
  for (const int i : {0, 1}) positions[i].position.key = batch.texts[i].file;
  ASSERT_OK(old_->Commit(batch, positions));
  ASSERT_OK(old_->Commit({}, {}));
  Merge({{{"shop", 0}}, {batch.texts[0]}});
  const auto stored = ReadTexts(new_path_);
  ASSERT_OK(stored);
  ASSERT_EQ(stored->texts.size(), 1u);
  EXPECT_EQ(stored->texts[0].position.text(), batch.texts[0]);
  EXPECT_EQ(stored->texts[0].tally, (TextTally{{{200, 5}}, 0}));
  EXPECT_EQ(stored->commit_seq, 2) << "commits go on counting from those of the old store";
}

TEST_F(RebuiltStoreTest, DetailsOfErrorsAreTakenByTheHourAndWhatIsUnlistedFromTheOldStore) {
  const int64_t hour = kMinute - kMinute % 3600;
  const auto list = [](CountStore& store, int64_t of_hour, const std::string& path) {
    CountBatch batch;
    batch.sites = {"blog", "shop"};
    batch.counts[{of_hour, 1, 404, ParseMethod("GET")}] = {1, 1};
    batch.error_details.Add({of_hour, 1, 404}, {.path = path, .client = "::1", .line = path});
    batch.error_details.SetMaxBytes(0);
    batch.error_details.Add({of_hour, 1, 404}, {.path = path});
    ASSERT_OK(store.Commit(batch, {}));
  };
  Count(*new_, "other", 500, kMinute, 1);  // so that ids differ
  list(*old_, hour, "/old");
  list(*old_, hour + 3600, "/forgotten");
  list(*new_, hour, "/not yet");
  list(*new_, hour + 3600, "/new");
  list(*new_, hour + 3600, "/new");
  Merge({{{"shop", hour + 3600}}, {}});
  EXPECT_EQ(Int("SELECT count(*) FROM error_paths"), 2);
  EXPECT_EQ(Int("SELECT responses FROM error_paths WHERE site = 'shop' AND path = '/old'"), 1);
  EXPECT_EQ(Int("SELECT responses FROM error_paths WHERE site = 'shop' AND path = '/new'"), 2);
  EXPECT_EQ(Int("SELECT count(*) FROM error_clients"), 2);
  EXPECT_EQ(Int("SELECT count(*) FROM error_hours WHERE distinct_clients = 1"), 2);
  EXPECT_EQ(Int("SELECT count(*) FROM error_hours WHERE first_line IN ('/old', '/new')"), 2);
  EXPECT_EQ(Int("SELECT lines FROM unlisted_errors"), 2);
}

TEST_F(RebuiltStoreTest, ADamagedDatabaseIsToldFromOneThatIsNotThere) {
  old_.reset();
  testing::WriteFile(old_path_, std::string(10000, 'x'));
  EXPECT_TRUE(absl::IsDataLoss(PrepareOldDatabase(old_path_)));
  EXPECT_TRUE(absl::IsNotFound(PrepareOldDatabase(dir_ / "nowhere.db")));
}

TEST_F(RebuiltStoreTest, ReplacesADatabaseAndKeepsTheOldOne) {
  Count(*old_, "shop", 200, kMinute, 5);
  Count(*new_, "shop", 200, kMinute, 6);
  old_.reset();
  new_.reset();
  ASSERT_OK(PrepareOldDatabase(old_path_));
  ASSERT_OK(ReplaceDatabase(new_path_, old_path_, dir_ / "old/kept.db"));
  EXPECT_FALSE(fs::exists(new_path_));
  EXPECT_EQ(Open(dir_ / "old")->counts().sites.at("shop").counted_lines(), 6);
  auto kept = Database::Open(dir_ / "old/kept.db", Database::Mode::kWriter);
  ASSERT_OK(kept);
  EXPECT_EQ(kept->QueryInt("SELECT responses FROM total").value_or(0), 5);
}

// A write-ahead log beside a new database would be written into it.
TEST_F(RebuiltStoreTest, TheLogOfADamagedDatabaseDoesNotReachTheNewOne) {
  Count(*new_, "shop", 200, kMinute, 6);
  Count(*old_, "shop", 200, kMinute, 5);
  fs::copy_file(old_path_ + "-wal", dir_ / "wal");
  ASSERT_GT(fs::file_size(dir_ / "wal"), 0u);
  old_.reset();
  new_.reset();
  fs::copy_file(dir_ / "wal", old_path_ + "-wal", fs::copy_options::overwrite_existing);
  testing::WriteFile(old_path_, std::string(10000, 'x'));
  ASSERT_OK(ReplaceDatabase(new_path_, old_path_, dir_ / "old/kept.db"));
  EXPECT_EQ(Open(dir_ / "old")->counts().sites.at("shop").counted_lines(), 6);
  EXPECT_TRUE(fs::exists(dir_ / "old/kept.db-wal"));
}

}  // namespace
}  // namespace logtally
