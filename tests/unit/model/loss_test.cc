#include "model/loss.h"

#include <gtest/gtest.h>

namespace logtally {
namespace {

TEST(Loss, EachCauseHasANameOfItsOwnThatIsReadBack) {
  for (int i = 0; i < kLossCauseCount; ++i) {
    const auto cause = static_cast<LossCause>(i);
    EXPECT_EQ(ParseLossCause(LossCauseName(cause)), cause);
  }
  EXPECT_EQ(ParseLossCause("bad luck"), std::nullopt);
}

TEST(Loss, TalliesAddUpAndTheirWindowsSpanBoth) {
  LossTally tally;
  tally += {1, 10, 1, 100, 160};
  tally += {2, 5, 0, 50, 120};
  EXPECT_EQ(tally, (LossTally{3, 15, 1, 50, 160}));
  tally += LossTally();  // nothing was lost: its window is none
  EXPECT_EQ(tally, (LossTally{3, 15, 1, 50, 160}));
}

}  // namespace
}  // namespace logtally
