#include "pipeline/text_chains.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace logtally {
namespace {

using ::testing::IsEmpty;

// A text of which so many lines with 200 were counted.
StoredText Text(uint64_t inode, int64_t start, int64_t offset, int64_t responses,
                std::optional<uint64_t> continues = std::nullopt) {
  StoredText text;
  text.position.key = {"shop", inode, 0};
  text.position.start_offset = start;
  text.position.offset = offset;
  if (continues) text.position.continues = {{"shop", *continues, 0}, 0};
  if (responses > 0) text.tally.responses[200] = responses;
  return text;
}

// "1+2=7": the inodes of the pieces and the sum of what they gave.
std::vector<std::string> Names(const std::vector<StoredText>& texts) {
  std::vector<std::string> names;
  for (const TextChain& chain : ChainsOf(texts)) {
    std::string name;
    for (const FilePosition& piece : chain.pieces) {
      name += (name.empty() ? "" : "+") + std::to_string(piece.key.inode);
    }
    names.push_back(name + "=" + std::to_string(chain.stored.lines()));
  }
  return names;
}

using Chains = std::vector<std::string>;

TEST(TextChains, ATextThatGoesOnWithNoOtherIsAChainOfItsOwn) {
  EXPECT_EQ(Names({Text(1, 0, 100, 3), Text(2, 0, 50, 1)}), (Chains{"1=3", "2=1"}));
}

TEST(TextChains, PiecesAddUpOldestFirstInWhateverOrderTheyAreStored) {
  const std::vector<StoredText> texts = {Text(3, 150, 200, 4, 2), Text(1, 0, 100, 1),
                                         Text(2, 100, 150, 2, 1)};
  EXPECT_EQ(Names(texts), Chains{"1+2+3=7"});
  EXPECT_EQ(ChainsOf(texts)[0].bytes(), 200);
}

TEST(TextChains, ACopyOfWhichNothingWasCountedIsNoPiece) {
  // The second is a copy of the first, which is still being written.
  EXPECT_EQ(Names({Text(1, 0, 100, 5), Text(2, 60, 60, 0, 1)}), Chains{"1=5"});
  EXPECT_THAT(Names({Text(2, 60, 60, 0)}), IsEmpty());
}

TEST(TextChains, ALinkInTheMiddleMayHaveGivenNothing) {
  EXPECT_EQ(Names({Text(1, 0, 100, 5), Text(2, 100, 100, 0, 1), Text(3, 100, 120, 1, 2)}),
            Chains{"1+3=6"});
}

TEST(TextChains, ATextWhoseBeginningIsNotStoredBeginsTheChain) {
  EXPECT_EQ(Names({Text(2, 100, 150, 2, 1)}), Chains{"2=2"});
}

TEST(TextChains, TwoThatGoOnWithTheSameShareIt) {
  EXPECT_EQ(Names({Text(1, 0, 100, 5), Text(2, 100, 110, 1, 1), Text(3, 100, 120, 2, 1)}),
            (Chains{"1+2=6", "1+3=7"}));
}

TEST(TextChains, ARowThatLeadsBackToItselfEndsTheChain) {
  EXPECT_THAT(Names({Text(1, 0, 100, 1, 2), Text(2, 100, 150, 1, 1)}), IsEmpty());
  EXPECT_EQ(Names({Text(1, 0, 100, 1, 1)}), Chains{"1=1"});
}

}  // namespace
}  // namespace logtally
