// Every query of every dashboard on a real Prometheus, over a history in which nearly everything
// happens: none fails, and none comes back empty.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/text.h"
#include "scenario/open_dashboard.h"

namespace logtally::testing {
namespace {

using ::testing::IsEmpty;

// Panels that may have nothing to show for some choice of sites and codes, each with its reason.
// They have to say so in words, and to have data for another choice. All others must have data.
struct MayBeEmpty {
  std::string_view dashboard, panel, reason;
};
constexpr MayBeEmpty kMayBeEmpty[] = {
    {"logtally-status-code", "Change",
     "a code that was not answered in the time before has nothing to be compared with"},
    {"logtally-status-code", "What $code means",
     "\"other\" stands for all codes that no label may name: no catalogue has it"},
    {"logtally-overview", "New codes", "of two chosen codes mostly none is new"},
};

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

bool MayHaveNoData(const std::string& dashboard, const GrafanaPanel& panel) {
  for (const MayBeEmpty& row : kMayBeEmpty) {
    if (row.dashboard == dashboard && row.panel == panel.title) return !panel.when_empty.empty();
  }
  return false;
}

// Asks and complains.
class Judge {
 public:
  void LookAt(const GrafanaDashboard& dashboard, Selection selection) {
    const auto open = OpenDashboard::Open(dashboard, selection);
    if (!open.ok()) return complaints_.push_back(std::string(StdView(open.status().message())));
    for (const GrafanaPanel& panel : dashboard.panels) {
      const std::string where = dashboard.uid + ", " + panel.title;
      const bool may_be_empty = MayHaveNoData(dashboard.uid, panel);
      for (const GrafanaQuery& query : panel.queries) {
        if (panel.repeat.empty()) {
          Look(where, query.ref, open->Ask(query), query.text, may_be_empty);
          continue;
        }
        for (const std::string& value : open->ValuesOf(panel.repeat)) {
          Look(where, query.ref + " of " + value, open->AskRepeated(query, panel.repeat, value),
               query.text, may_be_empty);
        }
      }
    }
    for (const GrafanaAnnotation& annotation : dashboard.annotations) {
      Look(dashboard.uid + ", annotation", annotation.name, open->Ask(annotation), annotation.query,
           false);
    }
  }

  int asked() const { return asked_; }
  const std::vector<std::string>& complaints() const { return complaints_; }
  bool HadData(const std::string& where) const { return had_data_.contains(where); }

 private:
  void Look(const std::string& where, const std::string& which, const PrometheusApi::Result& result,
            std::string_view query, bool may_be_empty) {
    ++asked_;
    if (!result.ok()) {
      complaints_.push_back(where + " " + which + ": " +
                            std::string(StdView(result.status().message())));
    } else if (HasData(*result)) {
      had_data_.insert(where);
    } else if (!may_be_empty) {
      complaints_.push_back(where + " " + which + ": empty: " + std::string(query));
    }
  }

  int asked_ = 0;
  std::vector<std::string> complaints_;
  std::set<std::string> had_data_;
};

TEST(DashboardQueries, NoneFailsAndNoneIsEmptyAsTheDashboardOpens) {
  Judge judge;
  for (const GrafanaDashboard& dashboard : Dashboards()) {
    if (!dashboard.asks_sqlite) judge.LookAt(dashboard, Selection::kAll);
  }
  EXPECT_THAT(judge.complaints(), IsEmpty());
  EXPECT_GT(judge.asked(), 300);
  std::printf("%d queries were asked\n", judge.asked());
  for (const MayBeEmpty& row : kMayBeEmpty) {
    const std::string where = absl::StrFormat("%s, %s", row.dashboard, row.panel);
    EXPECT_TRUE(judge.HadData(where)) << where << ": never has data, or is no panel";
    std::printf("may be empty: %s: %s\n", where.c_str(), std::string(row.reason).c_str());
  }
}

TEST(DashboardQueries, NoneFailsAndNoneIsEmptyForAFewSitesAndCodes) {
  Judge judge;
  for (const GrafanaDashboard& dashboard : Dashboards()) {
    if (!dashboard.asks_sqlite) judge.LookAt(dashboard, Selection::kTheFew);
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
  judge.LookAt(wrong, Selection::kAll);
  EXPECT_EQ(judge.complaints().size(), 4u) << ::testing::PrintToString(judge.complaints());
  wrong.variables = {{.name = "site", .type = "query", .query = "label_values(nothing, site)"}};
  judge.LookAt(wrong, Selection::kAll);
  EXPECT_EQ(judge.complaints().back(), "wrong: $site finds nothing");
}

}  // namespace
}  // namespace logtally::testing
