// What every alert rule must have: texts, a runbook section, a dashboard, unit tests, and series
// that exist.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "model/self_metrics.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Names = std::set<std::string>;
using Complaints = std::vector<std::string>;

const fs::path kDashboards = LOGTALLY_SOURCE_DIR "/dashboards";

struct Alert {
  std::string name;
  std::string expr;
  std::string severity;
  std::map<std::string, std::string> annotations;
};

struct Rules {
  std::vector<Alert> alerts;
  std::multimap<std::string, std::string> records;  // name -> expression
};

// What the unit tests of promtool show of one alert.
struct Shown {
  Names kinds;  // of kKinds
  bool compares_annotations = false;
};
constexpr std::string_view kKinds[] = {"fires", "does not fire", "low traffic"};

void ReadRules(const std::string& yaml, Rules& rules) {
  for (const YAML::Node& group : YAML::Load(yaml)["groups"]) {
    for (const YAML::Node& rule : group["rules"]) {
      const std::string expr = rule["expr"].as<std::string>();
      if (rule["record"]) {
        rules.records.emplace(rule["record"].as<std::string>(), expr);
        continue;
      }
      Alert alert{.name = rule["alert"].as<std::string>(), .expr = expr};
      if (rule["labels"]["severity"]) alert.severity = rule["labels"]["severity"].as<std::string>();
      if (rule["annotations"]) {
        alert.annotations = rule["annotations"].as<std::map<std::string, std::string>>();
      }
      rules.alerts.push_back(alert);
    }
  }
}

// A test is called "<alert>: <kind>…; <kind>…". A kind counts if an alert is there, or is not
// there, as that kind says.
void ReadTests(const std::string& yaml, std::map<std::string, Shown>& shown) {
  for (const YAML::Node& test : YAML::Load(yaml)["tests"]) {
    const std::string name = test["name"].as<std::string>();
    const std::string about = name.substr(0, name.find(':'));
    bool fires = false, is_silent = false;
    for (const YAML::Node& at : test["alert_rule_test"]) {
      if (at["alertname"].as<std::string>() != about) continue;
      (at["exp_alerts"].size() > 0 ? fires : is_silent) = true;
      for (const YAML::Node& alert : at["exp_alerts"]) {
        const YAML::Node annotations = alert["exp_annotations"];
        if (annotations && annotations.size() >= 4) shown[about].compares_annotations = true;
      }
    }
    for (const std::string_view kind : kKinds) {
      const bool as_said = kind == "fires" ? fires : is_silent;
      if (as_said && name.find(kind) != name.npos) shown[about].kinds.emplace(kind);
    }
  }
}

std::vector<std::string> YamlFiles(const fs::path& folder) {
  std::vector<std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".yml") files.push_back(entry.path());
  }
  return files;
}

// The names of series that an expression asks for: what is left of it without texts, matchers,
// ranges, lists of labels, functions and words.
Names SeriesIn(std::string expr) {
  static const std::regex kNoSeries(
      R"re("[^"]*"|\{[^}]*\}|\[[^\]]*\]|\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)|\boffset\s+\w+|\b[a-z_0-9]+\s*\(|\b[0-9][\w.]*)re");
  static const std::regex kName(R"([a-zA-Z_:][\w:]*)");
  static const Names kWords = {"and", "or", "unless", "bool", "sum", "group"};
  expr = std::regex_replace(expr, kNoSeries, " ");
  Names names;
  for (std::sregex_iterator it(expr.begin(), expr.end(), kName), end; it != end; ++it) {
    if (!kWords.contains(it->str())) names.insert(it->str());
  }
  return names;
}

// The expressions in a template stand between backticks.
std::vector<std::string> QueriesIn(const std::string& text) {
  static const std::regex kQuery("`([^`]*)`");
  std::vector<std::string> queries;
  for (std::sregex_iterator it(text.begin(), text.end(), kQuery), end; it != end; ++it) {
    queries.push_back((*it)[1].str());
  }
  return queries;
}

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

