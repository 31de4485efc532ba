#include "app/pipeline_setup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace logtally {
namespace {

using ::testing::ElementsAre;

TEST(SiteOfArguments, OneLogNamedSeveralWaysIsFollowedOnce) {
  const auto site =
      SiteOfArguments("shop", {"/nowhere/a.log", "/nowhere/./a.log", "/nowhere/b.log"}, "auto");
  ASSERT_TRUE(site.ok()) << site.status();
  EXPECT_THAT(site->paths, ElementsAre("/nowhere/a.log", "/nowhere/b.log"));
}

// As a script gives it whose variable is not set.
TEST(SiteOfArguments, AnEmptyPathIsToldAsSuch) {
  const auto site = SiteOfArguments("shop", {""}, "auto");
  EXPECT_EQ(site.status().message(), "expected the path of a log, got \"\"");
}

TEST(SiteOfArguments, AHyphenIsStandardInput) {
  const auto site = SiteOfArguments("shop", {"-", "/nowhere/a.log", "-"}, "auto");
  ASSERT_TRUE(site.ok()) << site.status();
  EXPECT_THAT(site->paths, ElementsAre("/nowhere/a.log"));
  EXPECT_THAT(site->streams, ElementsAre("-"));
}

}  // namespace
}  // namespace logtally
