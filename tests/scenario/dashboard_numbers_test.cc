// What the panels show equals what the store holds.
//
// increase() is exact here: the range ends and begins with a scrape, so nothing is extrapolated.
// But for one thing: of a series that begins within the range it does not see the first value, and
// guesses. Only codes that are not documented have such series.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "base/text.h"
#include "model/status_code.h"
#include "scenario/open_dashboard.h"

namespace logtally::testing {
namespace {

constexpr int64_t kRange = 6 * 3600;

double Number(const std::string& text) {
  double number = 0;
  EXPECT_TRUE(absl::SimpleAtod(text, &number)) << text;
  return number;
}

class DashboardNumbersTest : public ::testing::Test {
 protected:
  // The only number of a panel.
  double Shown(const std::string& dashboard, const std::string& panel) {
    const auto by = ShownBy("", dashboard, panel, "A");
    EXPECT_EQ(by.size(), 1u) << panel;
    return by.empty() ? -1 : by.begin()->second;
  }

  // A query's numbers by the value of a label.
  std::map<std::string, double> ShownBy(const std::string& label, const std::string& dashboard,
                                        const std::string& panel, const std::string& ref) {
    std::map<std::string, double> by;
    for (const GrafanaDashboard& one : DashboardsIn(LOGTALLY_SOURCE_DIR "/dashboards/grafana")) {
      if (one.uid != dashboard) continue;
      const auto open = OpenDashboard::Open(one, Selection::kAll, kRange);
      if (!open.ok()) break;
      const auto result = open->Ask(one.Query(panel, ref));
      EXPECT_TRUE(result.ok()) << StdView(result.status().message());
      if (!result.ok()) break;
      for (const PrometheusSeries& series : *result) {
        const auto found = series.labels.find(label);
        by[found == series.labels.end() ? "" : found->second] += series.points.back().second;
      }
    }
    EXPECT_FALSE(by.empty()) << dashboard << ", " << panel;
    return by;
  }

  // Sums of responses in a range that ends so many seconds before the end, by code as its label.
  std::map<std::string, double> StoredByCode(int64_t before_end, const std::string& where = "1") {
    std::map<std::string, double> by;
    for (const DatabaseRow& row :
         Rows("code, sum(responses) AS n", before_end, where + " GROUP BY code")) {
      by[StatusCodeLabel(static_cast<StatusCode>(Number(row.at("code"))))] += Number(row.at("n"));
    }
    return by;
  }
  double Stored(const std::string& where) {
    return Number(Rows("coalesce(sum(responses), 0) AS n", 0, where).at(0).at("n"));
  }
  std::vector<DatabaseRow> Rows(const std::string& what, int64_t before_end,
                                const std::string& where) {
    const int64_t to = kit_.end_unix() - before_end;
    return kit_.database().Query(
        absl::StrFormat("SELECT %s FROM responses_by_minute WHERE time_unix >= %d AND "
                        "time_unix < %d AND %s",
                        what, to - kRange, to, where));
  }

  ScenarioKit& kit_ = ScenarioKit::Instance();
};

void ExpectSame(const std::map<std::string, double>& shown,
                const std::map<std::string, double>& stored) {
  for (const auto& [key, value] : stored) {
    const auto found = shown.find(key);
    EXPECT_NEAR(found == shown.end() ? 0 : found->second, value, 1e-6 * value + 1e-6) << key;
  }
  for (const auto& [key, value] : shown) {
    if (stored.contains(key)) continue;
    EXPECT_EQ(value, 0) << key << " was never answered";
  }
}

TEST_F(DashboardNumbersTest, EachCodeHasItsCountToTheLastResponse) {
  const auto stored = StoredByCode(0);
  EXPECT_GT(stored.size(), 15u);
  EXPECT_GT(stored.at("521"), 20) << "the new code, whose series begins within the range";
  ExpectSame(ShownBy("code", "logtally-overview", "Status codes", "A"), stored);
  ExpectSame(ShownBy("code", "logtally-site", "Status codes of these sites", "A"), stored);
}

TEST_F(DashboardNumbersTest, SharesOfCodesAreOfAllResponses) {
  const double all = Stored("1");
  for (const auto& [code, share] : ShownBy("code", "logtally-overview", "Status codes", "B")) {
    // The whole is a plain increase(), so it misses the first responses of new series.
    EXPECT_NEAR(share, StoredByCode(0)[code] / all, 0.001 * share) << code;
  }
}

TEST_F(DashboardNumbersTest, TheChangeIsAgainstTheSameLengthOfTimeBefore) {
  const auto now = StoredByCode(0);
  const auto before = StoredByCode(kRange,
                                   "EXISTS (SELECT 1 FROM status_codes s WHERE s.code = "
                                   "responses_by_minute.code AND documented)");
  const auto shown = ShownBy("code", "logtally-overview", "Status codes", "C");
  int compared = 0;
  for (const auto& [code, count] : before) {
    if (!now.contains(code)) continue;
    ASSERT_TRUE(shown.contains(code)) << code;
    EXPECT_NEAR(shown.at(code), now.at(code) / count - 1, 1e-6 * now.at(code)) << code;
    ++compared;
  }
  EXPECT_GT(compared, 8);
}

TEST_F(DashboardNumbersTest, TheGlanceAgreesWithTheStore) {
  // Plain increases over all codes: what a new series began with is missing, or guessed.
  const double tolerance = 0.002;
  const double all = Stored("1");
  const double server_errors = Stored("class = '5xx'");
  EXPECT_GT(server_errors / all, 0.01) << "there was an outage";
  EXPECT_NEAR(Shown("logtally-overview", "Responses"), all, tolerance * all);
  EXPECT_NEAR(Shown("logtally-overview", "5xx share"), server_errors / all,
              0.02 * server_errors / all);
  EXPECT_NEAR(Shown("logtally-overview", "4xx share"), Stored("class = '4xx'") / all, tolerance);
}

TEST_F(DashboardNumbersTest, SitesAndRejectsAgreeWithTheStore) {
  for (const auto& [site, shown] : ShownBy("site", "logtally-site", "Sites", "A")) {
    const double stored = Stored("site = '" + site + "'");
    EXPECT_NEAR(shown, stored, 0.002 * stored) << site;
  }
  std::map<std::string, double> rejects;
  for (const DatabaseRow& row : kit_.database().Query(absl::StrFormat(
           "SELECT reason, sum(lines) AS n FROM rejected_lines WHERE time_unix >= %d AND "
           "time_unix < %d GROUP BY reason",
           kit_.end_unix() - kRange, kit_.end_unix()))) {
    rejects[row.at("reason")] = Number(row.at("n"));
  }
  EXPECT_GE(rejects.size(), 2u);
  ExpectSame(ShownBy("reason", "logtally-health", "Rejected lines by reason", "A"), rejects);
}

}  // namespace
}  // namespace logtally::testing