Complaints ComplaintsAboutTexts(const Alert& alert) {
  Complaints found;
  Names required = {"summary", "description", "runbook_url", "dashboard_url"};
  const bool is_about_codes = alert.expr.find("logtally_http_") != alert.expr.npos;
  if (is_about_codes) required.insert({"meaning", "codes_url"});
  for (const std::string& name : required) {
    const auto it = alert.annotations.find(name);
    if (it == alert.annotations.end() || it->second.empty()) {
      found.push_back(alert.name + " has no annotation " + name);
    }
  }
  if (is_about_codes && found.empty() &&
      alert.annotations.at("meaning").find("logtally:status_meaning:info") == std::string::npos) {
    found.push_back(alert.name + ": meaning does not ask for the meaning of the code");
  }
  if (alert.severity != "critical" && alert.severity != "warning") {
    found.push_back(alert.name + ": severity is neither critical nor warning");
  }
  if (!alert.name.starts_with("Logtally")) found.push_back(alert.name + ": name it Logtally…");
  return found;
}

Complaints ComplaintsAboutLink(const Alert& alert, const Names& uids) {
  static const std::regex kLink(R"(/d/([\w-]+)\?var-job=.*&var-instance=.*)");
  const auto it = alert.annotations.find("dashboard_url");
  std::smatch match;
  if (it == alert.annotations.end() || !std::regex_match(it->second, match, kLink)) {
    return {alert.name + ": dashboard_url is not /d/<uid>?var-job=…&var-instance=…"};
  }
  if (!uids.contains(match[1].str())) return {alert.name + ": no dashboard " + match[1].str()};
  return {};
}

Complaints ComplaintsAboutSeries(const Rules& rules) {
  Names known = {"up", "ALERTS"};
  for (const MetricRow& row : MetricTable()) known.emplace(row.name);
  std::vector<std::pair<std::string, std::string>> queries;  // who asks, what
  static const std::regex kRecord("[a-z_]+:[a-z_]+:[a-z0-9_]+");
  Complaints found;
  for (const auto& [name, expr] : rules.records) {
    known.insert(name);
    queries.emplace_back(name, expr);
    if (!std::regex_match(name, kRecord)) found.push_back(name + " is not level:metric:operations");
  }
  for (const Alert& alert : rules.alerts) {
    queries.emplace_back(alert.name, alert.expr);
    for (const auto& [name, text] : alert.annotations) {
      for (const std::string& query : QueriesIn(text)) queries.emplace_back(alert.name, query);
    }
  }
  for (const auto& [who, query] : queries) {
    for (const std::string& series : SeriesIn(query)) {
      if (!known.contains(series)) found.push_back(who + " asks for " + series);
    }
  }
  return found;
}

// Each alert has its section, and each section its alert.
Complaints ComplaintsAboutRunbook(const Rules& rules, const std::string& readme) {
  std::map<std::string, std::string> sections;  // heading -> text
  std::istringstream lines(readme);
  std::string heading;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) heading = line;
    if (heading.starts_with("### Logtally")) sections[heading.substr(4)] += line + "\n";
  }
  Complaints found;
  for (const Alert& alert : rules.alerts) {
    const auto url = alert.annotations.find("runbook_url");
    if (url == alert.annotations.end() ||
        url->second != "dashboards/README.md#" + Lower(alert.name)) {
      found.push_back(alert.name + ": runbook_url is not its section of dashboards/README.md");
    }
    const auto section = sections.find(alert.name);
    if (section == sections.end()) {
      found.push_back(alert.name + " has no section in dashboards/README.md");
      continue;
    }
    std::string severity = alert.severity;
    if (!severity.empty()) severity[0] = static_cast<char>(std::toupper(severity[0]));
    for (const std::string& part :
         {"\n" + severity + ". ", std::string("\n- **Look:** "), std::string("\n- **Do:** ")}) {
      if (section->second.find(part) == std::string::npos) {
        found.push_back(alert.name + ": its section does not have " + part.substr(1));
      }
    }
    sections.erase(section);
  }
  for (const auto& [name, text] : sections) found.push_back(name + " is the section of no alert");
  return found;
}

