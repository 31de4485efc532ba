#include "model/distinct_count.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

namespace logtally {
namespace {

std::string Value(int64_t i) {
  return "192.0." + std::to_string(i >> 8) + "." + std::to_string(i & 0xFF);
}

DistinctCount CountOf(int64_t from, int64_t to) {
  DistinctCount count;
  for (int64_t i = from; i < to; ++i) count.Add(Value(i));
  return count;
}

TEST(DistinctCount, IsWithinThreeStandardErrorsFromTenToAMillion) {
  for (const int64_t size : {10, 30, 100, 250, 300, 1000, 3000, 5000, 10'000, 100'000, 1'000'000}) {
    const DistinctCount count = CountOf(0, size);
    const double error = 1.04 / std::sqrt(2048.0);
    EXPECT_NEAR(static_cast<double>(count.Estimate()), static_cast<double>(size),
                3 * error * static_cast<double>(size))
        << size;
    EXPECT_LE(count.heap_bytes(), 2048u);
  }
}

TEST(DistinctCount, IsExactForAFew) {
  EXPECT_EQ(DistinctCount().Estimate(), 0);
  for (int size = 1; size <= 20; ++size) EXPECT_EQ(CountOf(0, size).Estimate(), size);
}

TEST(DistinctCount, CountsTheSameValueOnce) {
  DistinctCount count = CountOf(0, 1000);
  const DistinctCount once = count;
  for (int i = 0; i < 1000; ++i) count.Add(Value(i));
  EXPECT_EQ(count, once);
}

TEST(DistinctCount, MergedPartsAreTheUnionInAnyOrder) {
  for (const int64_t size : {5, 200, 300, 5000}) {
    const DistinctCount whole = CountOf(0, size);
    DistinctCount forwards = CountOf(0, size / 2 + 1);  // they overlap
    DistinctCount backwards = CountOf(size / 2, size);
    const DistinctCount second = backwards;
    backwards.Merge(forwards);
    forwards.Merge(second);
    EXPECT_EQ(forwards, whole) << size;
    EXPECT_EQ(backwards, whole) << size;
    forwards.Merge(DistinctCount());
    EXPECT_EQ(forwards, whole);
  }
}

TEST(DistinctCount, GoesThroughTheDatabaseUnchanged) {
  for (const int64_t size : {0, 1, 200, 300, 5000}) {
    const DistinctCount count = CountOf(0, size);
    const std::string bytes = count.ToBytes();
    EXPECT_EQ(bytes.empty(), size == 0);
    const auto read = DistinctCount::FromBytes(bytes);
    ASSERT_TRUE(read.has_value()) << size;
    EXPECT_EQ(*read, count) << size;
  }
  // Another version, and another machine, must find the same registers.
  DistinctCount fixed;
  fixed.Add("192.0.2.1");
  EXPECT_EQ(fixed.ToBytes(), "S\x02:");
}

TEST(DistinctCount, RefusesBytesThatItCannotHaveWritten) {
  const std::string sparse = CountOf(0, 3).ToBytes();
  const std::string dense = CountOf(0, 5000).ToBytes();
  const std::string swapped = {sparse[0], sparse[3], sparse[4], sparse[1],
                               sparse[2], sparse[5], sparse[6]};
  for (const std::string& bytes :
       {std::string("S"), std::string("X"), std::string("Sa"), sparse + "a", swapped,
        sparse + sparse.substr(5), std::string("S\x20\x00", 3), dense.substr(1), dense + "\1",
        dense.substr(0, 2048), dense.substr(0, 2048) + "\x20", dense.substr(0, 2048) + "\xFF"}) {
    EXPECT_FALSE(DistinctCount::FromBytes(bytes).has_value()) << bytes.size();
  }
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = i % 2 == 0 ? sparse : dense;
    for (int change = 0; change < 3; ++change) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    const auto read = DistinctCount::FromBytes(bytes);
    if (!read) continue;
    EXPECT_EQ(read->ToBytes(), bytes);
    EXPECT_GE(read->Estimate(), 0);
  }
}

TEST(DistinctCount, AFullSketchIsANumberAllTheSame) {
  const auto full = DistinctCount::FromBytes("D" + std::string(2048, '\x1F'));
  ASSERT_TRUE(full.has_value());
  EXPECT_GT(full->Estimate(), 1'000'000'000'000);
}

}  // namespace
}  // namespace logtally
