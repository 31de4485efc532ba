// Damage behind the place that a start looks at is found all the same, only later.
#include "store/background_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "store/count_store.h"
#include "store/database.h"
#include "store_kit.h"
#include "testing/temp_dir.h"
#include "testing/wait.h"

namespace logtally {
namespace {

class BackgroundCheckTest : public ::testing::Test {
 protected:
  // A store of more than 8 MiB that was ended cleanly, which holds 10 lines.
  BackgroundCheckTest() {
    {
      auto store = CountStore::Open(dir_.path());
      EXPECT_OK(store);
      EXPECT_OK(CountMore(**store, 10));
      EXPECT_OK((*store)->EndCleanly(absl::Now()));
    }
    auto db = Database::Open(File(), Database::Mode::kWriter);
    EXPECT_OK(db);
    EXPECT_OK(db->Execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) "
        "INSERT INTO loss SELECT 3600 * i, 1, 'gone', i || hex(zeroblob(1500)), 1, 1, 1, 1, 1 "
        "FROM n"));
    EXPECT_OK(db->Checkpoint());
    EXPECT_GT(std::filesystem::file_size(File()), 9u << 20) << "the test is of no use";
  }
  // Makes a page of losses unreadable.
  void Damage() {
    std::string bytes = testing::ReadFile(File());
    bytes.replace(8 << 20, 4096, std::string(4096, '\xff'));
    testing::WriteFile(File(), bytes);
  }
  std::string File() const { return dir_ / "logtally.db"; }

  testing::TempDir dir_;
};

TEST_F(BackgroundCheckTest, ASoundDatabaseIsFoundSound) {
  const BackgroundCheck check(File(), absl::Minutes(1));
  ASSERT_TRUE(testing::WaitUntil([&] { return check.ended(); }));
  EXPECT_OK(check.result());
}

TEST_F(BackgroundCheckTest, ADamagedPageIsFound) {
  Damage();
  const BackgroundCheck check(File(), absl::Minutes(1));
  ASSERT_TRUE(testing::WaitUntil([&] { return check.ended(); }));
  EXPECT_TRUE(absl::IsDataLoss(check.result())) << check.result();
}

TEST_F(BackgroundCheckTest, WhatCannotBeLookedAtIsNoDamage) {
  const BackgroundCheck check(dir_ / "nowhere.db", absl::Minutes(1));
  ASSERT_TRUE(testing::WaitUntil([&] { return check.ended(); }));
  EXPECT_OK(check.result());
}

TEST_F(BackgroundCheckTest, ACommitAfterwardsTellsOfTheDamage) {
  Damage();
  auto store = CountStore::Open(dir_.path());
  ASSERT_OK(store);  // it was ended cleanly: the start does not wait for the check
  EXPECT_EQ(LinesIn(**store), 10);
  ASSERT_TRUE(testing::WaitUntil([&] { return absl::IsDataLoss(CountMore(**store, 1)); }));
}

TEST_F(BackgroundCheckTest, AfterACrashTheStartLooksFirst) {
  { EXPECT_OK(CountMore(**CountStore::Open(dir_.path()), 1)); }
  {
    auto db = Database::Open(File(), Database::Mode::kWriter);
    ASSERT_OK(db->Checkpoint());
  }
  Damage();
  EXPECT_TRUE(absl::IsDataLoss(CountStore::Open(dir_.path()).status()));
}

}  // namespace
}  // namespace logtally
