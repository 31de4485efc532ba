// SIGHUP: a good configuration takes over without losing a count, a bad one changes nothing.
#include <gtest/gtest.h>

#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

constexpr std::string_view kSuccessful = "logtally_config_last_reload_successful";

class ReloadTest : public ::testing::Test {
 protected:
  ReloadTest() { WriteFile(config_, "sites:\n" + Site("shop", shop_)); }

  static std::string Site(const std::string& name, const LogWriter& log) {
    return "  - name: " + name + "\n    paths: [" + log.path() + "]\n";
  }

  TempDir dir_;
  const std::string config_ = dir_ / "logtally.yaml";
  LogWriter shop_{dir_ / "shop.log"};
  LogWriter blog_{dir_ / "blog.log"};
};

TEST_F(ReloadTest, ANewSiteIsFollowedAndTheOldOneGoesOn) {
  shop_.Append(200, 3);
  blog_.Append(404, 2);
  Daemon daemon(Daemon::Configured(config_));
  daemon.WaitForCodes(shop_.truth(), "shop");
  daemon.WaitForMetric(kSuccessful, 1);
  const MetricsPage before = daemon.Metrics();

  WriteFile(config_, "sites:\n" + Site("shop", shop_) + Site("blog", blog_));
  daemon.Reload();
  daemon.WaitForCodes(blog_.truth(), "blog");
  shop_.Append(503, 1);
  daemon.WaitForCodes(shop_.truth(), "shop");
  EXPECT_EQ(daemon.Metrics().Value(kSuccessful), 1);
  EXPECT_EQ(DurableCountersThatFell(before, daemon.Metrics()), std::vector<std::string>());
  daemon.Stop();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode("shop"), shop_.truth());
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode("blog"), blog_.truth());
}

TEST_F(ReloadTest, ABadConfigurationKeepsTheOldOneAndIsReported) {
  shop_.Append(200, 3);
  Daemon daemon(Daemon::Configured(config_));
  daemon.WaitForCodes(shop_.truth(), "shop");

  WriteFile(config_, "sites:\n" + Site("shop", shop_) + "    colour: red\n");
  daemon.Reload();
  daemon.WaitForMetric(kSuccessful, 0);
  daemon.WaitForMessage("logtally.yaml:4:5: ");
  shop_.Append(404, 1);
  daemon.WaitForCodes(shop_.truth(), "shop");

  WriteFile(config_, "sites:\n" + Site("shop", shop_));
  daemon.Reload();
  daemon.WaitForMetric(kSuccessful, 1);
  daemon.Stop();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), shop_.truth());
}

TEST_F(ReloadTest, ASiteThatLeavesKeepsItsCounts) {
  shop_.Append(200, 3);
  blog_.Append(404, 2);
  WriteFile(config_, "sites:\n" + Site("shop", shop_) + Site("blog", blog_));
  Daemon daemon(Daemon::Configured(config_));
  daemon.WaitForCodes(shop_.truth(), "shop");
  daemon.WaitForCodes(blog_.truth(), "blog");
  const MetricsPage before = daemon.Metrics();

  WriteFile(config_, "sites:\n" + Site("shop", shop_));
  daemon.Reload();
  daemon.WaitForMetric("logtally_logs{site=\"shop\",state=\"followed\"}", 1);
  shop_.Append(200, 1);
  daemon.WaitForCodes(shop_.truth(), "shop");
  EXPECT_EQ(DurableCountersThatFell(before, daemon.Metrics()), std::vector<std::string>());
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode("blog"), blog_.truth());
  daemon.Stop();
}

}  // namespace
}  // namespace logtally::testing
