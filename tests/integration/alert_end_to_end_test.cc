// From a failing response to the alert that a person gets: nginx writes, logtally counts,
// Prometheus judges by the rules that we ship, Alertmanager routes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "testing/alertmanager_server.h"
#include "testing/daemon.h"
#include "testing/nginx.h"
#include "testing/prometheus_server.h"

namespace logtally::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

void Ask(const Nginx& nginx, int status, int times) {
  for (int i = 0; i < times; ++i) {
    ASSERT_EQ(HttpGet(nginx.url(), "/" + std::to_string(status)).status, status);
  }
}

std::optional<ReceivedAlert> AlertNamed(const AlertmanagerServer& alertmanager,
                                        const std::string& name) {
  for (ReceivedAlert& alert : alertmanager.Alerts()) {
    if (alert.labels.at("alertname") == name) return std::move(alert);
  }
  return std::nullopt;
}

TEST(AlertEndToEnd, ABurstOf500sReachesAlertmanagerWithItsSiteAndItsMeaning) {
  const Nginx nginx;
  Daemon daemon(Daemon::Following({nginx.access_log()}));
  daemon.WaitUntilReady();
  const AlertmanagerServer alertmanager;
  const PrometheusServer prometheus(daemon.url(),
                                    {.rule_files = LOGTALLY_SOURCE_DIR "/dashboards/rules/*.yml",
                                     .alertmanager_url = alertmanager.url()});
  // From now on an increase can be seen.
  const auto rates = [&] { return prometheus.Query("site:logtally_http_responses:rate5m"); };
  ASSERT_TRUE(WaitUntil([&] { return !rates().empty(); })) << "the rules are not evaluated";
  EXPECT_TRUE(alertmanager.Alerts().empty());

  // Above the traffic gate of 120 a minute over 5 minutes, and 30 % instead of 0.1 % fail.
  Ask(nginx, 200, 700);
  Ask(nginx, 500, 300);

  std::optional<ReceivedAlert> alert;
  ASSERT_TRUE(WaitUntil([&] {
    alert = AlertNamed(alertmanager, "LogtallyErrorBudgetGoneIn2Days");
    return alert.has_value();
  })) << ::testing::PrintToString(prometheus.Query("{__name__=~\"site:.+\"}"));
  EXPECT_EQ(alert->labels.at("site"), "default");
  EXPECT_EQ(alert->labels.at("severity"), "critical");
  EXPECT_THAT(alert->receivers, ElementsAre("page"));
  EXPECT_FALSE(alert->is_inhibited);
  EXPECT_THAT(alert->annotations.at("summary"), StartsWith("default fails too often"));
  // How much was counted when it fired is a matter of the moment.
  EXPECT_THAT(
      alert->annotations.at("description"),
      MatchesRegex("[0-9.]+% of the responses of the last hour were 5xx, [0-9.]+ times what "
                   "the objective allows, and it goes on\\."));
  EXPECT_THAT(alert->annotations.at("meaning"),
              StartsWith("500 Internal Server Error (fault: server), "));
  EXPECT_THAT(alert->annotations.at("meaning"), HasSubstr(": An error happened inside the server"));
  EXPECT_EQ(alert->annotations.at("codes_url"), daemon.url() + "/codes");
  EXPECT_EQ(AlertNamed(alertmanager, "LogtallyTargetDown"), std::nullopt);
  daemon.Stop();
}

}  // namespace
}  // namespace logtally::testing
