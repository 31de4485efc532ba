// A failpoint ends the process where it was asked to, and nowhere else.
#include "base/failpoint.h"

#include <gtest/gtest.h>
#include <stdlib.h>

namespace logtally {
namespace {

#ifdef NDEBUG
TEST(Failpoint, DoesNotExistInAReleaseBuild) {
  setenv("LOGTALLY_FAILPOINT", "before_begin", 1);
  Failpoint("before_begin");
}
#else
// A process of its own each: the environment is read once.
TEST(FailpointDeathTest, EndsTheProcessAtTheNthPassageOfItsName) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  setenv("LOGTALLY_FAILPOINT", "before_commit:3", 1);
  EXPECT_EXIT(
      {
        for (int passage = 1; passage <= 3; ++passage) {
          Failpoint("before_begin");
          Failpoint("before_commit");
        }
        _exit(0);
      },
      ::testing::ExitedWithCode(137), "");
  EXPECT_EXIT(
      {
        Failpoint("before_commit");
        Failpoint("before_commit");
        _exit(0);
      },
      ::testing::ExitedWithCode(0), "");
  unsetenv("LOGTALLY_FAILPOINT");
}
#endif

}  // namespace
}  // namespace logtally
