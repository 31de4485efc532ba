// A damaged database is put aside and replaced; nothing is ever taken for a new beginning that is
// none.
#include "store/recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "store_kit.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::TempDir;

class RecoveryTest : public ::testing::Test {
 protected:
  std::string DatabaseFile() const { return dir_ / "logtally.db"; }

  void Open() {
    store_.reset();
    auto opened = CountStore::Open(dir_.path());
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }
  // A clean stop after so many lines more; it makes a backup.
  void RunTo(int64_t lines) {
    Open();
    ASSERT_OK(CountMore(*store_, lines - LinesIn(*store_)));
    now_ += absl::Hours(2);
    ASSERT_OK(store_->EndCleanly(now_));
    store_.reset();
  }
  void Overwrite(const std::string& path, int64_t offset, std::string_view bytes) {
    std::string content = testing::ReadFile(path);
    content.replace(static_cast<size_t>(offset), bytes.size(), bytes);
    testing::WriteFile(path, content);
  }

  TempDir dir_;
  absl::Time now_ = absl::FromUnixSeconds(1718020800);  // 2024-06-10 12:00
  std::unique_ptr<CountStore> store_;
};

TEST_F(RecoveryTest, TheNewestBackupTakesThePlaceOfADamagedDatabase) {
  RunTo(10);
  RunTo(20);
  const std::string damaged(100, '?');
  Overwrite(DatabaseFile(), 0, damaged);
  EXPECT_TRUE(absl::IsDataLoss(CountStore::Open(dir_.path()).status()));

  ASSERT_OK_AND_ASSIGN(const Recovery recovery, RecoverDatabase(dir_.path(), now_));
  EXPECT_EQ(recovery.set_aside, DatabaseFile() + ".corrupt-20240610T160000Z");
  EXPECT_THAT(testing::ReadFile(recovery.set_aside), StartsWith(damaged));
  EXPECT_EQ(recovery.backup, ListBackups(dir_.path()).at(0));
  Open();
  EXPECT_EQ(store_->start(), StoreStart::kRestored);
  EXPECT_EQ(LinesIn(*store_), 20);
  EXPECT_EQ(OffsetIn(*store_), 2000);
  ASSERT_OK(CountMore(*store_, 5));  // it goes on from there
}

TEST_F(RecoveryTest, ABackupThatIsDamagedItselfIsPassedOver) {
  RunTo(10);
  RunTo(20);
  RunTo(30);
  const std::vector<std::string> backups = ListBackups(dir_.path());
  ASSERT_EQ(backups.size(), 3u);
  testing::WriteFile(backups[0], "no database");
  {
    ASSERT_OK_AND_ASSIGN(Database db, Database::Open(backups[1], Database::Mode::kCopy));
    ASSERT_OK(db.Execute("UPDATE total SET responses = responses + 1"));
  }
  fs::remove(DatabaseFile());
  ASSERT_OK_AND_ASSIGN(const Recovery recovery, RecoverDatabase(dir_.path(), now_));
  EXPECT_EQ(recovery.backup, backups[2]);
  ASSERT_EQ(recovery.refused.size(), 2u);
  EXPECT_THAT(recovery.refused[0], HasSubstr(backups[0]));
  EXPECT_THAT(recovery.refused[1], HasSubstr("not those that were stored"));
  Open();
  EXPECT_EQ(LinesIn(*store_), 10);
}

TEST_F(RecoveryTest, WithoutABackupItBeginsAnewAndKeepsWhatThereWas) {
  Open();
  ASSERT_OK(CountMore(*store_, 10));
  store_.reset();
  ASSERT_TRUE(ListBackups(dir_.path()).empty());
  testing::WriteFile(DatabaseFile(), "no database");
  ASSERT_OK_AND_ASSIGN(const Recovery recovery, RecoverDatabase(dir_.path(), now_));
  EXPECT_EQ(recovery.backup, "");
  EXPECT_EQ(testing::ReadFile(recovery.set_aside), "no database");
  EXPECT_TRUE(fs::exists(recovery.set_aside + "-wal")) << "it belongs to it";
  Open();
  EXPECT_EQ(LinesIn(*store_), 0);
}

TEST_F(RecoveryTest, AnEmptiedDatabaseIsNoNewOne) {
  RunTo(10);
  for (const bool missing : {true, false}) {
    if (missing) {
      fs::remove(DatabaseFile());
    } else {
      fs::resize_file(DatabaseFile(), 0);
    }
    const absl::Status status = CountStore::Open(dir_.path()).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_THAT(status.message(), HasSubstr("missing or empty"));
    ASSERT_OK(RecoverDatabase(dir_.path(), now_));
    Open();
    EXPECT_EQ(LinesIn(*store_), 10);
    store_.reset();
  }
}

TEST_F(RecoveryTest, ADatabaseWhoseLogIsAllThatIsLeftIsNoNewOne) {
  Open();
  ASSERT_OK(CountMore(*store_, 10));
  store_.reset();
  testing::WriteFile(DatabaseFile() + "-wal", "something");
  fs::resize_file(DatabaseFile(), 0);
  EXPECT_TRUE(absl::IsDataLoss(CountStore::Open(dir_.path()).status()));
  ASSERT_OK(RecoverDatabase(dir_.path(), now_));
  Open();
}

TEST_F(RecoveryTest, AStateDirectoryInUseIsLeftAlone) {
  Open();
  EXPECT_TRUE(absl::IsAlreadyExists(RecoverDatabase(dir_.path(), now_).status()));
  ASSERT_OK(CountMore(*store_, 10));
}

// Any one byte: it is found, or it does not matter.
TEST_F(RecoveryTest, AFlippedBitNeverChangesATotalOrAPosition) {
  RunTo(40);
  const std::string good = testing::ReadFile(DatabaseFile());
  int found = 0, harmless = 0;
  for (size_t at = 0; at < good.size(); at += 397) {
    if (at >= 60 && at < 64) continue;  // the schema's version: "a newer logtally wrote it"
    SCOPED_TRACE("byte " + std::to_string(at));
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    testing::WriteFile(DatabaseFile(), bad);
    fs::remove(DatabaseFile() + "-wal");
    auto store = CountStore::Open(dir_.path());
    if (store.ok()) {
      ++harmless;
      EXPECT_EQ(LinesIn(**store), 40);
      EXPECT_EQ(OffsetIn(**store), 4000);
    } else {
      ++found;
      EXPECT_TRUE(absl::IsDataLoss(store.status())) << store.status();
    }
  }
  std::printf("flipped bits: %d found, %d in what decides nothing\n", found, harmless);
  EXPECT_GT(found, 15);
}

}  // namespace
}  // namespace logtally
