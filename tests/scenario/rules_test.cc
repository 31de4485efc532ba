// The rules over the scenario: no expression fails, each episode makes just its alerts true, and
// before the story begins none is.
//
// A Prometheus evaluates rules from now on and not for the past. So the recording rules are
// evaluated here, level by level (first those that read scrapes, then those that read the first
// ones, …), and what comes out goes into blocks, as `promtool tsdb create-blocks-from rules` would
// do if it could follow rules that read rules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "scenario/scenario_kit.h"
#include "tools/open_metrics.h"
#include "tools/scenario.h"

namespace logtally::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::UnorderedElementsAre;

struct Rule {
  std::string name;  // of the series, or of the alert
  std::string expr;
  std::map<std::string, std::string> labels;
  int level = 0;
};

struct Rules {
  std::vector<Rule> records, alerts;
};

Rules ReadRules() {
  Rules rules;
  for (const auto& entry : fs::directory_iterator(LOGTALLY_SOURCE_DIR "/dashboards/rules")) {
    if (entry.path().extension() != ".yml") continue;
    for (const YAML::Node& group : YAML::LoadFile(entry.path())["groups"]) {
      // What codes mean, for annotations: no expression reads it.
      if (group["name"].as<std::string>() == "logtally_meanings") continue;
      for (const YAML::Node& yaml : group["rules"]) {
        Rule rule = {.name = (yaml["record"] ? yaml["record"] : yaml["alert"]).as<std::string>(),
                     .expr = yaml["expr"].as<std::string>()};
        if (yaml["labels"]) rule.labels = yaml["labels"].as<std::map<std::string, std::string>>();
        (yaml["record"] ? rules.records : rules.alerts).push_back(rule);
      }
    }
  }
  return rules;
}

// A rule stands a level above all that it reads. How many levels there are.
int SetLevels(std::vector<Rule>& records) {
  int levels = 0;
  for (bool changed = true; changed;) {
    changed = false;
    for (Rule& rule : records) {
      for (const Rule& read : records) {
        // Names of records are long, and none is the begin of another but for the windows.
        if (rule.expr.find(read.name) == std::string::npos || rule.level > read.level) continue;
        rule.level = read.level + 1;
        levels = std::max(levels, rule.level);
        changed = true;
      }
      if (levels > 20) return levels;  // a circle
    }
  }
  return levels + 1;
}

class RulesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    rules_ = new Rules(ReadRules());
    const int levels = SetLevels(rules_->records);
    ASSERT_LT(levels, 10);
    for (int level = 0; level < levels; ++level) EvaluateLevel(level);
  }
  static void TearDownTestSuite() { delete rules_; }

  static void EvaluateLevel(int level) {
    ScenarioKit& kit = ScenarioKit::Instance();
    tools::OpenMetrics recorded({});
    struct Window {
      int64_t from, to;  // minutes before the end
      int64_t step_seconds;
    };
    // As much as the story and the comparisons with yesterday and last week need.
    constexpr Window kWindows[] = {
        {7 * 1440 + 480, 7 * 1440, 900}, {26 * 60, 23 * 60, 60}, {9 * 60, 0, 60}};
    for (const Rule& rule : rules_->records) {
      if (rule.level != level) continue;
      for (const Window& window : kWindows) {
        const auto result = kit.prometheus().Range(rule.expr, kit.Before(window.from),
                                                   kit.Before(window.to), window.step_seconds);
        ASSERT_TRUE(result.ok()) << rule.name << ": " << StdView(result.status().message());
        for (const PrometheusSeries& series : *result) Add(rule, series, recorded);
      }
    }
    ASSERT_GT(recorded.samples(), 0u);
    const TempDir dir;
    ASSERT_TRUE(recorded.Write(dir / "recorded").ok());
    const ProcessResult made = RunToEnd(
        {SystemProgram("promtool", "prometheus"), "tsdb", "create-blocks-from", "openmetrics",
         "--quiet", "--max-block-duration=768h", dir / "recorded", kit.blocks()});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    kit.RestartPrometheus();
  }

  static void Add(const Rule& rule, const PrometheusSeries& series, tools::OpenMetrics& recorded) {
    MetricLabels labels = series.labels;
    labels.erase("__name__");
    for (const auto& [label, value] : rule.labels) labels[label] = value;
    const tools::OpenMetrics::Labels all(labels.begin(), labels.end());
    for (const auto& [time, value] : series.points) {
      if (!std::isnan(value)) recorded.Add(rule.name, all, value, time);
    }
  }

  // The alerts whose expressions hold so many minutes before the end, as "alert site".
  std::set<std::string> HoldsBefore(int64_t minutes) {
    const ScenarioKit& kit = ScenarioKit::Instance();
    std::set<std::string> holds;
    for (const Rule& alert : rules_->alerts) {
      const auto result = kit.prometheus().Instant(alert.expr, kit.Before(minutes));
      EXPECT_TRUE(result.ok()) << alert.name << ": " << StdView(result.status().message());
      if (!result.ok()) continue;
      for (const PrometheusSeries& series : *result) {
        const auto site = series.labels.find("site");
        const auto code = series.labels.find("code");
        holds.insert(alert.name + (site == series.labels.end() ? "" : " " + site->second) +
                     (code == series.labels.end() ? "" : " " + code->second));
      }
    }
    return holds;
  }

  static inline Rules* rules_ = nullptr;
};

