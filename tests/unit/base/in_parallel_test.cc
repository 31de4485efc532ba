#include "base/in_parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace logtally {
namespace {

TEST(InParallel, DoesEachPieceOnceWhateverTheNumberOfThreads) {
  for (const int threads : {0, 1, 3, 100}) {
    std::vector<std::atomic<int>> done(50);
    InParallel(
        done.size(), threads, [&](size_t i) { ++done[i]; }, absl::Milliseconds(1), [] {});
    for (const auto& times : done) EXPECT_EQ(times, 1) << threads << " threads";
  }
}

TEST(InParallel, NothingToDoIsDoneAtOnce) {
  InParallel(
      0, 4, [](size_t) { FAIL(); }, absl::Hours(1), [] {});
}

TEST(InParallel, ShowsTheEnd) {
  std::atomic<int> done = 0;
  int shown = -1;
  InParallel(
      3, 2, [&](size_t) { ++done; }, absl::Hours(1), [&] { shown = done; });
  EXPECT_EQ(shown, 3);
}

}  // namespace
}  // namespace logtally
