// The dashboard History: its SQL, read by another user who may only read, while the daemon runs and
// commits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "base/text.h"
#include "scenario/scenario_kit.h"
#include "testing/busy_writer.h"
#include "testing/daemon.h"
#include "testing/grafana_dashboard.h"
#include "testing/grafana_variables.h"

namespace logtally::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr uid_t kNobody = 65534;

class HistorySqlTest : public ::testing::Test {
 protected:
  // The scenario's database, whose daemon goes on with a log of its own.
  HistorySqlTest() : now_(absl::ToUnixSeconds(absl::Now())) {
    fs::copy(kit_.state_dir(), state_dir_, fs::copy_options::recursive);
    fs::permissions(dir_.path(), fs::perms(0755));
    MakeReadableForTheGroup();
    for (const GrafanaDashboard& dashboard :
         DashboardsIn(LOGTALLY_SOURCE_DIR "/dashboards/grafana")) {
      if (dashboard.asks_sqlite) history_ = dashboard;
    }
  }

  // As the service leaves it: folder 0750, files 0640, a group that Grafana's user is in.
  void MakeReadableForTheGroup() {
    fs::permissions(state_dir_, fs::perms(0750));
    if (::getuid() != 0) return;
    EXPECT_EQ(::chown(state_dir_.c_str(), 0, kNobody), 0);
    for (const auto& entry : fs::directory_iterator(state_dir_)) {
      if (!entry.is_regular_file()) continue;
      fs::permissions(entry.path(), fs::perms(0640));
      EXPECT_EQ(::chown(entry.path().c_str(), 0, kNobody), 0);
    }
  }

  // Grafana's user: may read the folder and the files, as one of the group, and nothing else.
  ProcessResult AsGrafana(std::vector<std::string> command) {
    if (::getuid() == 0) {
      const std::vector<std::string> other = {SystemProgram("setpriv", "util-linux"),
                                              "--reuid=65534", "--regid=65534", "--clear-groups"};
      command.insert(command.begin(), other.begin(), other.end());
    } else {
      std::printf("not root: the database is read by the same user\n");
    }
    return RunToEnd(std::move(command));
  }

  struct Answer {
    std::string error;
    nlohmann::json rows = nlohmann::json::array();
  };
  Answer Query(const std::string& sql) {
    const ProcessResult result = AsGrafana({SystemProgram("sqlite3", "sqlite3"), "-batch", "-json",
                                            "file:" + state_dir_ + "/logtally.db?mode=ro", sql});
    Answer answer;
    if (result.exit_code != 0) answer.error = result.err;
    if (!result.out.empty()) answer.rows = nlohmann::json::parse(result.out, nullptr, false);
    if (answer.rows.is_discarded()) answer.error += "not JSON: " + result.out;
    return answer;
  }

  // Variables as the dashboard opens: all sites, all codes.
  GrafanaVariables Variables(int64_t range_seconds, int step_seconds) {
    GrafanaVariables variables(now_ - range_seconds, now_ + 60, 3600, 60);
    for (const GrafanaVariable& variable : history_.variables) {
      if (variable.type == "datasource") continue;
      GrafanaValue value = {.values = {variable.current}};
      if (variable.type == "query") {
        value = {.values = {}, .may_be_several = true};
        const Answer answer = Query(variable.query);
        EXPECT_EQ(answer.error, "") << variable.query;
        for (const auto& row : answer.rows) value.values.push_back(row.begin()->get<std::string>());
        EXPECT_THAT(value.values, Not(IsEmpty())) << variable.query;
      }
      variables.Set(variable.name, std::move(value));
    }
    variables.Set("step", {.values = {std::to_string(step_seconds)}});
    return variables;
  }

  // "" when it has rows with something in them.
  std::string Complaint(const std::string& panel, const GrafanaQuery& query,
                        const GrafanaVariables& variables) {
    const auto sql = variables.InSql(query.text);
    if (!sql.ok()) return panel + ": " + std::string(StdView(sql.status().message()));
    const Answer answer = Query(*sql);
    if (!answer.error.empty()) return panel + ": " + answer.error + *sql;
    for (const auto& row : answer.rows) {
      for (const auto& value : row) {
        if (!value.is_null()) return "";
      }
    }
    return panel + ": empty: " + *sql;
  }

