#include "bench/compare/table.h"

#include <gtest/gtest.h>

namespace logtally::bench {
namespace {

TEST(Table, ColumnsLineUpWhateverTheyHold) {
  EXPECT_EQ(
      MarkdownTable({"program", "µs", "counts"}, {{"a", "0.5", "exact"}, {"bé", "1,204", "–"}}),
      "| program |    µs | counts |\n"
      "|---------|------:|--------|\n"
      "| a       |   0.5 | exact  |\n"
      "| bé      | 1,204 | –      |\n");
}

TEST(Table, FiguresHaveThreeDigitsThatSaySomething) {
  EXPECT_EQ(Figure(0), "0");
  EXPECT_EQ(Figure(0.02134), "0.0213");
  EXPECT_EQ(Figure(0.512), "0.512");
  EXPECT_EQ(Figure(4.0661), "4.07");
  EXPECT_EQ(Figure(31.24), "31.2");
  EXPECT_EQ(Figure(1204.4), "1,204");
}

}  // namespace
}  // namespace logtally::bench
