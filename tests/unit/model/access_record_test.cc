#include "model/access_record.h"

#include <gtest/gtest.h>

#include <string>

namespace logtally {
namespace {

TEST(LineBatch, OwnsWhatLiesElsewhere) {
  LineBatch batch;
  const std::string_view inside_text = "inside";
  batch.chunk.assign(inside_text.begin(), inside_text.end());
  std::string elsewhere = "first elsewhere";
  const std::string_view inside(batch.chunk.data(), batch.chunk.size());
  const auto outside = std::string_view(elsewhere);
  batch.lines = {{outside.substr(0, 5), 0},
                 {inside, 6},
                 {outside.substr(6), 13},
                 {{}, 30},
                 {{}, 31, RawLine::Kind::kTooLong}};
  batch.Own();
  elsewhere.assign(elsewhere.size(), '#');
  EXPECT_EQ(batch.lines[0].bytes, "first");
  EXPECT_EQ(batch.lines[1].bytes.data(), batch.chunk.data()) << "not copied";
  EXPECT_EQ(batch.lines[2].bytes, "elsewhere");
  EXPECT_EQ(batch.lines[3].bytes, "");
  EXPECT_EQ(batch.lines[4].kind, RawLine::Kind::kTooLong);
}

TEST(LineBatch, ClearForgetsTheLinesAndKeepsTheMemory) {
  LineBatch batch;
  batch.chunk.resize(1000);
  batch.lines.resize(10);
  batch.bytes = 7;
  batch.text = TextKey{};
  EXPECT_FALSE(batch.empty());
  batch.Clear();
  EXPECT_TRUE(batch.empty());
  EXPECT_FALSE(batch.text.has_value());
  EXPECT_EQ(batch.chunk.size(), 1000u);
  EXPECT_GE(batch.lines.capacity(), 10u);
}

}  // namespace
}  // namespace logtally
