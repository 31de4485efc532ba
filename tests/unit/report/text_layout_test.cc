#include "report/text_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace logtally {
namespace {

using ::testing::ElementsAre;

TEST(TextLayout, CountsColumnsAndNotBytes) {
  EXPECT_EQ(ColumnsOf(""), 0u);
  EXPECT_EQ(ColumnsOf("/cart"), 5u);
  EXPECT_EQ(ColumnsOf("café – §"), 8u);
  EXPECT_EQ(ColumnsOf("商品"), 4u);
  EXPECT_EQ(ColumnsOf("\\x1B"), 4u);
}

TEST(TextLayout, CutsTheMiddleOutOfWhatIsTooLong) {
  EXPECT_EQ(CutToColumns("/a/b", 4, "…"), "/a/b");
  EXPECT_EQ(CutToColumns("0123456789", 7, "…"), "0123…89");
  EXPECT_EQ(CutToColumns("0123456789", 7, "..."), "012...9");
  EXPECT_EQ(CutToColumns("0123456789", 1, "…"), "…");
}

TEST(TextLayout, CutsNoCharacterAndNoEscapeInTwo) {
  for (size_t columns = 1; columns < 24; ++columns) {
    const std::string cut = CutToColumns("\\x1B\\x1B\\x1B\\x1B\\x1B\\x1B", columns, "…");
    EXPECT_LE(ColumnsOf(cut), columns);
    EXPECT_EQ((cut.size() - 3) % 4, 0u) << cut;  // whole escapes and the ellipsis
    const std::string wide = CutToColumns("商品商品商品商品商品商品", columns, "…");
    EXPECT_LE(ColumnsOf(wide), columns);
    EXPECT_EQ(wide.size() % 3, 0u) << wide;
  }
}

TEST(TextLayout, WrapsAtSpaces) {
  EXPECT_THAT(WrapToColumns("one two three", 8, 0), ElementsAre("one two", "three"));
  EXPECT_THAT(WrapToColumns("one two three", 8, 4), ElementsAre("one", "two", "three"));
  EXPECT_THAT(WrapToColumns("  one   two ", 80, 0), ElementsAre("one two"));
  EXPECT_THAT(WrapToColumns("", 80, 0), ElementsAre(""));
}

TEST(TextLayout, BreaksAWordThatIsLongerThanALine) {
  EXPECT_THAT(WrapToColumns("abcdefghij", 4, 2), ElementsAre("ab", "cdef", "ghij"));
  EXPECT_THAT(WrapToColumns("a bcdefghij", 4, 0), ElementsAre("a", "bcde", "fghi", "j"));
  EXPECT_THAT(WrapToColumns("商品", 1, 0), ElementsAre("商", "品")) << "and ends all the same";
}

TEST(TextLayout, EscapesToAscii) { EXPECT_EQ(EscapeToAscii("/caf\xC3\xA9"), "/caf\\xC3\\xA9"); }

}  // namespace
}  // namespace logtally
