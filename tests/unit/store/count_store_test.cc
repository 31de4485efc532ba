// The store's promise: counts and positions become durable together, or not at all.
#include "store/count_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "store/count_reader.h"
#include "store/database.h"
#include "store/migrations.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using ::testing::HasSubstr;
using testing::TempDir;

constexpr int64_t kMinute = 1700000040;  // a multiple of 60

class CountStoreTest : public ::testing::Test {
 protected:
  CountStoreTest() { Open(); }

  void Open() {
    store_.reset();
    auto opened = CountStore::Open(dir_.path());
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }

  std::string DatabaseFile() const { return dir_ / "logtally.db"; }

  // A batch with `responses` of one code.
  static CountBatch BatchOf(StatusCode code, int64_t responses, int64_t minute = kMinute) {
    CountBatch batch;
    batch.sites = {"shop"};
    batch.counts[{minute, 0, code, ParseMethod("GET")}] = {responses, responses * 10};
    batch.intake[0] = {responses * 100, minute == kUntimed ? 0 : minute + 1};
    return batch;
  }

  static PositionUpdate NewPosition(int64_t offset) {
    PositionUpdate update;
    update.position.key = {"shop", 42, 7};
    update.position.offset = offset;
    update.position.path = "/var/log/shop.log";
    return update;
  }
  static PositionUpdate MovedPosition(int64_t from, int64_t to) {
    PositionUpdate update = NewPosition(to);
    update.stored_offset = from;
    return update;
  }

  Tally Stored(StatusCode code) const {
    const auto site = store_->counts().sites.find("shop");
    if (site == store_->counts().sites.end()) return {};
    const auto found = site->second.responses.find({code, ParseMethod("GET")});
    return found == site->second.responses.end() ? Tally() : found->second;
  }

  TempDir dir_;
  std::unique_ptr<CountStore> store_;
};

TEST_F(CountStoreTest, WhatWasCommittedIsThereAfterReopening) {
  ASSERT_OK(store_->Commit(BatchOf(200, 3), {NewPosition(300)}));
  ASSERT_OK(store_->Commit(BatchOf(200, 2), {MovedPosition(300, 500)}));
  const CountSnapshot before = store_->counts();
  Open();
  EXPECT_EQ(Stored(200), (Tally{5, 50}));
  EXPECT_EQ(store_->counts().commit_seq, 2);
  EXPECT_EQ(store_->counts().sites.at("shop").intake.read_bytes, 500);
  EXPECT_EQ(store_->counts().sites.at("shop").intake.last_line_unix,
            before.sites.at("shop").intake.last_line_unix);
  ASSERT_OK_AND_ASSIGN(const auto positions, store_->LoadPositions());
  ASSERT_EQ(positions.size(), 1u);
  EXPECT_EQ(positions[0].offset, 500);
  EXPECT_EQ(positions[0].key, (FileKey{"shop", 42, 7}));
}

TEST_F(CountStoreTest, APositionThatSomebodyElseMovedStopsTheCommitWhole) {
  ASSERT_OK(store_->Commit(BatchOf(200, 3), {NewPosition(300)}));
  const absl::Status status = store_->Commit(BatchOf(200, 2), {MovedPosition(299, 500)});
  EXPECT_TRUE(absl::IsAborted(status)) << status;
  EXPECT_EQ(Stored(200), (Tally{3, 30}));
  Open();
  EXPECT_EQ(Stored(200), (Tally{3, 30}));
  EXPECT_EQ(store_->counts().commit_seq, 1);
}

TEST_F(CountStoreTest, APositionThatIsThereAlreadyIsNotNew) {
  ASSERT_OK(store_->Commit(BatchOf(200, 3), {NewPosition(300)}));
  EXPECT_TRUE(absl::IsAborted(store_->Commit(BatchOf(200, 3), {NewPosition(300)})));
}

