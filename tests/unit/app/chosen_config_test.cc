#include "app/chosen_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using ::testing::ElementsAre;

class ChosenConfigTest : public ::testing::Test {
 protected:
  ChosenConfigTest() {
    testing::WriteFile(file_,
                       "state_dir: /srv/state\nsites:\n  - name: shop\n    paths: [/a.log]\n");
  }
  testing::TempDir dir_;
  const std::string file_ = dir_ / "logtally.yaml";
};

TEST_F(ChosenConfigTest, TheFileAlone) {
  const auto config = ChosenConfig({.config_file = file_});
  ASSERT_OK(config);
  EXPECT_EQ(config->state_dir, "/srv/state");
  EXPECT_THAT(config->sites.at(0).paths, ElementsAre("/a.log"));
}

TEST_F(ChosenConfigTest, LogsReplaceItsSitesAndAnOptionItsStateDirectory) {
  const auto config = ChosenConfig(
      {.logs = {"/b.log"}, .config_file = file_, .state_dir = "/elsewhere", .site = "blog"});
  ASSERT_OK(config);
  EXPECT_EQ(config->state_dir, "/elsewhere");
  ASSERT_EQ(config->sites.size(), 1u);
  EXPECT_EQ(config->sites[0].name, "blog");
  EXPECT_THAT(config->sites[0].paths, ElementsAre("/b.log"));
}

TEST_F(ChosenConfigTest, LogsNeedNoFile) {
  EXPECT_EQ(ConfigFileOf({.logs = {"/b.log"}}), "");
  EXPECT_OK(ChosenConfig({.logs = {"/b.log"}}));
}

TEST_F(ChosenConfigTest, MistakesOfAFileAreToldAsSuch) {
  testing::WriteFile(file_, "nonsense: 1\n");
  const ConfigChoice choice = {.config_file = file_};
  const auto config = ChosenConfig(choice);
  ::testing::internal::CaptureStderr();
  EXPECT_TRUE(PrintedMistakes(config.status(), choice));
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              ::testing::StartsWith(file_ + ":1:1: nonsense: "));
  EXPECT_FALSE(PrintedMistakes(absl::OkStatus(), choice));
}

}  // namespace
}  // namespace logtally
