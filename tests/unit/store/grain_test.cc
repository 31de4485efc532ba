// Which rows make up a window: as few as possible, and each moment once.
#include "store/grain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace logtally {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kDay = 1700006400;  // a multiple of 86400
constexpr int64_t kHour = 3600;

TEST(Segments, AWholeDayIsOneRowAndItsEdgesAreAsFineAsNeeded) {
  EXPECT_THAT(SegmentsOf(kDay, kDay + 86400, 0, {}),
              ElementsAre(Segment{Grain::kDay, kDay, kDay + 86400}));
  EXPECT_THAT(
      SegmentsOf(kDay - 60, kDay + 86400 + kHour + 120, 0, {}),
      ElementsAre(Segment{Grain::kMinute, kDay - 60, kDay},
                  Segment{Grain::kDay, kDay, kDay + 86400},
                  Segment{Grain::kHour, kDay + 86400, kDay + 86400 + kHour},
                  Segment{Grain::kMinute, kDay + 86400 + kHour, kDay + 86400 + kHour + 120}));
}

TEST(Segments, AStepIsNeverWithinARow) {
  EXPECT_THAT(SegmentsOf(kDay, kDay + 2 * kHour, 300, {}),
              ElementsAre(Segment{Grain::kMinute, kDay, kDay + 2 * kHour}));
  EXPECT_THAT(SegmentsOf(kDay, kDay + 86400, 2 * kHour, {}),
              ElementsAre(Segment{Grain::kHour, kDay, kDay + 86400}));
  EXPECT_THAT(SegmentsOf(kDay, kDay + 86400, 7 * 86400, {}),
              ElementsAre(Segment{Grain::kDay, kDay, kDay + 86400}));
}

TEST(Segments, WhereFineRowsAreGoneCoarseOnesThatOverlapAreTakenWhole) {
  const Horizons horizons{.since = {kDay + 86400 + 7 * kHour, kDay + 86400, kDay - 86400}};
  EXPECT_THAT(SegmentsOf(kDay + 100, kDay + 200, 60, horizons),
              ElementsAre(Segment{Grain::kDay, kDay, kDay + 86400}));
  EXPECT_THAT(SegmentsOf(kDay + 86400 + 100, kDay + 86400 + 200, 60, horizons),
              ElementsAre(Segment{Grain::kHour, kDay + 86400, kDay + 86400 + kHour}));
  EXPECT_THAT(
      SegmentsOf(kDay + 100, kDay + 86400 + 8 * kHour, 60, horizons),
      ElementsAre(Segment{Grain::kDay, kDay, kDay + 86400},
                  Segment{Grain::kHour, kDay + 86400, kDay + 86400 + 7 * kHour},
                  Segment{Grain::kMinute, kDay + 86400 + 7 * kHour, kDay + 86400 + 8 * kHour}));
  EXPECT_THAT(SegmentsOf(0, kDay - 86400, 0, horizons), IsEmpty()) << "nothing is kept";
}

TEST(Segments, AnyWindowIsCoveredOnceAndWithoutAGap) {
  std::mt19937_64 random(7);
  const auto any = [&](int64_t below) { return static_cast<int64_t>(random() % below); };
  for (int round = 0; round < 20'000; ++round) {
    Horizons horizons;
    if (round % 2 == 1) {
      const int64_t hours = kDay + 86400 * any(20);
      horizons.since = {hours + kHour * any(200), hours, kDay - 86400 * any(10)};
    }
    const int64_t from = kDay + 60 * any(40'000);
    const int64_t to = from + 60 * (1 + any(round % 3 == 0 ? 100 : 20'000));
    const int64_t step = std::array<int64_t, 5>{0, 60, 300, 3600, 86400}[any(5)];
    const auto segments = SegmentsOf(from, to, step, horizons);
    ASSERT_FALSE(segments.empty());
    EXPECT_LE(segments.front().from_unix, from);
    EXPECT_GE(segments.back().to_unix, to);
    if (from >= horizons.of(Grain::kMinute)) {
      EXPECT_EQ(segments.front().from_unix, from);
    }
    if (to > horizons.of(Grain::kMinute)) {
      EXPECT_EQ(segments.back().to_unix, to);
    }
    for (size_t i = 0; i < segments.size(); ++i) {
      const Segment& segment = segments[i];
      const int64_t seconds = InfoOf(segment.grain).seconds;
      EXPECT_LT(segment.from_unix, segment.to_unix);
      EXPECT_EQ(segment.from_unix % seconds, 0);
      EXPECT_EQ(segment.to_unix % seconds, 0);
      EXPECT_GE(segment.from_unix, horizons.of(segment.grain)) << "rows that are gone";
      if (i > 0) {
        EXPECT_EQ(segments[i - 1].to_unix, segment.from_unix);
      }
      const bool finer_is_gone = segment.from_unix < horizons.of(Grain::kMinute);
      if (step > 0 && !finer_is_gone) {
        EXPECT_EQ(step % seconds, 0);
      }
    }
    if (HasFailure()) break;
  }
}

TEST(Horizons, MoveOnWithTimeAndNeverBack) {
  const absl::Time now = absl::FromUnixSeconds(kDay + 30 * 86400 + 5000);
  Horizons horizons;
  horizons.Raise(Retention::Forever(), now);
  EXPECT_EQ(horizons, Horizons());
  horizons.Raise({.minutes = absl::Hours(24),
                  .hours = absl::Hours(240),
                  .days = std::nullopt,
                  .details = absl::Hours(1)},
                 now);
  EXPECT_EQ(horizons.of(Grain::kMinute), kDay + 29 * 86400 + 3600);
  EXPECT_EQ(horizons.of(Grain::kHour), kDay + 20 * 86400);
  EXPECT_EQ(horizons.of(Grain::kDay), 0);
  EXPECT_EQ(horizons.details_since, kDay + 30 * 86400);
  const Horizons before = horizons;
  horizons.Raise(Retention(), now);
  EXPECT_EQ(horizons, before) << "what is gone stays gone";
}

TEST(Horizons, WhatIsCoarserIsKeptAtLeastAsLong) {
  const absl::Time now = absl::FromUnixSeconds(kDay + 30 * 86400);
  Horizons horizons;
  horizons.Raise({.minutes = absl::Hours(240), .hours = absl::Hours(24), .days = absl::Hours(1)},
                 now);
  EXPECT_EQ(horizons.since,
            (std::array<int64_t, 3>{kDay + 20 * 86400, kDay + 20 * 86400, kDay + 20 * 86400}));
}

TEST(Horizons, KnowTheFinestGrainOfATime) {
  const Horizons horizons{.since = {300, 200, 100}};
  EXPECT_EQ(horizons.FinestAt(300), Grain::kMinute);
  EXPECT_EQ(horizons.FinestAt(299), Grain::kHour);
  EXPECT_EQ(horizons.FinestAt(199), Grain::kDay);
  EXPECT_EQ(horizons.FinestAt(99), Grain::kDay);
}

}  // namespace
}  // namespace logtally