// The names that a rolled-back transaction had added are not there: a cached id of one would count
// under a site that does not exist, or under another's.
TEST_F(CountStoreTest, AFailedCommitForgetsTheNamesItAdded) {
  EXPECT_FALSE(store_->Commit(BatchOf(200, 1), {MovedPosition(1, 2)}).ok());
  CountBatch other = BatchOf(200, 1);
  other.sites = {"blog"};
  ASSERT_OK(store_->Commit(other, {}));
  ASSERT_OK(store_->Commit(BatchOf(200, 4), {NewPosition(1)}));
  EXPECT_EQ(Stored(200), (Tally{4, 40}));
  Open();
  EXPECT_EQ(Stored(200), (Tally{4, 40}));
  EXPECT_EQ(store_->counts().sites.at("blog").counted_lines(), 1);
}

TEST_F(CountStoreTest, KeepsEveryKindOfCountAcrossReopening) {
  CountBatch batch = BatchOf(500, 2, kUntimed);
  batch.untimed[0] = 2;
  batch.rejects[{kMinute, 0, RejectReason::kTooLong}] = 4;
  batch.rejects[{kUntimed, 0, RejectReason::kEmpty}] = 1;
  batch.overflowed[static_cast<int>(CappedLabel::kMethod)] = 9;
  batch.error_details.SetMaxBytes(0);
  batch.error_details.Add({kMinute, 0, 500}, {.path = "/a"});
  DurationHistogram& slow = batch.durations[{0, 5, DurationKind::kUpstream}];
  slow.Observe(0.2);
  slow.Observe(60);
  ASSERT_OK(store_->Commit(batch, {}));
  const CountSnapshot before = store_->counts();
  Open();
  const SiteCounts& shop = store_->counts().sites.at("shop");
  EXPECT_EQ(shop.untimed, 2);
  EXPECT_EQ(shop.unlisted_errors, 1);
  EXPECT_EQ(shop.rejects, before.sites.at("shop").rejects);
  EXPECT_EQ(shop.rejected_lines(), 5);
  EXPECT_EQ(shop.durations, before.sites.at("shop").durations);
  EXPECT_EQ(store_->counts().overflowed, before.overflowed);
}

// A log may hold any number. SQLite would make a REAL of the sum, which the column refuses: no
// commit would ever succeed again.
TEST_F(CountStoreTest, BytesThatCannotBeAddedUpStayAtTheLargestNumber) {
  for (int commit = 0; commit < 3; ++commit) {
    CountBatch batch = BatchOf(500, 1);
    batch.counts.begin()->second.bytes = 999'999'999'999'999'999;
    for (int line = 0; line < 20; ++line) {
      batch.counts.begin()->second += Tally{1, 999'999'999'999'999'999};
    }
    batch.counts[{kMinute + 60 * commit, 0, 404, ParseMethod("GET")}] = {1, Tally::kMaxBytes};
    ASSERT_OK(store_->Commit(batch, {}));
  }
  const Tally before = Stored(500);
  EXPECT_EQ(before, (Tally{63, Tally::kMaxBytes}));
  Open();
  EXPECT_EQ(Stored(500), before);
  ASSERT_OK_AND_ASSIGN(CountReader reader, CountReader::Open(DatabaseFile()));
  ASSERT_OK_AND_ASSIGN(const auto rows, reader.Responses({}, 0, 10));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].tally, (Tally{3, Tally::kMaxBytes})) << "the sum of three minutes";
}

