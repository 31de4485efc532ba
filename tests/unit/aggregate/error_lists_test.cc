#include "aggregate/error_lists.h"

#include <gtest/gtest.h>

#include <string>

namespace logtally {
namespace {

constexpr ErrorKey kKey = {1699999200, 0, 404};

class ErrorListerTest : public ::testing::Test {
 protected:
  // What the one value of the list is.
  std::string Listed(ErrorList list) const {
    const auto& entries = details_.by_key().at(kKey).list(list).entries();
    return entries.size() == 1 ? entries[0].value : "";
  }

  AccessRecord record_;
  ErrorDetailsByKey details_;
  ErrorLister lister_;
};

TEST_F(ErrorListerTest, ListsPathAndReferrerWithoutTheirQueriesAndTheClient) {
  record_.path = "/login?token=secret#there";
  record_.referrer = "https://shop.example/cart#top?session=1";
  record_.client = "192.0.2.1";
  record_.line = "the line";
  lister_.Add(kKey, record_, details_);
  EXPECT_EQ(Listed(ErrorList::kPaths), "/login");
  EXPECT_EQ(Listed(ErrorList::kReferrers), "https://shop.example/cart");
  EXPECT_EQ(Listed(ErrorList::kClients), "192.0.2.1");
  EXPECT_EQ(details_.by_key().at(kKey).first_line, "the line");
}

TEST_F(ErrorListerTest, WhatIsNotLoggedIsInNoList) {
  lister_.Add(kKey, record_, details_);
  for (const TopValues& list : details_.by_key().at(kKey).lists) EXPECT_EQ(list.size(), 0u);
  EXPECT_EQ(details_.by_key().at(kKey).lines, 1);
}

TEST_F(ErrorListerTest, LongAndInvalidValuesBecomeShortValidText) {
  const std::string endless = "/" + std::string(5000, 'x') + "?q";
  record_.path = endless;
  record_.client = "a\xff\xc3\xa9";
  lister_.Add(kKey, record_, details_);
  EXPECT_EQ(Listed(ErrorList::kPaths), "/" + std::string(255, 'x') + "…");
  EXPECT_EQ(Listed(ErrorList::kClients), "a\xEF\xBF\xBDé");
}

TEST(ListedText, BuildsNoTextWhereTheValueWillDo) {
  std::string room;
  const std::string_view plain = "/a path/~with%20odd\\x20signs";
  EXPECT_EQ(ListedText(plain, room).data(), plain.data());
  const std::string longest(kMaxListedBytes, 'x');
  EXPECT_EQ(ListedText(longest, room).data(), longest.data());
  EXPECT_EQ(ListedText(longest + "y", room), longest + "…");
}

}  // namespace
}  // namespace logtally
