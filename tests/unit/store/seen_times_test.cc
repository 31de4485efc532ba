// The first and the last minute of a code, found by way of days and hours: the same as a search
// through all minutes finds.
#include "store/seen_times.h"

#include <gtest/gtest.h>

#include <random>

#include "store_kit.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

constexpr int64_t kDay = 1700006400;  // a multiple of 86400

TEST(SeenTimes, AreThoseThatASearchThroughAllMinutesFinds) {
  testing::TempDir dir;
  auto store = CountStore::Open(dir.path());
  ASSERT_OK(store);
  std::mt19937_64 random(3);
  CountBatch batch;
  batch.sites = {"shop", "blog"};
  std::vector<std::pair<int64_t, StatusCode>> lines;
  for (int line = 0; line < 300; ++line) {
    const int64_t minute = kDay + 60 * static_cast<int64_t>(random() % (20 * 1440));
    const auto code = static_cast<StatusCode>(200 + random() % 60);
    lines.emplace_back(minute, code);
    batch.counts[{minute, static_cast<SiteIndex>(code % 2), code, ParseMethod("GET")}] = {1, 1};
  }
  ASSERT_OK((*store)->Commit(batch, {}));
  ASSERT_OK_AND_ASSIGN(Database db, Database::Open(dir / "logtally.db", Database::Mode::kReader));
  for (int round = 0; round < 50; ++round) {
    const int64_t from = kDay + 60 * static_cast<int64_t>(random() % (10 * 1440));
    const int64_t to = from + 60 * static_cast<int64_t>(1 + random() % (10 * 1440));
    std::map<StatusCode, SeenTimes> expected;
    for (const auto& [minute, code] : lines) {
      if (minute < from || minute >= to) continue;
      const auto [seen, is_new] = expected.try_emplace(code, SeenTimes{minute, minute});
      seen->second.first_unix = std::min(seen->second.first_unix, minute);
      seen->second.last_unix = std::max(seen->second.last_unix, minute);
    }
    ASSERT_OK_AND_ASSIGN(const auto found, FindSeenTimes(db, {}, SegmentsOf(from, to, 0, {}), {}));
    std::map<StatusCode, SeenTimes> by_code;
    for (const auto& [key, seen] : found) by_code[key.second] = seen;
    ASSERT_EQ(by_code, expected) << from << " " << to;
  }
}

TEST(SeenTimes, WhereMinutesAreGoneTheHourIsTheAnswer) {
  testing::TempDir dir;
  auto store = CountStore::Open(dir.path());
  ASSERT_OK(store);
  CountBatch batch;
  batch.sites = {"shop"};
  for (const int64_t time : {kDay + 5 * 3600 + 120, kDay + 3 * 86400 + 7260}) {
    batch.counts[{time, 0, 404, ParseMethod("GET")}] = {1, 1};
  }
  ASSERT_OK((*store)->Commit(batch, {}));
  ASSERT_OK_AND_ASSIGN(Database db, Database::Open(dir / "logtally.db", Database::Mode::kReader));
  const Horizons horizons{.since = {kDay + 86400, kDay, 0}};
  ASSERT_OK_AND_ASSIGN(
      const auto found,
      FindSeenTimes(db, {}, SegmentsOf(kDay, kDay + 4 * 86400, 0, horizons), horizons));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.begin()->second, (SeenTimes{kDay + 5 * 3600, kDay + 3 * 86400 + 7260}));
}

}  // namespace
}  // namespace logtally