// A reader that takes long keeps the write-ahead log from being used again, so it grows. It must
// not stay as large as it was for good.
TEST_F(CountStoreTest, TheWriteAheadLogShrinksAgainAfterALongReader) {
  const auto commit_much = [&](int round) {
    for (int i = 0; i < 100; ++i) {
      CountBatch batch = BatchOf(404, 1);
      for (int minute = 0; minute < 1000; ++minute) {
        batch.counts[{kMinute + 60 * (minute * 100 + i), 0, 404, ParseMethod("GET")}] = {1, round};
      }
      ASSERT_OK(store_->Commit(batch, {}));
    }
  };
  const auto wal_bytes = [&] { return std::filesystem::file_size(DatabaseFile() + "-wal"); };
  {
    ASSERT_OK_AND_ASSIGN(Database db, Database::Open(DatabaseFile(), Database::Mode::kReader));
    ASSERT_OK_AND_ASSIGN(Statement rows, db.Prepare("SELECT name FROM sqlite_schema"));
    ASSERT_OK(rows.Step());
    commit_much(1);
    EXPECT_GT(wal_bytes(), 64u << 20) << "the test is of no use";
  }
  ASSERT_OK(store_->Commit(BatchOf(200, 1), {}));  // checkpoints all of it
  ASSERT_OK(store_->Commit(BatchOf(200, 1), {}));  // begins it anew
  EXPECT_LE(wal_bytes(), 16u << 20);
}

TEST_F(CountStoreTest, ErrorPathsOfAnHourStayFewHoweverManyCommits) {
  const ErrorKey key = {kMinute - kMinute % 3600, 0, 404};
  for (int commit = 0; commit < 20; ++commit) {
    CountBatch batch = BatchOf(404, 101);
    for (int i = 0; i < 51; ++i) {
      const std::string rare = "/rare/" + std::to_string(commit) + "/" + std::to_string(i);
      batch.error_details.Add(key, {.path = rare});
      batch.error_details.Add(key, {.path = i < 50 ? "/often" : ""});
    }
    ASSERT_OK(store_->Commit(batch, {}));
  }
  ASSERT_OK_AND_ASSIGN(CountReader reader, CountReader::Open(DatabaseFile()));
  ASSERT_OK_AND_ASSIGN(const auto errors, reader.Errors({}));
  ASSERT_EQ(errors.size(), 1u);
  const TopValues& paths = errors.at(404).list(ErrorList::kPaths);
  EXPECT_LE(paths.size(), TopValues::kDefaultCapacity);
  EXPECT_EQ(paths.Sorted()[0], (TopValues::Entry{"/often", 1000, 0}));
}

TEST_F(CountStoreTest, DetailsOfACommitThatFailedAreNotKept) {
  CountBatch batch = BatchOf(404, 1);
  batch.error_details.Add({kMinute - kMinute % 3600, 0, 404}, {.path = "/a"});
  ASSERT_OK(store_->Commit(batch, {NewPosition(100)}));
  EXPECT_FALSE(store_->Commit(batch, {MovedPosition(99, 200)}).ok());
  ASSERT_OK(store_->Commit(batch, {MovedPosition(100, 200)}));
  ASSERT_OK_AND_ASSIGN(CountReader reader, CountReader::Open(DatabaseFile()));
  ASSERT_OK_AND_ASSIGN(const auto errors, reader.Errors({}));
  EXPECT_EQ(errors.at(404).list(ErrorList::kPaths).entries()[0].count, 2);
}

TEST_F(CountStoreTest, DetailsOfErrorsArePrunedByTheHour) {
  const int64_t hour = kMinute - kMinute % 3600;
  for (const int64_t later : {0, 3600}) {
    CountBatch batch = BatchOf(404, 1, kMinute + later);
    batch.error_details.Add({hour + later, 0, 404}, {.path = "/a", .client = "::1", .line = "x"});
    ASSERT_OK(store_->Commit(batch, {}));
  }
  ASSERT_OK_AND_ASSIGN(const int64_t pruned, store_->Prune(hour + 3600, 100));
  EXPECT_EQ(pruned, 2) << "a minute and an hour";
  ASSERT_OK_AND_ASSIGN(CountReader reader, CountReader::Open(DatabaseFile()));
  ASSERT_OK_AND_ASSIGN(const auto errors, reader.Errors({}));
  EXPECT_EQ(errors.at(404).list(ErrorList::kPaths).entries()[0].count, 1);
}

