// The dashboards keep the rules of testing/dashboard_lint.h, and each rule can be broken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "catalogue/status_catalogue.h"
#include "model/status_code.h"
#include "testing/dashboard_lint.h"
#include "testing/query_lint.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::map<std::string, json> CommittedDashboards() {
  std::map<std::string, json> dashboards;
  for (const auto& entry :
       std::filesystem::directory_iterator(LOGTALLY_SOURCE_DIR "/dashboards/grafana")) {
    dashboards[entry.path().stem()] = json::parse(ReadFile(entry.path()));
  }
  return dashboards;
}

class DashboardsLintCheck : public ::testing::Test {
 protected:
  DashboardsLintCheck() : dashboards_(CommittedDashboards()) {
    for (const auto& [name, dashboard] : dashboards_) surroundings_.uids.insert(dashboard["uid"]);
    for (const StatusMeaning& row : StatusCatalogue::BuiltIn().All()) {
      surroundings_.codes.insert(StatusCodeText(row.code));
    }
    surroundings_.views = PublicViews();
  }

  // What is said of a dashboard in which one thing was changed.
  std::vector<std::string> ComplaintsAfter(const std::string& name,
                                           const std::function<void(json&)>& change) const {
    json dashboard = dashboards_.at(name);
    change(dashboard);
    return DashboardComplaints(dashboard, surroundings_);
  }

  const std::map<std::string, json> dashboards_;
  DashboardSurroundings surroundings_;
};

// The panel of that title; there must be one.
json& PanelOf(json& dashboard, const std::string& title) {
  for (json& panel : dashboard["panels"]) {
    if (panel["title"] == title) return panel;
  }
  ADD_FAILURE() << "no panel " << title;
  return dashboard["panels"][0];
}

json& VariableOf(json& dashboard, const std::string& name) {
  for (json& variable : dashboard["templating"]["list"]) {
    if (variable["name"] == name) return variable;
  }
  ADD_FAILURE() << "no variable " << name;
  return dashboard["templating"]["list"][0];
}

TEST_F(DashboardsLintCheck, TheSixDashboardsKeepTheRules) {
  std::set<std::string> names;
  for (const auto& [name, dashboard] : dashboards_) {
    names.insert(name);
    EXPECT_EQ(dashboard["uid"], "logtally-" + name);
    EXPECT_THAT(DashboardComplaints(dashboard, surroundings_), IsEmpty()) << name;
  }
  EXPECT_EQ(names,
            (std::set<std::string>{"health", "history", "overview", "site", "slo", "status-code"}));
  EXPECT_EQ(surroundings_.uids.size(), names.size());
  EXPECT_GT(surroundings_.codes.size(), 90u);
  EXPECT_GT(surroundings_.views.size(), 10u);
}

TEST_F(DashboardsLintCheck, EachRuleOfTheFrameFindsItsMistake) {
  const std::pair<std::function<void(json&)>, const char*> mistakes[] = {
      {[](json& d) { d["schemaVersion"] = 42; }, "schemaVersion: must be 39"},
      {[](json& d) { d["editable"] = true; }, "editable: must be false"},
      {[](json& d) { d["graphTooltip"] = 0; }, "graphTooltip: must be 1"},
      {[](json& d) { d.erase("id"); }, "id: must be null"},
      {[](json& d) { d["__inputs"] = json::array(); }, "__inputs: belongs to"},
      {[](json& d) { d["spec"] = json::object(); }, "spec: belongs to"},
      {[](json& d) { d["title"] = ""; }, "title: is missing"},
      {[](json& d) { d["uid"] = "other"; }, "uid: is not a known one"},
      {[](json& d) { d["tags"].push_back("x"); }, "tags: must be logtally alone"},
      {[](json& d) { d["links"][0]["keepTime"] = false; }, "links: must lead to the tag"},
      {[](json& d) { d["links"][1]["url"] = "https://example.com/"; }, "neither a dashboard nor"},
      {[](json& d) { d["annotations"]["list"][0]["expr"] = "ALERTS{}"; }, "different things"},
  };
  for (const auto& [change, complaint] : mistakes) {
    EXPECT_THAT(ComplaintsAfter("overview", change), Contains(HasSubstr(complaint)));
  }
}