Complaints ComplaintsAboutTests(const Rules& rules, const std::map<std::string, Shown>& shown) {
  // These do not look at figures that little traffic makes doubtful.
  static const Names kWithoutGate = {"LogtallyTargetDown", "LogtallyCommitErrors",
                                     "LogtallyLostBytes", "LogtallyLossOfUnknownSize"};
  Complaints found;
  for (const Alert& alert : rules.alerts) {
    const auto it = shown.find(alert.name);
    const Shown& tests = it == shown.end() ? Shown() : it->second;
    for (const std::string_view kind : kKinds) {
      if (kind == "low traffic" && kWithoutGate.contains(alert.name)) continue;
      if (!tests.kinds.contains(std::string(kind))) {
        found.push_back(alert.name + " has no test \"" + std::string(kind) + "\"");
      }
    }
    if (!tests.compares_annotations) found.push_back(alert.name + ": no test compares its texts");
  }
  return found;
}

Rules AllRules() {
  Rules rules;
  for (const std::string& file : YamlFiles(kDashboards / "rules")) ReadRules(ReadFile(file), rules);
  return rules;
}

TEST(RulesCheck, EveryAlertHasItsTextsAndItsSeverity) {
  const Rules rules = AllRules();
  EXPECT_GE(rules.alerts.size(), 10u);
  for (const Alert& alert : rules.alerts) EXPECT_THAT(ComplaintsAboutTexts(alert), IsEmpty());
}

TEST(RulesCheck, EveryAlertLeadsToADashboardOfOurs) {
  Names uids;
  for (const fs::directory_entry& entry : fs::directory_iterator(kDashboards / "grafana")) {
    if (entry.path().extension() != ".json") continue;
    uids.insert(nlohmann::json::parse(ReadFile(entry.path())).at("uid").get<std::string>());
  }
  EXPECT_GE(uids.size(), 5u);
  for (const Alert& alert : AllRules().alerts) {
    EXPECT_THAT(ComplaintsAboutLink(alert, uids), IsEmpty());
  }
}

TEST(RulesCheck, EverySeriesIsExportedOrRecorded) {
  EXPECT_THAT(ComplaintsAboutSeries(AllRules()), IsEmpty());
}

TEST(RulesCheck, EveryAlertHasARunbookSection) {
  EXPECT_THAT(ComplaintsAboutRunbook(AllRules(), ReadFile(kDashboards / "README.md")), IsEmpty());
}

TEST(RulesCheck, EveryAlertIsShownFiringAndNotFiringAndWithLittleTraffic) {
  std::map<std::string, Shown> shown;
  for (const std::string& file : YamlFiles(kDashboards / "rules/tests")) {
    ReadTests(ReadFile(file), shown);
  }
  EXPECT_THAT(ComplaintsAboutTests(AllRules(), shown), IsEmpty());
}

// The number that people set stands in one place, without a label, and all alerts derive from it.
TEST(RulesCheck, TheObjectiveIsOneNumber) {
  const Rules rules = AllRules();
  EXPECT_EQ(rules.records.count("logtally:slo_objective:ratio"), 1u);
  EXPECT_EQ(rules.records.count("logtally:traffic_gate:rate"), 1u);
  int derived = 0;
  for (const Alert& alert : rules.alerts) {
    if (!alert.name.starts_with("LogtallyErrorBudget")) continue;
    ++derived;
    EXPECT_THAT(SeriesIn(alert.expr), Contains("site:logtally_slo_error_budget:ratio"));
    EXPECT_THAT(SeriesIn(alert.expr), Contains("logtally:traffic_gate:rate"));
  }
  EXPECT_EQ(derived, 4);
}

class RulesCheckItself : public ::testing::Test {
 protected:
  RulesCheckItself() {
    ReadRules(R"(groups:
  - name: g
    rules:
      - record: site:x:sum
        expr: sum without (code, foo) (rate(logtally_http_responses_total{code="bar"}[5m] offset 1d))
      - alert: LogtallyX
        expr: site:x:sum > 1e3 and on (job) up
        labels: {severity: warning}
        annotations:
          summary: s
          description: '{{ query `topk(3, logtally_lines_total{job=%q})` }}'
          dashboard_url: '/d/logtally-x?var-job=a&var-instance=b'
          runbook_url: dashboards/README.md#logtallyx
)",
              good_);
  }
  // What the checks find when one thing about the alert is different.
  Alert With(const std::string& annotation, const std::string& text) const {
    Alert alert = good_.alerts[0];
    alert.annotations[annotation] = text;
    return alert;
  }

  Rules good_;
  const std::string readme_ =
      "# R\n### LogtallyX\n\nWarning. Bad.\n\n- **Look:** there\n- **Do:** that\n\n## Metrics\n";
};