TEST_F(CountStoreTest, PruningTakesTheOldestRowsAndNoTotals) {
  ASSERT_OK(store_->Commit(BatchOf(200, 1, kMinute), {}));
  ASSERT_OK(store_->Commit(BatchOf(200, 1, kMinute + 60), {}));
  ASSERT_OK(store_->Commit(BatchOf(200, 1, kMinute + 120), {}));
  ASSERT_OK_AND_ASSIGN(const int64_t first, store_->Prune(kMinute + 120, 1));
  EXPECT_EQ(first, 1);
  ASSERT_OK_AND_ASSIGN(CountReader reader, CountReader::Open(DatabaseFile()));
  ASSERT_OK_AND_ASSIGN(const auto rows, reader.Responses({}, 60, 100));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].time_unix, kMinute + 60);
  Open();
  EXPECT_EQ(Stored(200), (Tally{3, 30}));
}

TEST_F(CountStoreTest, ASecondProcessIsToldWhoIsThere) {
  const auto second = CountStore::Open(dir_.path());
  EXPECT_TRUE(absl::IsAlreadyExists(second.status()));
  EXPECT_THAT(second.status().message(), HasSubstr("process " + std::to_string(getpid())));
  EXPECT_THAT(second.status().message(), HasSubstr("already running"));
}

TEST_F(CountStoreTest, ANewerSchemaIsRefusedWithBothVersions) {
  store_.reset();
  {
    ASSERT_OK_AND_ASSIGN(Database db, Database::Open(DatabaseFile(), Database::Mode::kWriter));
    ASSERT_OK(db.Execute("PRAGMA user_version=999"));
  }
  const absl::Status status = CountStore::Open(dir_.path()).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr("999"));
  EXPECT_THAT(status.message(), HasSubstr(std::to_string(KnownSchemaVersion())));
  EXPECT_TRUE(absl::IsFailedPrecondition(CountReader::Open(DatabaseFile()).status()));
}

TEST_F(CountStoreTest, AVersionThatNoProgramOfOursWroteIsRefused) {
  store_.reset();
  {
    ASSERT_OK_AND_ASSIGN(Database db, Database::Open(DatabaseFile(), Database::Mode::kWriter));
    ASSERT_OK(db.Execute("PRAGMA user_version=-3"));
  }
  EXPECT_TRUE(absl::IsDataLoss(CountStore::Open(dir_.path()).status()));
}

// Killed after SQLite made the file, before the schema was in it.
TEST_F(CountStoreTest, AnEmptyDatabaseIsABeginning) {
  store_.reset();
  for (const char* suffix : {"-wal", "-shm"}) ::unlink((DatabaseFile() + suffix).c_str());
  testing::WriteFile(DatabaseFile(), "");
  EXPECT_FALSE(CountReader::Open(DatabaseFile()).ok());
  Open();
  ASSERT_OK(store_->Commit(BatchOf(200, 1), {NewPosition(300)}));
  ASSERT_OK(CountReader::Open(DatabaseFile()).status());
}

TEST_F(CountStoreTest, AFileThatIsNoDatabaseIsDataLossNotANewBeginning) {
  store_.reset();
  for (const char* suffix : {"-wal", "-shm"}) ::unlink((DatabaseFile() + suffix).c_str());
  testing::WriteFile(DatabaseFile(), "this was never a database, whatever its name says\n");
  const absl::Status status = CountStore::Open(dir_.path()).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr("logtally.db"));
}

TEST_F(CountStoreTest, APositionRowThatMakesNoSenseIsSaidNotGuessed) {
  ASSERT_OK(store_->Commit(BatchOf(200, 1), {NewPosition(300)}));
  store_.reset();
  {
    ASSERT_OK_AND_ASSIGN(Database db, Database::Open(DatabaseFile(), Database::Mode::kWriter));
    ASSERT_OK(db.Execute("UPDATE file_text SET offset = -5"));
  }
  const absl::Status status = CountStore::Open(dir_.path()).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr("makes no sense"));
}