TEST_F(DashboardsLintCheck, EachRuleOfTheVariablesFindsItsMistake) {
  const std::pair<std::function<void(json&)>, const char*> mistakes[] = {
      {[](json& d) { d["templating"]["list"].erase(1); }, "variable job: is missing"},
      {[](json& d) { VariableOf(d, "job")["name"] = "site"; }, "variable site: stands there twice"},
      {[](json& d) { VariableOf(d, "site")["label"] = ""; }, "variable site: has no label"},
      {[](json& d) { VariableOf(d, "site").erase("description"); }, "site: has no description"},
      {[](json& d) { VariableOf(d, "site")["multi"] = false; }, "site: must allow several"},
      {[](json& d) { VariableOf(d, "code")["refresh"] = 1; }, "code: must be read again"},
      {[](json& d) { VariableOf(d, "code")["allValue"] = ".*"; }, "code: allValue must be"},
      {[](json& d) { VariableOf(d, "site")["datasource"]["uid"] = "x"; }, "another data source"},
      {[](json& d) { VariableOf(d, "site")["query"]["query"] = "label_values(up, job)"; },
       "site: asks for no label of logtally"},
      {[](json& d) {
         VariableOf(d, "job")["query"]["query"] =
             "label_values(logtally_logs{site=~\"$site\"}, job)";
       },
       "job: uses $site, which does not stand above it"},
      {[](json& d) { PanelOf(d, "Losses")["description"] = "$nothing"; }, "nothing: is used, but"},
      {[](json& d) {
         d["templating"]["list"].push_back({{"name", "idle"}, {"type", "custom"}, {"query", "1"}});
       },
       "idle: is not used"},
  };
  for (const auto& [change, complaint] : mistakes) {
    EXPECT_THAT(ComplaintsAfter("overview", change), Contains(HasSubstr(complaint)));
  }
}

TEST_F(DashboardsLintCheck, EachRuleOfThePanelsFindsItsMistake) {
  const auto in_losses = [](const char* key, const json& value) {
    return [key, value](json& d) { PanelOf(d, "Losses")[key] = value; };
  };
  const std::pair<std::function<void(json&)>, const char*> mistakes[] = {
      {in_losses("type", "piechart"), "is of the type piechart"},
      {in_losses("id", 1), "has the id of another"},
      {in_losses("title", ""), "has no title"},
      {in_losses("description", ""), "has no description"},
      {in_losses("libraryPanel", json::object()), "is a library panel"},
      {in_losses("datasource", "x"), "asks another data source"},
      {in_losses("targets", json::array()), "asks nothing"},
      {in_losses("gridPos", {{"x", 22}, {"y", 1}, {"w", 4}, {"h", 4}}), "leaves the grid"},
      {in_losses("gridPos", {{"x", 2}, {"y", 1}, {"w", 4}, {"h", 4}}), "overlaps another"},
      {[](json& d) { PanelOf(d, "Losses")["fieldConfig"]["defaults"].erase("unit"); }, "no unit"},
      {[](json& d) {
         json& targets = PanelOf(d, "Losses")["targets"];
         targets.push_back(targets[0]);
       },
       "has two queries of one name"},
      {[](json& d) { PanelOf(d, "Losses")["targets"][0]["datasource"] = "x"; },
       "a query asks another data source"},
      {[](json& d) {
         PanelOf(d, "Losses")["fieldConfig"]["defaults"]["links"][0]["url"] = "/d/x?";
       },
       "x is no dashboard"},
      {[](json& d) { PanelOf(d, "Losses")["fieldConfig"]["defaults"]["links"][0]["title"] = ""; },
       "a link has no title"},
      {[](json& d) {
         json& url = PanelOf(d, "Losses")["fieldConfig"]["defaults"]["links"][0]["url"];
         url = "/d/logtally-health";
       },
       "drops the time range"},
  };
  for (const auto& [change, complaint] : mistakes) {
    EXPECT_THAT(ComplaintsAfter("overview", change), Contains(HasSubstr(complaint)));
  }
}

