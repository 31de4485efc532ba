#include "aggregate/site_table.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace logtally {
namespace {

SiteTable Table(int max_hosts) {
  return SiteTable(
      LabelPolicy({{"shop", {.split_hosts = true, .max_hosts = max_hosts}}, {"blog", {}}}));
}

TEST(SiteTable, ANumberKeepsItsMeaning) {
  SiteTable table = Table(10);
  EXPECT_EQ(table.IndexOf("blog"), 0u);
  EXPECT_EQ(table.Of("shop", "A.example").index, 1u);
  EXPECT_EQ(table.Of("shop", "a.example").index, 1u) << "hosts ignore case";
  EXPECT_EQ(table.Of("blog", "a.example").index, 0u) << "its rule says nothing of hosts";
  std::vector<std::string> names;
  table.Complete(names);
  EXPECT_EQ(names, (std::vector<std::string>{"blog", "a.example"}));
  table.IndexOf("shop");
  table.Complete(names);
  EXPECT_EQ(names, (std::vector<std::string>{"blog", "a.example", "shop"}));
}

TEST(SiteTable, KnowsWhichSitesAreSplit) {
  SiteTable table = Table(10);
  EXPECT_TRUE(table.SplitsHosts("shop"));
  EXPECT_FALSE(table.SplitsHosts("blog"));
  EXPECT_FALSE(table.SplitsHosts("unknown"));
}

TEST(SiteTable, NewRulesHoldForLinesToCome) {
  SiteTable table = Table(10);
  table.AdmitHost("shop", "old.example");
  table.SetLabels(LabelPolicy({{"shop", {.split_hosts = true, .max_hosts = 1}}}));
  EXPECT_FALSE(table.Of("shop", "new.example").overflowed);
  const SiteTable::Site capped = table.Of("shop", "old.example");
  EXPECT_TRUE(capped.overflowed);
  EXPECT_EQ(capped.index, table.IndexOf("shop"));
}

TEST(SiteTable, ManyThreadsNeverAdmitMoreHostsThanTheCap) {
  SiteTable table = Table(20);
  std::atomic<int> admitted = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        if (!table.Of("shop", std::to_string(i) + ".example").overflowed) ++admitted;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(admitted, 4 * 20);
  std::vector<std::string> names;
  table.Complete(names);
  EXPECT_EQ(names.size(), 21u) << "the hosts, and the site for the rest";
}

}  // namespace
}  // namespace logtally
