// Every dashboard, drawn in a browser by Grafana's own panels from a history with a story in it,
// and the daemon's own pages. The pictures are kept for a person to look at:
// build/browser/screenshots.
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "testing/daemon.h"
#include "testing/npm.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

namespace fs = std::filesystem;

// Half a gigabyte, of which the app needs a hundredth; kept for the next run.
const fs::path kFolder = LOGTALLY_SOURCE_DIR "/build/browser";

// Together below the timeout of the test.
constexpr absl::Duration kInstallPatience = absl::Minutes(15);
constexpr absl::Duration kBuildPatience = absl::Minutes(10);
constexpr absl::Duration kScenarioPatience = absl::Minutes(10);
constexpr absl::Duration kDrawPatience = absl::Minutes(20);

// What backfill makes: logs, the store that logtally made of them, and the blocks of a Prometheus.
class Scenario {
 public:
  // The time at which it ends, in unix seconds.
  std::string end() const { return FirstLine(ReadFile(dir_ / "end")); }
  std::string database() const { return dir_ / "state/logtally.db"; }
  std::string state_dir() const { return dir_ / "state"; }

  void Make() {
    const ProcessResult made =
        RunToEnd({LOGTALLY_BACKFILL, "make", dir_.path()}, {}, kScenarioPatience);
    ASSERT_EQ(made.exit_code, 0) << made.err;
    std::string sites = "sites:\n";
    for (const char* site : {"shop", "api", "blog"}) {
      sites += absl::StrFormat("  - {name: %s, paths: [%s/%s.log]}\n", site, dir_.path(), site);
    }
    WriteFile(dir_ / "logtally.yaml", sites);
  }

  // A daemon that goes on where the history ends.
  Daemon::Options DaemonOptions() const {
    Daemon::Options options = Daemon::Configured(dir_ / "logtally.yaml");
    options.state_dir = state_dir();
    return options;
  }

  // The address of a Prometheus over the history.
  std::string ServePrometheus() {
    prometheus_ = std::make_unique<Process>(
        std::vector<std::string>{LOGTALLY_BACKFILL, "serve", dir_.path()});
    EXPECT_TRUE(WaitUntil([&] { return prometheus_->out().find('\n') != std::string::npos; }))
        << prometheus_->err();
    const std::string url = FirstLine(prometheus_->out());
    EXPECT_TRUE(WaitUntil([&] { return HttpGet(url, "/-/ready").status == 200; }))
        << prometheus_->err();
    return url;
  }

 private:
  static std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

  TempDir dir_;
  std::unique_ptr<Process> prometheus_;
};

void BuildApp() {
  ASSERT_NO_FATAL_FAILURE(
      InstallNpmProject(LOGTALLY_SOURCE_DIR "/tests/browser", kFolder, kInstallPatience));
  const ProcessResult vite =
      RunToEnd({SystemProgram("node", "nodejs"), "node_modules/vite/bin/vite.js", "build",
                "--outDir", kFolder / "app-built"},
               {.working_dir = kFolder}, kBuildPatience);
  ASSERT_EQ(vite.exit_code, 0) << vite.out << vite.err;
}

TEST(DrawnDashboards, NoPanelOfAnyShowsAnErrorOrNothingAndThePagesOfTheDaemonAreThere) {
  ASSERT_NO_FATAL_FAILURE(BuildApp());
  Scenario scenario;
  ASSERT_NO_FATAL_FAILURE(scenario.Make());
  Daemon daemon(scenario.DaemonOptions());
  daemon.WaitUntilReady();
  const fs::path pictures = kFolder / "screenshots";
  fs::remove_all(pictures);

  std::vector<std::string> command = {SystemProgram("node", "nodejs"),
                                      kFolder / "runner/render.mjs"};
  for (const auto& [option, value] : std::vector<std::pair<std::string, std::string>>{
           {"--browser", SystemProgram("chromium", "chromium")},
           {"--dashboards", LOGTALLY_SOURCE_DIR "/dashboards/grafana"},
           {"--app", kFolder / "app-built"},
           {"--prometheus", scenario.ServePrometheus()},
           {"--scrape-seconds", "60"},
           {"--database", scenario.database()},
           {"--daemon", daemon.url()},
           {"--now", scenario.end()},
           {"--pictures", pictures}}) {
    command.push_back(option);
    command.push_back(value);
  }
  const ProcessResult drawn = RunToEnd(command, {.working_dir = kFolder}, kDrawPatience);
  std::cout << drawn.err;
  EXPECT_EQ(drawn.exit_code, 0) << drawn.out;
  daemon.Stop();
}

}  // namespace
}  // namespace logtally::testing