TEST_F(RulesTest, HoldForNothingBeforeTheStoryBegins) {
  EXPECT_GT(rules_->alerts.size(), 10u);
  EXPECT_THAT(HoldsBefore(tools::kHoleScan.from + 30), IsEmpty());
}

TEST_F(RulesTest, HoldWhenSomebodyLooksForHoles) {
  EXPECT_THAT(HoldsBefore(tools::kHoleScan.to + 5),
              UnorderedElementsAre("LogtallyClientErrorsSurge blog"));
}

TEST_F(RulesTest, HoldWhenLogtallyIsDown) {
  EXPECT_THAT(HoldsBefore(tools::kRestart.to + 2),
              IsSupersetOf({std::string("LogtallyTargetDown")}));
}

TEST_F(RulesTest, HoldWhenLinesAreBroken) {
  EXPECT_THAT(HoldsBefore(tools::kBrokenLines.to + 5),
              IsSupersetOf({std::string("LogtallyRejectedLines shop")}));
}

TEST_F(RulesTest, HoldInAnOutageForTheSitesThatFail) {
  const std::set<std::string> holds = HoldsBefore(tools::kOutage.to + 10);
  EXPECT_THAT(holds, IsSupersetOf({std::string("LogtallyErrorBudgetGoneIn2Days shop"),
                                   std::string("LogtallyErrorBudgetGoneIn2Days api"),
                                   std::string("LogtallyErrorBudgetGoneIn5Days shop"),
                                   std::string("LogtallyErrorBudgetGoneIn5Days api")}));
  EXPECT_FALSE(holds.contains("LogtallyErrorBudgetGoneIn2Days blog"));
}

TEST_F(RulesTest, HoldWhenClientsGiveUp) {
  const std::set<std::string> holds = HoldsBefore(tools::kClientsGiveUp.to + 5);
  EXPECT_TRUE(holds.contains("LogtallyClientsGiveUp api")) << ::testing::PrintToString(holds);
  EXPECT_FALSE(holds.contains("LogtallyClientsGiveUp shop"));
}

TEST_F(RulesTest, HoldForTheNewCodeAndNoOther) {
  std::set<std::string> new_codes;
  for (const std::string& alert : HoldsBefore(tools::kNewCode.to + 5)) {
    if (alert.starts_with("LogtallyNewErrorCode")) new_codes.insert(alert);
  }
  EXPECT_THAT(new_codes, UnorderedElementsAre("LogtallyNewErrorCode shop 521"));
}

// What backfill writes as ALERTS, which dashboards show as annotations, are alerts that exist.
TEST_F(RulesTest, TheHistoryKnowsNoAlertThatThereIsNot) {
  std::set<std::string> known;
  for (const Rule& alert : rules_->alerts) known.insert(alert.name);
  const ScenarioKit& kit = ScenarioKit::Instance();
  const auto names =
      kit.prometheus().LabelValues("alertname", "ALERTS", kit.Before(480), kit.end_unix());
  ASSERT_TRUE(names.ok());
  EXPECT_GE(names->size(), 3u);
  for (const std::string& name : *names) EXPECT_TRUE(known.contains(name)) << name;
}

}  // namespace
}  // namespace logtally::testing
