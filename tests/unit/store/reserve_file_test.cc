// The reserve is room that is really taken, and really given back.
#include "store/reserve_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

TEST(ReserveFile, TakesItsRoomOnTheDiskAndGivesItBack) {
  testing::TempDir dir;
  ReserveFile reserve(dir.path());
  EXPECT_FALSE(reserve.IsThere());
  ASSERT_OK(reserve.Make());
  struct stat status;
  ASSERT_EQ(::stat(reserve.path().c_str(), &status), 0);
  EXPECT_GE(status.st_blocks * 512, ReserveFile::kBytes) << "a hole keeps no room";
  EXPECT_TRUE(ReserveFile(dir.path()).IsThere()) << "the next process has it too";
  EXPECT_TRUE(reserve.Release());
  EXPECT_FALSE(reserve.IsThere());
  EXPECT_FALSE(reserve.Release());
}

TEST(ReserveFile, IsMadeAnewWhereOneWasCutShort) {
  testing::TempDir dir;
  ReserveFile reserve(dir.path());
  testing::WriteFile(reserve.path(), "x");
  EXPECT_FALSE(reserve.IsThere());
  ASSERT_OK(reserve.Make());
  EXPECT_TRUE(reserve.IsThere());
}

TEST(ReserveFile, ADirectoryThatIsNotThereIsSaid) {
  const absl::Status status = ReserveFile("/nowhere/at/all").Make();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
}

}  // namespace
}  // namespace logtally
