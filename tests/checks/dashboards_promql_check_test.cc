// What panels show of moments that the scenario does not have: promtool makes the series up.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "testing/grafana_dashboard.h"
#include "testing/grafana_variables.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

using nlohmann::json;

constexpr int64_t kHour = 3600;

// A metric of site "shop" on the instance "web1:1"; `values` in promtool's notation.
json Series(std::string_view metric, std::string_view labels, std::string_view values,
            std::string_view instance = "web1:1") {
  return {{"series", absl::StrFormat(R"(%s{job="logtally",instance="%s"%s%s})", metric, instance,
                                     labels.empty() ? "" : ",", labels)},
          {"values", values}};
}

json Responses(std::string_view code, std::string_view values,
               std::string_view instance = "web1:1") {
  return Series(
      "logtally_http_responses_total",
      absl::StrFormat(R"(site="shop",code="%s",class="%cxx",method="GET")", code, code.front()),
      values, instance);
}

json Named(std::string_view code, std::string_view name, std::string_view instance) {
  return Series(
      "logtally_status_info",
      absl::StrFormat(R"(code="%s",name="%s",class="4xx",fault="client",documented="yes")", code,
                      name),
      "1x120", instance);
}

class DashboardsPromqlCheck : public ::testing::Test {
 protected:
  // Between two samples.
  void Interval(std::string interval) { interval_ = std::move(interval); }
  void Given(std::vector<json> series) { series_ = std::move(series); }

  // `wrap` stands around the panel's query: "round(%s)". The time range is the hour before `at`.
  void Expect(int64_t at, const std::string& dashboard, const std::string& panel,
              const std::string& ref, const absl::ParsedFormat<'s'>& wrap, const json& samples) {
    GrafanaVariables variables(at - kHour, at, 60, 60);
    for (const char* name : {"job", "instance", "site", "code"}) {
      variables.Set(name, {.values = {".+"}, .is_all_value = true});
    }
    variables.Set("objective", {.values = {"99.9"}});
    for (const GrafanaDashboard& one : DashboardsIn(LOGTALLY_SOURCE_DIR "/dashboards/grafana")) {
      if (one.uid != dashboard) continue;
      const auto expr = variables.InPromql(one.Query(panel, ref).text);
      ASSERT_TRUE(expr.ok());
      asked_.push_back({{"expr", absl::StrFormat(wrap, *expr)},
                        {"eval_time", absl::StrFormat("%ds", at)},
                        {"exp_samples", samples}});
    }
  }

  // Runs what was expected; JSON is YAML.
  void TearDown() override {
    const json test = {
        {"interval", interval_}, {"input_series", series_}, {"promql_expr_test", asked_}};
    WriteFile(dir_ / "test.yml", json{{"tests", json::array({test})}}.dump(2));
    const ProcessResult result =
        RunToEnd({SystemProgram("promtool", "prometheus"), "test", "rules", dir_ / "test.yml"}, {},
                 absl::Minutes(4));
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
    EXPECT_FALSE(asked_.empty());
  }

 private:
  TempDir dir_;
  std::string interval_ = "1m";
  json series_;
  json asked_ = json::array();
};

const absl::ParsedFormat<'s'> kAsItIs("%s");
const absl::ParsedFormat<'s'> kRounded("round(%s)");
const absl::ParsedFormat<'s'> kCounted("count(%s)");

json One(double value, std::string_view labels = "{}") {
  return json::array({{{"labels", labels}, {"value", value}}});
}

TEST_F(DashboardsPromqlCheck, TwoVersionsOfLogtallyMayCallACodeDifferently) {
  Given({Named("404", "Not Found", "web1:1"), Named("404", "Nothing there", "web2:1"),
         Responses("404", "0+1x120"), Responses("404", "0+1x120", "web2:1")});
  Expect(2 * kHour, "logtally-overview", "Responses by code", "A", kCounted, One(1));
  Expect(2 * kHour, "logtally-overview", "Errors by the side at fault", "A", kCounted, One(1));
  Expect(2 * kHour, "logtally-overview", "Status codes", "D", kCounted, One(1));
  Expect(2 * kHour, "logtally-status-code", "What $code means", "A", kCounted, One(1));
}

TEST_F(DashboardsPromqlCheck, NothingIsNewInTheFirstTimeRange) {
  Given({Responses("200", "_x70 0+1x50"), Responses("404", "_x70 0+1x50")});
  Expect(2 * kHour, "logtally-overview", "New codes", "A", kAsItIs, One(0));
  Expect(2 * kHour, "logtally-overview", "Status codes", "C", kAsItIs,
         {One(-2, R"({code="200"})")[0], One(-2, R"({code="404"})")[0]});
}

TEST_F(DashboardsPromqlCheck, WhatBeginsWhileOthersGoOnIsNew) {
  Given({Responses("200", "0+1x120"), Responses("404", "0x70 0+1x49")});
  Expect(2 * kHour, "logtally-overview", "New codes", "A", kAsItIs, One(1));
  Expect(2 * kHour, "logtally-overview", "Status codes", "C", kRounded, One(0, R"({code="200"})"));
}

TEST_F(DashboardsPromqlCheck, AnInstanceThatCountsFromZeroAgainSpoilsNoSumOf30Days) {
  Interval("30m");
  Given({Responses("500", "0+1x1440"), Responses("500", "0+1x1000 0+1x439", "web2:1")});
  Expect(30 * 24 * kHour, "logtally-slo", "Errors", "A", kRounded, One(1440 + 1439));
  Expect(30 * 24 * kHour, "logtally-slo", "Good requests", "A", kAsItIs, One(0));
}

TEST_F(DashboardsPromqlCheck, TheBudgetHasFiguresBeforeTwoHoursAreThere) {
  Given({Responses("500", "0+1x40")});
  Expect(2400, "logtally-slo", "Errors", "A", kRounded, One(40));
}

}  // namespace
}  // namespace logtally::testing
