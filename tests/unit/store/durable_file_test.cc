// Syncing and renaming say what failed, and on what.
#include "store/durable_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using ::testing::HasSubstr;

TEST(DurableFile, RenamesWithinADirectory) {
  testing::TempDir dir;
  testing::WriteFile(dir / "a", "content");
  ASSERT_OK(SyncFile(dir / "a"));
  ASSERT_OK(RenameDurably(dir / "a", dir / "b"));
  EXPECT_EQ(testing::ReadFile(dir / "b"), "content");
  ASSERT_OK(SyncDirectory(dir.path()));
}

TEST(DurableFile, SaysWhatIsNotThere) {
  testing::TempDir dir;
  EXPECT_THAT(SyncFile(dir / "a").message(), HasSubstr(dir / "a"));
  EXPECT_THAT(RenameDurably(dir / "a", dir / "b").message(), HasSubstr("rename " + (dir / "a")));
  testing::WriteFile(dir / "a", "");
  EXPECT_FALSE(SyncDirectory(dir / "a").ok()) << "no directory";
}

}  // namespace
}  // namespace logtally
