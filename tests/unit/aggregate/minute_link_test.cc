#include "aggregate/minute_link.h"

#include <gtest/gtest.h>

#include <thread>

namespace logtally {
namespace {

TEST(MinuteLink, GivesWhatWasSet) {
  MinuteLink link;
  link.Set(-1);
  EXPECT_EQ(link.Get(), -1);
  EXPECT_EQ(link.Get(), -1);
}

TEST(MinuteLink, WhoeverAsksTooEarlyWaits) {
  MinuteLink link;
  int64_t got = 0;
  std::thread asks([&] { got = link.Get(); });
  link.Set(1700000040);
  asks.join();
  EXPECT_EQ(got, 1700000040);
}

}  // namespace
}  // namespace logtally
