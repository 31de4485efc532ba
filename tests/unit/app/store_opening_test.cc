// Who opens the store gets one that works, and the user hears what was done for it.
#include "app/store_opening.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/unique_fd.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class StoreOpeningTest : public ::testing::Test {
 protected:
  void Open() {
    store_.reset();
    auto opened = OpenStore(state_dir_, {}, log_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }
  std::string Messages() const { return testing::ReadFile(dir_ / "messages"); }

  testing::TempDir dir_;
  const std::string state_dir_ = dir_ / "state";
  UniqueFd messages_{::open((dir_ / "messages").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0644)};
  Log log_{messages_.get(), Log::Style::kPlain};
  std::unique_ptr<CountStore> store_;
};

TEST_F(StoreOpeningTest, AGoodStoreIsOpenedWithoutAWord) {
  Open();
  EXPECT_EQ(store_->start(), StoreStart::kClean);
  EXPECT_EQ(Messages(), "");
}

TEST_F(StoreOpeningTest, ADamagedOneIsReplacedByItsBackupAndBothAreNamed) {
  Open();
  ASSERT_OK(store_->Commit({}, {}));
  ASSERT_OK(store_->EndCleanly(absl::FromUnixSeconds(1718020800)));
  store_.reset();
  testing::WriteFile(state_dir_ + "/logtally.db", "no database");
  Open();
  EXPECT_EQ(store_->start(), StoreStart::kRestored);
  EXPECT_EQ(store_->counts().commit_seq, 1);
  EXPECT_THAT(Messages(),
              AllOf(HasSubstr("the database is damaged"), HasSubstr("logtally.db.corrupt-"),
                    HasSubstr("logtally-20240610T120000Z.db took its place")));
}

TEST_F(StoreOpeningTest, WithoutABackupTheWayBackIsSaid) {
  Open();
  store_.reset();
  testing::WriteFile(state_dir_ + "/logtally.db", "no database");
  Open();
  EXPECT_EQ(store_->start(), StoreStart::kRestored) << "what there was is read again first";
  EXPECT_THAT(Messages(), AllOf(HasSubstr("logtally.db.corrupt-"),
                                HasSubstr("logtally rebuild --state-dir " + state_dir_)));
}

TEST_F(StoreOpeningTest, AnotherProcessIsNoDamage) {
  Open();
  EXPECT_TRUE(absl::IsAlreadyExists(OpenStore(state_dir_, {}, log_).status()));
  EXPECT_EQ(Messages(), "");
}

}  // namespace
}  // namespace logtally
