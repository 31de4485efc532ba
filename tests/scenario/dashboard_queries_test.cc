// Every query of every dashboard on a real Prometheus, over a history in which nearly everything
// happens: none fails, and none comes back empty.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/text.h"
#include "scenario/open_dashboard.h"

namespace logtally::testing {
namespace {

using ::testing::IsEmpty;

// Panels that may have nothing to show, each with its reason. What is not listed must have data;
// what is listed and has some is fine as well.
struct MayBeEmpty {
  std::string_view dashboard, panel, reason;
};
constexpr std::array<MayBeEmpty, 0> kMayBeEmpty = {};

const std::vector<GrafanaDashboard>& Dashboards() {
  static auto* const all =
      new std::vector<GrafanaDashboard>(DashboardsIn(LOGTALLY_SOURCE_DIR "/dashboards/grafana"));
  return *all;
}

// Whether a chart or a table would have something to draw.
bool HasData(const std::vector<PrometheusSeries>& result) {
  for (const PrometheusSeries& series : result) {
    for (const auto& [time, value] : series.points) {
      if (!std::isnan(value)) return true;
    }
  }
  return false;
}

class Judge {
 public:
  void Look(const std::string& where, const PrometheusApi::Result& result, std::string_view query) {
    ++asked_;
    if (!result.ok()) {
      complaints_.push_back(where + ": " + std::string(StdView(result.status().message())));
    } else if (!HasData(*result)) {
      complaints_.push_back(where + ": empty: " + std::string(query));
    }
  }
  void Complain(std::string text) { complaints_.push_back(std::move(text)); }
  int asked() const { return asked_; }
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  int asked_ = 0;
  std::vector<std::string> complaints_;
};

bool MayHaveNoData(const GrafanaDashboard& dashboard, const GrafanaPanel& panel) {
  for (const MayBeEmpty& row : kMayBeEmpty) {
    if (row.dashboard == dashboard.uid && row.panel == panel.title) {
      std::printf("may be empty: %s, %s: %s\n", dashboard.uid.c_str(), panel.title.c_str(),
                  std::string(row.reason).c_str());
      return true;
    }
  }
  return false;
}

void LookAt(const GrafanaDashboard& dashboard, Selection selection, Judge& judge) {
  const auto open = OpenDashboard::Open(dashboard, selection);
  if (!open.ok()) return judge.Complain(std::string(StdView(open.status().message())));
  for (const GrafanaPanel& panel : dashboard.panels) {
    const std::string where = dashboard.uid + ", " + panel.title;
    for (const GrafanaQuery& query : panel.queries) {
      if (panel.repeat.empty()) {
        const auto result = open->Ask(query);
        if (result.ok() && MayHaveNoData(dashboard, panel)) continue;
        judge.Look(where + " " + query.ref, result, query.text);
        continue;
      }
      for (const std::string& value : open->ValuesOf(panel.repeat)) {
        const auto result = open->AskRepeated(query, panel.repeat, value);
        if (result.ok() && MayHaveNoData(dashboard, panel)) continue;
        judge.Look(where + " " + query.ref + " of " + value, result, query.text);
      }
    }
  }
  for (const GrafanaAnnotation& annotation : dashboard.annotations) {
    judge.Look(dashboard.uid + ", annotation " + annotation.name, open->Ask(annotation),
               annotation.query);
  }
}

TEST(DashboardQueries, NoneFailsAndNoneIsEmptyAsTheDashboardOpens) {
  Judge judge;
  for (const GrafanaDashboard& dashboard : Dashboards()) {
    if (!dashboard.asks_sqlite) LookAt(dashboard, Selection::kAll, judge);
  }
  EXPECT_THAT(judge.complaints(), IsEmpty());
  EXPECT_GT(judge.asked(), 80);
  std::printf("%d queries were asked\n", judge.asked());
}

TEST(DashboardQueries, NoneFailsAndNoneIsEmptyForAFewSitesAndCodes) {
  Judge judge;
  for (const GrafanaDashboard& dashboard : Dashboards()) {
    if (!dashboard.asks_sqlite) LookAt(dashboard, Selection::kTheFew, judge);
  }
  EXPECT_THAT(judge.complaints(), IsEmpty());
}

TEST(DashboardQueries, AMistakeIsSeen) {
  GrafanaDashboard wrong = {.uid = "wrong", .range_seconds = 3600};
  wrong.panels = {{.title = "refused", .queries = {{.ref = "A", .text = "sum(", .range = true}}},
                  {.title = "empty", .queries = {{.ref = "A", .text = "no_such_metric"}}},
                  {.title = "not a number", .queries = {{.ref = "A", .text = "up / 0 * 0"}}},
                  {.title = "unknown", .queries = {{.ref = "A", .text = "x{a=\"$sitee\"}"}}}};
  Judge judge;
  LookAt(wrong, Selection::kAll, judge);
  EXPECT_EQ(judge.complaints().size(), 4u) << ::testing::PrintToString(judge.complaints());
  wrong.variables = {{.name = "site", .type = "query", .query = "label_values(nothing, site)"}};
  LookAt(wrong, Selection::kAll, judge);
  EXPECT_EQ(judge.complaints().back(), "wrong: $site finds nothing");
}

}  // namespace
}  // namespace logtally::testing
