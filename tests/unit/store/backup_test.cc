// Backups are made while the store goes on, appear when they are whole, and are whole.
#include "store/backup.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "store_kit.h"
#include "testing/temp_dir.h"
#include "testing/wait.h"

namespace logtally {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;

class BackupTest : public ::testing::Test {
 protected:
  void Open(BackupOptions options = {}) {
    store_.reset();
    auto opened = CountStore::Open(dir_.path(), options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }
  void TendUntilNamed(size_t backups) {
    ASSERT_TRUE(testing::WaitUntil([&] {
      EXPECT_OK(store_->TendBackup(now_));
      return ListBackups(dir_.path()).size() == backups;
    }));
  }
  int64_t LinesInBackup(const std::string& path) {
    TempDir other;
    fs::copy_file(path, other / "logtally.db");
    auto store = CountStore::Open(other.path());
    EXPECT_OK(store);
    if (!store.ok()) return -1;
    EXPECT_EQ(OffsetIn(**store), 100 * LinesIn(**store));
    return LinesIn(**store);
  }

  TempDir dir_;
  absl::Time now_ = absl::FromUnixSeconds(1718020800);  // 2024-06-10 12:00
  std::unique_ptr<CountStore> store_;
};

TEST_F(BackupTest, IsOfOneMomentThoughCommitsGoOn) {
  Open();
  ASSERT_OK(CountMore(*store_, 5000));
  ASSERT_OK(store_->TendBackup(now_));  // begins
  while (store_->backup_running()) {
    ASSERT_OK(CountMore(*store_, 7));
    ASSERT_OK(store_->TendBackup(now_));
  }
  const int64_t at_its_end = LinesIn(*store_);
  TendUntilNamed(1);
  const std::string backup = ListBackups(dir_.path()).at(0);
  EXPECT_EQ(backup, dir_ / "backup/logtally-20240610T120000Z.db");
  EXPECT_EQ(LinesInBackup(backup), at_its_end);
}

TEST_F(BackupTest, ComesOnceAPeriodAndOnlyTheNewestAreKept) {
  Open({.period = absl::Hours(1), .keep = 2});
  ASSERT_OK(CountMore(*store_, 10));
  TendUntilNamed(1);
  now_ += absl::Minutes(59);
  for (int turn = 0; turn < 10; ++turn) ASSERT_OK(store_->TendBackup(now_));
  EXPECT_EQ(ListBackups(dir_.path()).size(), 1u);
  for (int hour = 0; hour < 3; ++hour) {
    now_ += absl::Hours(1);
    const std::string newest = dir_ / ("backup/logtally-" + FileTime(now_) + ".db");
    ASSERT_TRUE(testing::WaitUntil([&] {
      EXPECT_OK(store_->TendBackup(now_));
      return fs::exists(newest) && ListBackups(dir_.path()).size() == 2;
    }));
  }
}

TEST_F(BackupTest, ACleanStopMakesOneThatIsDue) {
  Open();
  ASSERT_OK(CountMore(*store_, 10));
  ASSERT_OK(store_->EndCleanly(now_));
  Open();
  ASSERT_OK(store_->EndCleanly(now_ + absl::Minutes(10)));
  ASSERT_EQ(ListBackups(dir_.path()).size(), 1u);
  EXPECT_EQ(LinesInBackup(ListBackups(dir_.path())[0]), 10);
}

TEST_F(BackupTest, NoneAreMadeWhenTheyAreOff) {
  Open({.period = std::nullopt});
  ASSERT_OK(CountMore(*store_, 10));
  ASSERT_OK(store_->TendBackup(now_));
  ASSERT_OK(store_->EndCleanly(now_));
  EXPECT_FALSE(fs::exists(dir_ / "backup"));
}

TEST_F(BackupTest, WhatADeadProcessLeftHalfDoneIsRemoved) {
  fs::create_directory(dir_ / "backup");
  const std::string half = dir_ / "backup/logtally-20240610T110000Z.db.tmp";
  testing::WriteFile(half, "half");
  Open();
  EXPECT_FALSE(fs::exists(half));
  EXPECT_TRUE(ListBackups(dir_.path()).empty());
}

TEST_F(BackupTest, AClockThatWasSetBackDoesNotEndThem) {
  Open();
  ASSERT_OK(CountMore(*store_, 10));
  TendUntilNamed(1);
  now_ -= absl::Hours(24 * 365);
  TendUntilNamed(2);
}

}  // namespace
}  // namespace logtally
