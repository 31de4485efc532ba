// The dashboards that are committed are those that their sources and the catalogue make now.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "catalogue/status_catalogue.h"
#include "generator/dashboards.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

const std::filesystem::path kFolder = LOGTALLY_SOURCE_DIR "/dashboards/grafana";

TEST(DashboardsCurrentCheck, WhatIsCommittedIsWhatTheGeneratorWrites) {
  std::set<std::filesystem::path> expected;
  for (const auto& dashboard : dashboards::AllDashboards(StatusCatalogue::BuiltIn())) {
    const std::filesystem::path file = kFolder / (dashboard.name() + ".json");
    expected.insert(file);
    ASSERT_TRUE(std::filesystem::exists(file)) << file << " is missing: run ./dev dashboards";
    EXPECT_TRUE(ReadFile(file) == dashboard.ToText())
        << file << " is not what dashboards/generator/ makes: run ./dev dashboards, and look at "
        << "the difference";
  }
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    EXPECT_TRUE(expected.contains(entry.path()))
        << entry.path() << " is made by nobody: dashboards come from dashboards/generator/";
  }
}

TEST(DashboardsCurrentCheck, TheGeneratorWritesTheSameEachTime) {
  const auto first = dashboards::AllDashboards(StatusCatalogue::BuiltIn());
  const auto second = dashboards::AllDashboards(StatusCatalogue::BuiltIn());
  ASSERT_EQ(first.size(), second.size());
  for (size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].ToText(), second[i].ToText());
}

}  // namespace
}  // namespace logtally::testing
