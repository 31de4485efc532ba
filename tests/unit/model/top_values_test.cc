#include "model/top_values.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

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

TEST(TopValues, AListThatJustFitsIsExact) {
  TopValues top(2);
  top.Add("/a", 3);
  top.Add("/b", 2);
  EXPECT_TRUE(top.full());
  EXPECT_EQ(top.missing_at_most(), 0);
  TopValues other(2);
  other.Add("/b", 5);
  top.Merge(other);
  EXPECT_EQ(top.Sorted(), (std::vector<Entry>{{"/b", 7, 0}, {"/a", 3, 0}}));
}

TEST(TopValues, WhatAFullStoredListHasForgottenIsNotKnown) {
  TopValues top(2);
  top.Restore({"/a", 10, 0});
  EXPECT_EQ(top.missing_at_most(), 0) << "it had room";
  top.Restore({"/b", 4, 1});
  EXPECT_EQ(top.missing_at_most(), 4);
  TopValues other(2);
  other.Add("/c", 3);
  top.Merge(other);
  EXPECT_EQ(top.Sorted(), (std::vector<Entry>{{"/a", 10, 0}, {"/c", 7, 4}}));
  EXPECT_EQ(top.missing_at_most(), 4);
}

TEST(TopValues, OfTwoFullListsTheLargestStay) {
  TopValues top(2);
  top.Add("/a", 5);
  top.Add("/b", 2);
  TopValues other(2);
  other.Add("/c", 3);
  other.Add("/d", 1);
  top.Merge(other);
  EXPECT_EQ(top.Sorted(), (std::vector<Entry>{{"/a", 5, 0}, {"/c", 3, 0}}));
  EXPECT_EQ(top.missing_at_most(), 2) << "/b has left";
}

// The promise of Space-Saving, against exact counts: never too low, too high by at most
// `overcount`, and whatever exceeds its share of the stream is present.
class AgainstTruth {
 public:
  void Count(const std::string& value, int64_t count) {
    truth_[value] += count;
    all_ += count;
  }
  void Check(const TopValues& top, int64_t share) const {
    std::map<std::string, Entry> found;
    for (const Entry& entry : top.Sorted()) {
      const auto known = truth_.find(entry.value);
      ASSERT_NE(known, truth_.end()) << entry.value;
      EXPECT_GE(entry.count, known->second) << entry.value;
      EXPECT_LE(entry.count - entry.overcount, known->second) << entry.value;
      EXPECT_TRUE(found.emplace(entry.value, entry).second) << entry.value << " is there twice";
    }
    for (const auto& [value, count] : truth_) {
      if (found.contains(value)) continue;
      EXPECT_LE(count, all_ / share) << value;
      EXPECT_LE(count, top.missing_at_most()) << value;
    }
  }
  int64_t all() const { return all_; }

 private:
  std::map<std::string, int64_t> truth_;
  int64_t all_ = 0;
};

TEST(TopValues, KeepsItsErrorBoundOnRandomStreams) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    const size_t capacity = 1 + random() % 40;
    std::geometric_distribution<int> path(0.005 + 0.001 * (round % 100));
    TopValues top(capacity);
    AgainstTruth truth;
    for (int i = 0; i < 1500; ++i) {
      // Now and then a flood of values that never come again, and values that come more than once.
      const bool flood = round % 3 == 0 && i % 500 > 250;
      const std::string value =
          flood ? "/f" + std::to_string(i) : "/p" + std::to_string(path(random));
      const int64_t count = round % 5 == 0 ? 1 + random() % 9 : 1;
      truth.Count(value, count);
      top.Add(value, count);
    }
    truth.Check(top, static_cast<int64_t>(capacity));
    if (top.full()) {
      int64_t sum = 0;
      for (const Entry& entry : top.entries()) sum += entry.count;
      EXPECT_EQ(sum, truth.all()) << "each counter hands on what it has";
    }
    if (HasFailure()) FAIL() << "round " << round << ", capacity " << capacity;
  }
}

TEST(TopValues, KeepsItsErrorBoundHoweverPartsAreMergedOrStored) {
  std::mt19937 random(8);
  for (int round = 0; round < 60; ++round) {
    const size_t capacity = 2 + random() % 40;
    std::geometric_distribution<int> path(0.02);
    AgainstTruth truth;
    std::vector<TopValues> parts(1 + random() % 8, TopValues(capacity));
    for (int i = 0; i < 3000; ++i) {
      const size_t part = random() % parts.size();
      // Each part has some of its own, as hours and sites do.
      const int number = path(random) + (round % 2 == 0 ? static_cast<int>(part) * 20 : 0);
      const std::string value = "/p" + std::to_string(number);
      truth.Count(value, 1);
      parts[part].Add(value);
    }
    while (parts.size() > 1) {
      const size_t a = random() % parts.size();
      const size_t b = (a + 1 + random() % (parts.size() - 1)) % parts.size();
      parts[a].Merge(parts[b]);
      if (random() % 2 == 0) {
        TopValues stored(capacity);
        for (const Entry& entry : parts[a].entries()) stored.Restore(entry);
        parts[a] = stored;
      }
      parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(b));
    }
    truth.Check(parts[0], std::max<int64_t>(1, static_cast<int64_t>(capacity) / 2));
    if (HasFailure()) FAIL() << "round " << round << ", capacity " << capacity;
  }
}

}  // namespace
}  // namespace logtally
