#include "model/time_window.h"

#include <gtest/gtest.h>

namespace logtally {
namespace {

TEST(FloorTo, IsTheBeginOfWhatATimeLiesIn) {
  EXPECT_EQ(FloorTo(1700000099, 60), 1700000040);
  EXPECT_EQ(FloorTo(1700000040, 60), 1700000040);
  EXPECT_EQ(FloorTo(0, 3600), 0);
  EXPECT_EQ(FloorTo(-1, 60), -60) << "also before 1970";
  EXPECT_EQ(FloorTo(-60, 60), -60);
}

}  // namespace
}  // namespace logtally