  double Number(const std::string& panel, int64_t range_seconds, int step_seconds) {
    const auto sql = Variables(range_seconds, step_seconds).InSql(history_.Query(panel).text);
    EXPECT_TRUE(sql.ok());
    const Answer answer = Query(sql.value_or(""));
    EXPECT_EQ(answer.error, "");
    return answer.rows.empty() ? -1 : answer.rows[0].begin()->get<double>();
  }

  ScenarioKit& kit_ = ScenarioKit::Instance();
  const int64_t now_;
  TempDir dir_;
  const std::string state_dir_ = dir_ / "state";
  GrafanaDashboard history_;
};

TEST_F(HistorySqlTest, AnotherUserReadsAllPanelsWhileTheDaemonCommits) {
  LogWriter(dir_ / "new.log").Append(200);
  Daemon daemon({.args = {dir_ / "new.log", "--site", "new"}, .state_dir = state_dir_});
  const double begin = daemon.Metrics().Value("logtally_commit_seq").value_or(0);
  std::vector<std::string> complaints;
  {
    BusyWriter writer(dir_ / "new.log", 200);
    for (const int step : {60, 3600, 86400}) {
      const GrafanaVariables variables = Variables(history_.range_seconds, step);
      for (const GrafanaPanel& panel : history_.panels) {
        for (const GrafanaQuery& query : panel.queries) {
          const std::string complaint = Complaint(panel.title, query, variables);
          if (!complaint.empty()) complaints.push_back(complaint);
        }
      }
    }
    writer.Stop();
    EXPECT_THAT(complaints, IsEmpty());
    CodeCounts truth = writer.truth();
    truth["200"] += 1;
    daemon.WaitForCodes(truth, "new");
  }
  EXPECT_GT(daemon.Metrics().Value("logtally_commit_seq").value_or(0), begin + 2)
      << "it has to commit while it is read";
  EXPECT_EQ(daemon.Metrics().Value("logtally_commit_errors_total"), 0);
  daemon.Stop();
}

TEST_F(HistorySqlTest, ItsSumsAreThoseOfAllLines) {
  const Database database(state_dir_);
  const double all = std::stod(database.Value("SELECT sum(responses) FROM response_totals"));
  const double errors =
      std::stod(database.Value("SELECT sum(responses) FROM response_totals WHERE class = '5xx'"));
  for (const int step : {60, 3600, 86400}) {
    SCOPED_TRACE(step);
    EXPECT_EQ(Number("Responses", 70 * 86400, step), all);
    EXPECT_DOUBLE_EQ(Number("5xx share", 70 * 86400, step), errors / all);
    EXPECT_EQ(Number("Rejected lines", 70 * 86400, step),
              std::stod(database.Value("SELECT sum(lines) FROM rejected_lines_by_day")));
  }
  EXPECT_GT(std::stoi(database.Value("SELECT count(*) FROM history_responses WHERE "
                                     "step_seconds = 60 AND grain_seconds = 3600")),
            0)
      << "some of it is older than the minutes";
}

// The daemon leaves -wal and -shm in place: without them nobody could read who may not write.
TEST_F(HistorySqlTest, AnotherUserReadsAfterTheDaemonHasStopped) {
  LogWriter log(dir_ / "new.log");
  Daemon daemon({.args = {log.path(), "--site", "new"}, .state_dir = state_dir_});
  log.Append(404, 7);
  daemon.WaitForCodes(log.truth(), "new");
  daemon.Stop();
  const Answer answer = Query(
      "SELECT sum(responses) AS n FROM history_responses WHERE "
      "step_seconds = 86400 AND site = 'new' AND code_text = '404'");
  EXPECT_EQ(answer.error, "");
  EXPECT_EQ(answer.rows.dump(), R"([{"n":7}])");
}

TEST_F(HistorySqlTest, AnotherUserWritesNothing) {
  EXPECT_THAT(Query("DELETE FROM minute").error, HasSubstr("readonly"));
  if (::getuid() != 0) return;
  EXPECT_NE(AsGrafana({"touch", state_dir_ + "/logtally.db"}).exit_code, 0);
}

}  // namespace
}  // namespace logtally::testing