TEST_F(RulesCheckItself, FindsNothingWhereNothingIsWrong) {
  EXPECT_THAT(ComplaintsAboutTexts(good_.alerts[0]), IsEmpty());
  EXPECT_THAT(ComplaintsAboutLink(good_.alerts[0], {"logtally-x"}), IsEmpty());
  EXPECT_THAT(ComplaintsAboutSeries(good_), IsEmpty());
  EXPECT_THAT(ComplaintsAboutRunbook(good_, readme_), IsEmpty());
}

TEST_F(RulesCheckItself, FindsWrongTextsAndLinks) {
  EXPECT_THAT(ComplaintsAboutTexts(With("summary", "")), Contains(HasSubstr("summary")));
  Alert alert = good_.alerts[0];
  alert.severity = "page";
  EXPECT_THAT(ComplaintsAboutTexts(alert), Contains(HasSubstr("severity")));
  alert.name = "X";
  EXPECT_THAT(ComplaintsAboutTexts(alert), Contains(HasSubstr("name it")));
  alert.expr = "site:logtally_http_errors:rate5m > 0";
  EXPECT_THAT(ComplaintsAboutTexts(alert), Contains(HasSubstr("annotation meaning")));
  alert.annotations["codes_url"] = alert.annotations["meaning"] = "500";
  EXPECT_THAT(ComplaintsAboutTexts(alert), Contains(HasSubstr("does not ask")));
  EXPECT_THAT(ComplaintsAboutLink(good_.alerts[0], {"logtally-y"}),
              Contains(HasSubstr("no dashboard logtally-x")));
  EXPECT_THAT(ComplaintsAboutLink(With("dashboard_url", "/d/logtally-x"), {"logtally-x"}),
              Contains(HasSubstr("is not /d/<uid>")));
}

TEST_F(RulesCheckItself, FindsSeriesThatNobodyExports) {
  Rules rules = good_;
  rules.records.emplace("x:y", "logtally_bananas_total");
  rules.alerts[0].expr = "sum(node_load1{a=\"b\"}) or max_over_time(site:y:sum[1h])";
  rules.alerts.push_back(With("description", "{{ query `logtally_lines` }}"));
  const Complaints found = ComplaintsAboutSeries(rules);
  for (const char* part :
       {"x:y is not level", "logtally_bananas_total", "LogtallyX asks for node_load1",
        "asks for site:y:sum", "asks for logtally_lines"}) {
    EXPECT_THAT(found, Contains(HasSubstr(part)));
  }
}

TEST_F(RulesCheckItself, FindsRunbookSectionsThatAreMissingOrLeftOver) {
  EXPECT_THAT(ComplaintsAboutRunbook(good_, "# R\n"), Contains(HasSubstr("has no section")));
  EXPECT_THAT(ComplaintsAboutRunbook(good_, readme_ + "### LogtallyOld\n"),
              Contains(HasSubstr("LogtallyOld is the section of no alert")));
  EXPECT_THAT(ComplaintsAboutRunbook(good_, "### LogtallyX\n\nWarning. Bad.\n\n- **Look:** \n"),
              Contains(HasSubstr("**Do:**")));
  Rules rules = good_;
  rules.alerts[0] = With("runbook_url", "dashboards/README.md#alerts");
  EXPECT_THAT(ComplaintsAboutRunbook(rules, readme_), Contains(HasSubstr("runbook_url")));
}

TEST_F(RulesCheckItself, FindsTestsThatAreMissingOrThatShowSomethingElse) {
  EXPECT_THAT(ComplaintsAboutTests(good_, {}), ::testing::SizeIs(4));
  std::map<std::string, Shown> shown;
  ReadTests(R"(tests:
  - name: 'LogtallyX: fires'
    alert_rule_test:
      - {alertname: LogtallyX, exp_alerts: [{exp_labels: {}}]}
  - name: 'LogtallyX: does not fire; low traffic'
    alert_rule_test:
      - {alertname: LogtallyY, exp_alerts: []}
)",
            shown);
  EXPECT_THAT(ComplaintsAboutTests(good_, shown),
              ::testing::ElementsAre(HasSubstr("does not fire"), HasSubstr("low traffic"),
                                     HasSubstr("compares its texts")));
}

}  // namespace
}  // namespace logtally::testing