TEST_F(DashboardsLintCheck, EachRuleOfTheCodesFindsItsMistake) {
  // The first override of the table is that of the column "Code"; its first property the texts.
  const auto in_column = [](const std::function<void(json&)>& change) {
    return [change](json& d) {
      change(PanelOf(d, "Status codes")["fieldConfig"]["overrides"][0]["properties"]);
    };
  };
  EXPECT_THAT(ComplaintsAfter("overview", in_column([](json& properties) {
                                properties[0]["value"][0]["options"].erase("499");
                              })),
              Contains(HasSubstr("has no text for the code 499")));
  EXPECT_THAT(ComplaintsAfter("overview", in_column([](json& properties) {
                                properties[0]["value"][0]["options"]["404"]["color"] = "red";
                              })),
              Contains(HasSubstr("4xx must be orange")));
  EXPECT_THAT(
      ComplaintsAfter("overview", in_column([](json& properties) { properties = json::array(); })),
      ::testing::IsSupersetOf({HasSubstr("have no texts"), HasSubstr("lead nowhere")}));
}

TEST_F(DashboardsLintCheck, EachRuleOfPromqlFindsItsMistake) {
  const std::pair<const char*, const char*> mistakes[] = {
      {R"(sum(logtally_x{job=~"$job", instance=~"$instance"}))", "is no metric"},
      {"logtally_logs", "logtally_logs has no matchers"},
      {R"(logtally_logs{instance=~"$instance", site=~"$site"})",
       R"(lacks the matcher job=~"$job")"},
      {R"(logtally_logs{job=~"$job", instance="$instance", site=~"$site"})",
       "lacks the matcher inst"},
      {R"(logtally_logs{job=~"$job", instance=~"$instance"})",
       R"(lacks the matcher site=~"$site")"},
      {R"(logtally_logs{job=~"$job", instance=~"$instance", site=~"$site", code="1"})",
       "has no label code"},
      {R"(logtally_commits_total{job=~"$job", instance=~"$instance"})", "is a counter"},
      {R"(rate(logtally_commits_total{job=~"$job", instance=~"$instance"}[5m]))",
       "rate() takes [$__rate_interval]"},
      {R"(increase(logtally_commits_total{job=~"$job", instance=~"$instance"}[$__interval]))",
       "increase() takes"},
      {R"(increase(logtally_commits_total{job=~"$job", instance=~"$instance"}[30d]))",
       "[30d] is more than 1d: it needs a step"},
      {R"(increase(logtally_commits_total{job=~"$job", instance=~"$instance"}[25h]))",
       "[25h] is more than 1d: it needs a step"},
      {R"(sum(logtally_commit_duration_seconds_count{job=~"$job", instance=~"$instance"}))",
       "is a counter"},
  };
  for (const auto& [expr, complaint] : mistakes) {
    EXPECT_THAT(PromqlComplaints(expr), Contains(HasSubstr(complaint))) << expr;
    EXPECT_THAT(
        ComplaintsAfter("overview",
                        [&](json& d) { PanelOf(d, "Losses")["targets"][0]["expr"] = expr; }),
        Contains(HasSubstr(complaint)));
  }
}

TEST_F(DashboardsLintCheck, EachRuleOfSqlFindsItsMistake) {
  const std::pair<const char*, const char*> mistakes[] = {
      {"SELECT responses FROM minute", "minute is no public view"},
      {"SELECT 1 FROM losses JOIN site", "site is no public view"},
      {"DELETE FROM losses", "begins with neither SELECT nor WITH"},
      {"SELECT 1 FROM losses; SELECT 2", "holds a semicolon"},
  };
  for (const auto& [sql, complaint] : mistakes) {
    EXPECT_THAT(SqlComplaints(sql, surroundings_.views), Contains(HasSubstr(complaint))) << sql;
    EXPECT_THAT(
        ComplaintsAfter("history",
                        [&](json& d) { PanelOf(d, "Losses")["targets"][0]["rawQueryText"] = sql; }),
        Contains(HasSubstr(complaint)));
  }
}

}  // namespace
}  // namespace logtally::testing