// A number that is merely another one looks fine to SQLite.
TEST_F(CountStoreTest, ATotalOrAPositionThatIsNotWhatWasStoredIsDataLoss) {
  ASSERT_OK(store_->Commit(BatchOf(200, 5), {NewPosition(300)}));
  for (const char* change :
       {"UPDATE total SET responses = responses + 4", "DELETE FROM total",
        "UPDATE file_text SET offset = offset + 64", "UPDATE intake SET read_bytes = 0",
        "DELETE FROM file_text", "UPDATE meta SET value = 7 WHERE key = 'commit_seq'"}) {
    SCOPED_TRACE(change);
    store_.reset();
    TempDir kept;
    std::filesystem::copy_file(DatabaseFile(), kept / "db");
    {
      ASSERT_OK_AND_ASSIGN(Database db, Database::Open(DatabaseFile(), Database::Mode::kWriter));
      ASSERT_OK(db.Execute(change));
    }
    const absl::Status status = CountStore::Open(dir_.path()).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    std::filesystem::copy_file(kept / "db", DatabaseFile(),
                               std::filesystem::copy_options::overwrite_existing);
    Open();
  }
  EXPECT_EQ(Stored(200), (Tally{5, 50}));
}

TEST_F(CountStoreTest, KnowsHowItWasLeft) {
  EXPECT_EQ(store_->start(), StoreStart::kClean) << "new";
  ASSERT_OK(store_->Commit(BatchOf(200, 1), {}));
  Open();
  EXPECT_EQ(store_->start(), StoreStart::kUnclean);
  ASSERT_OK(store_->EndCleanly(absl::UnixEpoch()));
  EXPECT_EQ(std::filesystem::file_size(DatabaseFile() + "-wal"), 0u) << "all is in one file";
  Open();
  EXPECT_EQ(store_->start(), StoreStart::kClean);
  ASSERT_OK(store_->NoteRestored());
  ASSERT_OK(store_->EndCleanly(absl::UnixEpoch()));
  Open();
  EXPECT_EQ(store_->start(), StoreStart::kRestored) << "until it has caught up";
  ASSERT_OK(store_->NoteCaughtUp());
  Open();
  EXPECT_EQ(store_->start(), StoreStart::kClean);
}

// As where the write-ahead log was deleted, or somebody has put back a file from yesterday.
TEST_F(CountStoreTest, KnowsAnOlderCopyOfItself) {
  ASSERT_OK(store_->Commit(BatchOf(200, 1), {}));
  ASSERT_OK(store_->EndCleanly(absl::UnixEpoch()));
  store_.reset();
  std::filesystem::copy_file(DatabaseFile(), dir_ / "older");
  Open();
  ASSERT_OK(store_->Commit(BatchOf(200, 1), {}));
  ASSERT_OK(store_->EndCleanly(absl::UnixEpoch()));
  store_.reset();
  std::filesystem::rename(dir_ / "older", DatabaseFile());
  std::filesystem::remove(DatabaseFile() + "-wal");
  Open();
  EXPECT_EQ(store_->start(), StoreStart::kRestored);
  EXPECT_EQ(Stored(200), (Tally{1, 10}));
}

// SQLite would go on writing to a file that nobody can find any more.
TEST_F(CountStoreTest, ADatabaseThatIsTakenAwayWhileItIsOpenIsDataLoss) {
  for (const char* suffix : {"-wal", ""}) {
    ASSERT_OK(store_->Commit(BatchOf(200, 1), {}));
    std::filesystem::rename(DatabaseFile() + suffix, dir_ / "elsewhere");
    const absl::Status status = store_->Commit(BatchOf(200, 1), {});
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_THAT(status.message(), HasSubstr(DatabaseFile() + suffix));
    std::filesystem::rename(dir_ / "elsewhere", DatabaseFile() + suffix);
  }
  ASSERT_OK(store_->Commit(BatchOf(200, 1), {}));
  EXPECT_EQ(Stored(200), (Tally{3, 30}));
}

