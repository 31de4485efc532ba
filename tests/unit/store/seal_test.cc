// The seal changes with everything that it stands for, and with nothing else.
#include "store/seal.h"

#include <gtest/gtest.h>

#include <set>

#include "store_kit.h"

namespace logtally {
namespace {

TEST(Seal, ChangesWithEveryKindOfCount) {
  std::set<int64_t> seals;
  CountSnapshot counts;
  const auto is_new = [&] { return seals.insert(SealOf(counts, 0)).second; };
  EXPECT_TRUE(is_new());
  SiteCounts& shop = counts.sites["shop"];
  EXPECT_TRUE(is_new());
  shop.responses[{200, ParseMethod("GET")}] = {1, 2};
  EXPECT_TRUE(is_new());
  shop.responses[{200, ParseMethod("GET")}] = {2, 1};
  EXPECT_TRUE(is_new());
  shop.rejects[1] = 1;
  EXPECT_TRUE(is_new());
  shop.intake.read_bytes = 1;
  EXPECT_TRUE(is_new());
  shop.intake.last_line_unix = 1;
  EXPECT_TRUE(is_new());
  shop.untimed = 1;
  EXPECT_TRUE(is_new());
  shop.unlisted_errors = 1;
  EXPECT_TRUE(is_new());
  shop.durations[{DurationKind::kRequest, 2}].Observe(0.1);
  EXPECT_TRUE(is_new());
  shop.losses[0].bytes = 1;
  EXPECT_TRUE(is_new());
  counts.overflowed[0] = 1;
  EXPECT_TRUE(is_new());
  counts.commit_seq = 1;
  EXPECT_TRUE(is_new());
  EXPECT_TRUE(seals.insert(SealOf(counts, 1)).second) << "positions";
  EXPECT_FALSE(is_new()) << "the same counts have the same seal";
}

TEST(PositionSeal, DoesNotDependOnTheOrderInWhichTextsCame) {
  FilePosition a = MovedTo(0, 100).position;
  FilePosition b = a;
  b.generation = 1;
  PositionSeal there({a, b});
  EXPECT_EQ(there.value(), PositionSeal({b, a}).value());
  EXPECT_NE(there.value(), PositionSeal({a}).value());

  PositionUpdate moved;
  moved.position = a;
  moved.position.offset = 200;
  const uint64_t expected = there.ValueWith({moved});
  EXPECT_NE(expected, there.value());
  there.Set(moved.position);
  EXPECT_EQ(there.value(), expected);
  there.Set(a);
  EXPECT_EQ(there.value(), PositionSeal({a, b}).value());
}

}  // namespace
}  // namespace logtally
