// The scenario of tests/tools/scenario.h, made once: its database, and a real Prometheus that has
// the history which it would have scraped. All tests of this folder look at it in one process.
#ifndef LOGTALLY_SCENARIO_SCENARIO_KIT_H_
#define LOGTALLY_SCENARIO_SCENARIO_KIT_H_

#include <cstdint>
#include <memory>
#include <string>

#include "testing/database.h"
#include "testing/process.h"
#include "testing/prometheus_api.h"
#include "testing/temp_dir.h"

namespace logtally::testing {

class ScenarioKit {
 public:
  // Made by whoever asks first; gone when the tests are over. Errors: a tool that fails fails the
  // test.
  static ScenarioKit& Instance();

  int64_t end_unix() const { return end_unix_; }
  // So many minutes before the end: the clock of the story.
  int64_t Before(int64_t minutes) const { return end_unix_ - minutes * 60; }

  std::string state_dir() const { return directory() + "/state"; }
  const Database& database() const { return database_; }
  const PrometheusApi& prometheus() const { return *prometheus_; }

  // Folder of the blocks. After new ones were put there, Prometheus has to be started again.
  std::string blocks() const { return directory() + "/data"; }
  void RestartPrometheus();

  // Seconds between two scrapes on the last day.
  static constexpr int64_t kScrapeSeconds = 60;

 private:
  ScenarioKit();
  std::string directory() const { return dir_ / "scenario"; }

  TempDir dir_;
  Database database_{directory() + "/state"};
  int64_t end_unix_ = 0;
  std::unique_ptr<Process> server_;
  std::unique_ptr<PrometheusApi> prometheus_;
};

}  // namespace logtally::testing

#endif  // LOGTALLY_SCENARIO_SCENARIO_KIT_H_