TEST_F(CountStoreTest, AReaderSeesCommitsWhileTheStoreIsOpenAndCannotWrite) {
  ASSERT_OK(store_->Commit(BatchOf(404, 3), {}));
  ASSERT_OK_AND_ASSIGN(CountReader reader, CountReader::Open(DatabaseFile()));
  ASSERT_OK(store_->Commit(BatchOf(404, 4), {}));
  ASSERT_OK_AND_ASSIGN(const auto rows, reader.Responses({}, 0, 10));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].tally.responses, 7);
  ASSERT_OK_AND_ASSIGN(Database readonly, Database::Open(DatabaseFile(), Database::Mode::kReader));
  EXPECT_FALSE(readonly.Execute("DELETE FROM total").ok());
}

TEST_F(CountStoreTest, AQueryTakesOnlyWhatItAsksFor) {
  CountBatch batch = BatchOf(404, 3);
  batch.sites = {"shop", "blog"};
  batch.counts[{kMinute + 60, 1, 404, ParseMethod("POST")}] = {5, 0};
  batch.counts[{kMinute + 60, 0, 200, ParseMethod("GET")}] = {7, 0};
  ASSERT_OK(store_->Commit(batch, {}));
  ASSERT_OK_AND_ASSIGN(CountReader reader, CountReader::Open(DatabaseFile()));
  const auto sum = [&](CountQuery query) {
    const auto rows = reader.Responses(query, 0, 100);
    EXPECT_TRUE(rows.ok()) << rows.status();
    int64_t responses = 0;
    for (const ResponseRow& row : *rows) responses += row.tally.responses;
    return responses;
  };
  EXPECT_EQ(sum({}), 15);
  EXPECT_EQ(sum({.site = "blog"}), 5);
  EXPECT_EQ(sum({.code = StatusCode{404}}), 8);
  EXPECT_EQ(sum({.from_unix = kMinute + 60}), 12);
  EXPECT_EQ(sum({.to_unix = kMinute + 60}), 3);
  EXPECT_EQ(sum({.site = "nobody' OR 1=1 --"}), 0);
  ASSERT_OK_AND_ASSIGN(const auto hours, reader.Responses({}, 3600, 100));
  for (const ResponseRow& row : hours) EXPECT_EQ(row.time_unix % 3600, 0);
}

TEST_F(CountStoreTest, PublicViewsJoinCountsWithMeanings) {
  ASSERT_OK(
      store_->SetStatusCodes({{404, "Not Found", "client", true, "nothing there", "the table"}}));
  CountBatch batch = BatchOf(404, 3);
  batch.counts[{kMinute, 0, 799, ParseMethod("GET")}] = {1, 0};
  ASSERT_OK(store_->Commit(batch, {}));
  ASSERT_OK_AND_ASSIGN(Database db, Database::Open(DatabaseFile(), Database::Mode::kReader));
  ASSERT_OK_AND_ASSIGN(Statement rows,
                       db.Prepare("SELECT time_unix, site, code, class, method, responses, bytes, "
                                  "name, fault, documented, meaning, source "
                                  "FROM annotated_responses ORDER BY code"));
  ASSERT_OK_AND_ASSIGN(bool row, rows.Step());
  ASSERT_TRUE(row);
  EXPECT_EQ(rows.ColumnInt(0), kMinute);
  EXPECT_EQ(rows.ColumnText(1), "shop");
  EXPECT_EQ(rows.ColumnText(3), "4xx");
  EXPECT_EQ(rows.ColumnInt(5), 3);
  EXPECT_EQ(rows.ColumnText(7), "Not Found");
  EXPECT_EQ(rows.ColumnText(8), "client");
  EXPECT_EQ(rows.ColumnInt(9), 1);
  ASSERT_OK_AND_ASSIGN(row, rows.Step());
  ASSERT_TRUE(row);
  EXPECT_EQ(rows.ColumnText(3), "other");
  EXPECT_EQ(rows.ColumnText(10), "not a known status code");
}

TEST(CountStore, AStateDirectoryThatCannotBeMadeIsSaid) {
  TempDir dir;
  testing::WriteFile(dir / "file", "");
  const absl::Status status = CountStore::Open(dir / "file/state").status();
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(status.message(), HasSubstr("file/state"));
}

}  // namespace
}  // namespace logtally
