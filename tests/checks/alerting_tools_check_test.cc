// What Prometheus's and Alertmanager's own tools say about our rules and examples.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "testing/alertmanager_server.h"
#include "testing/process.h"
#include "testing/temp_dir.h"
#include "testing/wait.h"

namespace logtally::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const fs::path kDashboards = LOGTALLY_SOURCE_DIR "/dashboards";
const std::string kAlertmanagerConfig = kDashboards / "alertmanager/alertmanager.yml";

ProcessResult Promtool(std::vector<std::string> args) {
  args.insert(args.begin(), SystemProgram("promtool", "prometheus"));
  return RunToEnd(std::move(args), {}, absl::Minutes(4));
}

ProcessResult Amtool(std::vector<std::string> args) {
  args.insert(args.begin(), SystemProgram("amtool", "prometheus-alertmanager"));
  return RunToEnd(std::move(args));
}

std::vector<std::string> FilesIn(const fs::path& folder) {
  std::vector<std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  return files;
}

TEST(AlertingToolsCheck, PromtoolAcceptsTheRules) {
  std::vector<std::string> args = {"check", "rules"};
  for (const std::string& file : FilesIn(kDashboards / "rules")) args.push_back(file);
  const ProcessResult result = Promtool(args);
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  // Two rules with the same series would be a word of warning only.
  EXPECT_EQ(result.out.find("duplicate"), std::string::npos) << result.out;
}

// A test for each file: they take seconds, and run beside each other.
class RuleTests : public ::testing::TestWithParam<std::string> {};

TEST_P(RuleTests, PassInPromtool) {
  const ProcessResult result =
      Promtool({"test", "rules", kDashboards / "rules/tests" / (GetParam() + "_test.yml")});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
}

const std::string kRuleTests[] = {"daemon", "responses", "slo", "surge"};
INSTANTIATE_TEST_SUITE_P(AlertingToolsCheck, RuleTests, ::testing::ValuesIn(kRuleTests),
                         [](const auto& param) { return param.param; });

TEST(AlertingToolsCheck, EveryFileOfRuleTestsIsRun) {
  std::set<std::string> files;
  for (const std::string& file : FilesIn(kDashboards / "rules/tests")) {
    files.insert(fs::path(file).filename());
  }
  std::set<std::string> run;
  for (const std::string& name : kRuleTests) run.insert(name + "_test.yml");
  EXPECT_EQ(run, files);
}

TEST(AlertingToolsCheck, PromtoolAcceptsTheConfigurationOfTheComposeFile) {
  TempDir dir;
  std::string text = ReadFile(kDashboards / "compose/prometheus.yml");
  const std::string there = "/etc/prometheus/rules/";
  ASSERT_NE(text.find(there), text.npos);
  text.replace(text.find(there), there.size(), kDashboards / "rules/");
  WriteFile(dir / "prometheus.yml", text);
  const ProcessResult result = Promtool({"check", "config", dir / "prometheus.yml"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("rule files found"));
}

TEST(AlertingToolsCheck, AmtoolAcceptsTheExample) {
  const ProcessResult result = Amtool({"check-config", kAlertmanagerConfig});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
}

TEST(AlertingToolsCheck, CriticalAlertsPageAndTheRestBecomeTickets) {
  const auto receiver_of = [](const std::string& severity) {
    return Amtool({"config", "routes", "test", "--config.file=" + kAlertmanagerConfig,
                   "alertname=LogtallyX", "site=shop", "severity=" + severity})
        .out;
  };
  EXPECT_EQ(receiver_of("critical"), "page\n");
  EXPECT_EQ(receiver_of("warning"), "ticket\n");
}

class Inhibition : public ::testing::Test {
 protected:
  void Add(const std::string& name, const std::string& severity, const std::string& site,
           const std::string& instance = "web1:9748") {
    const ProcessResult result =
        Amtool({"--alertmanager.url=" + alertmanager_.url(), "alert", "add", "alertname=" + name,
                "severity=" + severity, "site=" + site, "instance=" + instance, "job=logtally"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
  }
  // The alerts that are told to nobody, as "name site", once `alerts` have arrived.
  std::set<std::string> Inhibited(size_t alerts) {
    EXPECT_TRUE(WaitUntil([&] { return alertmanager_.Alerts().size() == alerts; }));
    std::set<std::string> names;
    for (const ReceivedAlert& alert : alertmanager_.Alerts()) {
      const auto site = alert.labels.find("site");
      if (!alert.is_inhibited) continue;
      names.insert(alert.labels.at("alertname") + " " +
                   (site == alert.labels.end() ? "" : site->second));
    }
    return names;
  }

  AlertmanagerServer alertmanager_;
};

TEST_F(Inhibition, ACriticalAlertSilencesTheWarningsOfItsSiteAlone) {
  Add("LogtallyErrorBudgetGoneIn2Days", "critical", "shop");
  Add("LogtallyErrorBudgetGoneIn5Days", "critical", "shop");
  Add("LogtallyNewErrorCode", "warning", "shop");
  Add("LogtallyNewErrorCode", "warning", "blog");
  Add("DiskFull", "warning", "shop");
  EXPECT_TRUE(WaitUntil([&] {
    return Inhibited(5) == std::set<std::string>{"LogtallyErrorBudgetGoneIn5Days shop",
                                                 "LogtallyNewErrorCode shop"};
  })) << ::testing::PrintToString(Inhibited(5));
}

TEST_F(Inhibition, ADaemonThatIsDownSilencesTheRestOfWhatIsKnownOfIt) {
  Add("LogtallyTargetDown", "critical", "");
  Add("LogtallyErrorBudgetGoneIn2Days", "critical", "shop");
  Add("LogtallyLogSilent", "warning", "shop");
  Add("LogtallyLogSilent", "warning", "mail", "web2:9748");
  EXPECT_TRUE(WaitUntil([&] {
    return Inhibited(4) ==
           std::set<std::string>{"LogtallyErrorBudgetGoneIn2Days shop", "LogtallyLogSilent shop"};
  })) << ::testing::PrintToString(Inhibited(4));
}

}  // namespace
}  // namespace logtally::testing
