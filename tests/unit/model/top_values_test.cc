#include "model/top_values.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace logtally {
namespace {

using Entry = TopValues::Entry;

TEST(TopValues, CountsExactlyWhileThereIsRoom) {
  TopValues top(3);
  top.Add("/a");
  top.Add("/b", 5);
  top.Add("/a");
  EXPECT_EQ(top.Sorted(), (std::vector<Entry>{{"/b", 5, 0}, {"/a", 2, 0}}));
}

TEST(TopValues, ANewValueTakesOverTheSmallestCounterAndSaysSo) {
  TopValues top(2);
  top.Add("/a", 10);
  top.Add("/b", 2);
  top.Add("/c");
  EXPECT_EQ(top.Sorted(), (std::vector<Entry>{{"/a", 10, 0}, {"/c", 3, 2}}));
}

// The promise of Space-Saving, against exact counts: never too low, too high by at most
// `overcount`, and whatever exceeds 1/capacity of the stream is present.
TEST(TopValues, KeepsItsErrorBoundOnARandomStreamAndAfterMerging) {
  std::mt19937 random(7);
  std::geometric_distribution<int> path(0.03);
  std::map<std::string, int64_t> truth;
  TopValues whole(32), left(32), right(32);
  const int kLines = 50000;
  for (int i = 0; i < kLines; ++i) {
    const std::string value = "/p" + std::to_string(path(random));
    ++truth[value];
    whole.Add(value);
    (i % 3 == 0 ? left : right).Add(value);
  }
  left.Merge(right);
  for (const TopValues* top : {&whole, &left}) {
    std::map<std::string, Entry> found;
    for (const Entry& entry : top->Sorted()) {
      EXPECT_GE(entry.count, truth[entry.value]) << entry.value;
      EXPECT_LE(entry.count - entry.overcount, truth[entry.value]) << entry.value;
      found[entry.value] = entry;
    }
    for (const auto& [value, count] : truth) {
      EXPECT_TRUE(found.contains(value) || count <= kLines / 16) << value << " " << count;
    }
    EXPECT_LE(found.size(), 32u);
  }
}

}  // namespace
}  // namespace logtally
