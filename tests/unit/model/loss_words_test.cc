#include "model/loss_words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace logtally {
namespace {

TEST(LossWords, EachCauseIsASentenceAndARemedyOfItsOwn) {
  std::set<std::string_view> said;
  for (int i = 0; i < kLossCauseCount; ++i) {
    const LossWords words = LossWordsOf(static_cast<LossCause>(i));
    for (const std::string_view sentence : {words.meaning, words.remedy}) {
      ASSERT_FALSE(sentence.empty());
      EXPECT_EQ(sentence.back(), '.') << sentence;
      EXPECT_TRUE(std::all_of(sentence.begin(), sentence.end(), [](unsigned char c) {
        return c >= 0x20 && c < 0x7F;
      })) << sentence;
      EXPECT_TRUE(said.insert(sentence).second) << sentence;
    }
  }
}

TEST(LossWords, TheAmountIsNeverSaidToBeMoreCertainThanItIs) {
  EXPECT_EQ(LossAmountWords({1, 0, 0, 100, 160}), "once, perhaps; how much is not known");
  EXPECT_EQ(LossAmountWords({2, 1229, 0, 100, 160}), "2 times, at least 1.2 KiB");
  EXPECT_EQ(LossAmountWords({1, 0, 1, 100, 160}), "once, at least 1 line");
  EXPECT_EQ(LossAmountWords({3000, 100, 2000, 100, 160}),
            "3,000 times, at least 100 B, 2,000 lines");
  EXPECT_EQ(LossAmountWords({0, 4096, 0, 100, 160}), "at least 4.0 KiB")
      << "more of a loss that began before";
}

}  // namespace
}  // namespace logtally
