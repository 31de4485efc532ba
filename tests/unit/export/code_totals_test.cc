#include "export/code_totals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace logtally {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

Snapshot SnapshotOf(CountSnapshot counts) {
  Snapshot snapshot;
  snapshot.counts = std::make_shared<const CountSnapshot>(std::move(counts));
  return snapshot;
}

CountSnapshot ShopAndBlog() {
  CountSnapshot counts;
  counts.sites["shop"].responses[{404, kGetMethod}] = {3, 30};
  counts.sites["shop"].responses[{404, kOtherMethod}] = {1, 10};
  counts.sites["shop"].responses[{405, kGetMethod}] = {0, 0};
  counts.sites["shop"].unlisted_errors = 7;
  counts.sites["blog"].responses[{404, kGetMethod}] = {5, 50};
  counts.sites["blog"].responses[{-1, kGetMethod}] = {2, 0};
  return counts;
}

TEST(CodeTotals, AddUpSitesAndMethods) {
  const Snapshot snapshot = SnapshotOf(ShopAndBlog());
  EXPECT_THAT(TotalsByCode(&snapshot), ElementsAre(Pair(-1, 2), Pair(404, 9)));
}

TEST(CodeTotals, AreKeptApartBySiteAndMethodForOneCode) {
  const Snapshot snapshot = SnapshotOf(ShopAndBlog());
  EXPECT_THAT(TotalsBySite(&snapshot, 404, std::nullopt),
              ElementsAre(Pair(Pair("blog", kGetMethod), 5), Pair(Pair("shop", kOtherMethod), 1),
                          Pair(Pair("shop", kGetMethod), 3)));
  EXPECT_THAT(TotalsBySite(&snapshot, 404, "blog"), ElementsAre(Pair(Pair("blog", kGetMethod), 5)));
  EXPECT_THAT(TotalsBySite(&snapshot, 405, std::nullopt), IsEmpty());
  EXPECT_EQ(UnlistedErrors(&snapshot, std::nullopt), 7);
  EXPECT_EQ(UnlistedErrors(&snapshot, "blog"), 0);
}

TEST(CodeTotals, SitesThatAreConfiguredAreKnownBeforeTheirFirstLine) {
  Snapshot snapshot = SnapshotOf(ShopAndBlog());
  snapshot.status.site_labels["new"];
  EXPECT_THAT(SiteNames(&snapshot), ElementsAre("blog", "new", "shop"));
}

TEST(CodeTotals, NothingIsKnownWithoutASnapshot) {
  EXPECT_THAT(TotalsByCode(nullptr), IsEmpty());
  EXPECT_THAT(TotalsBySite(nullptr, 404, std::nullopt), IsEmpty());
  EXPECT_THAT(SiteNames(nullptr), IsEmpty());
  EXPECT_THAT(SnapshotNotices(nullptr), HasSubstr("Starting"));
}

TEST(CodeTotals, SayWhyTheyMayNotBeWhatTheyWillBe) {
  Snapshot snapshot = SnapshotOf({});
  EXPECT_EQ(SnapshotNotices(&snapshot), "");
  snapshot.status.catching_up = true;
  snapshot.status.catch_up_bytes = 2048;
  snapshot.status.last_commit_error = "disk <full>";
  EXPECT_THAT(SnapshotNotices(&snapshot), HasSubstr("2.0 KiB of the logs still to read"));
  EXPECT_THAT(SnapshotNotices(&snapshot), HasSubstr("disk &lt;full&gt;"));
}

}  // namespace
}  // namespace logtally
