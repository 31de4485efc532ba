// What a real Prometheus that scrapes every second makes of a daemon that is killed again and
// again: no counter is ever seen to fall, and what it saw grow is what was written.
#include <gtest/gtest.h>

#include <random>

#include "absl/time/clock.h"
#include "testing/busy_writer.h"
#include "testing/counts_watch.h"
#include "testing/daemon.h"
#include "testing/figures.h"
#include "testing/http.h"
#include "testing/prometheus_server.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

std::map<std::string, int64_t> ByCode(const std::map<MetricLabels, double>& rows) {
  std::map<std::string, int64_t> by_code;
  for (const auto& [labels, value] : rows) {
    if (value > 0) by_code[labels.at("code")] = static_cast<int64_t>(value);
  }
  return by_code;
}

void KillUnderScrapes(int kills) {
  TempDir dir;
  const std::string path = dir / "access.log";
  LogWriter(path).AppendRaw("no access log line\n");
  Daemon::Options options = Daemon::Following({path});
  // Prometheus knows one target: the port stays the same.
  options.listen_address = "127.0.0.1:" + std::to_string(LastingFreePort());
  Daemon daemon(options);
  daemon.WaitUntilReady();
  PrometheusServer prometheus(daemon.url());
  const auto scraped = [&](double lines) {
    return WaitUntil([&] {
      const auto rows = prometheus.Query("sum(logtally_http_responses_total{code!=\"\"})");
      return !rows.empty() && rows.begin()->second == lines;
    });
  };
  // It has seen every counter at 0, from where it is to see them grow.
  ASSERT_TRUE(scraped(0)) << "Prometheus does not scrape";

  BusyWriter server(path, 1000);
  CountsWatch watch(daemon, [&] { return server.truth(); });
  std::mt19937 random(3);
  for (int i = 0; i < kills; ++i) {
    watch.LookFor(absl::Milliseconds(500 + random() % 2000));
    daemon.Crash();
    // Every other time down for longer than a scrape: it fails.
    if (i % 2 == 0) absl::SleepFor(absl::Milliseconds(1500));
    daemon.Restart();
  }
  server.Stop();
  daemon.WaitForCodes(server.truth());
  EXPECT_TRUE(scraped(static_cast<double>(Total(server.truth()))));

  const std::string window = "[30m]";
  const std::string durable =
      "{__name__=~\"logtally_(http_responses|http_response_bytes|lines|lines_rejected|"
      "lines_untimed|labels_overflowed|read_bytes|losses|lost_bytes)_total\"}";
  // By name: a range over several names cannot be summed in one go.
  const auto worst = [&](const std::string& function) {
    const auto rows = prometheus.Query("max(" + function + "(" + durable + window + "))");
    return rows.empty() ? -1.0 : rows.begin()->second;
  };
  EXPECT_EQ(worst("resets"), 0);
  // Not increase(), which extrapolates to the edges of its window: the last value less the first.
  const std::string responses = "(logtally_http_responses_total" + window + ")";
  EXPECT_EQ(ByCode(prometheus.Query("sum by (code) (last_over_time" + responses +
                                    " - min_over_time" + responses + ")")),
            server.truth());
  const auto failed =
      prometheus.Query("sum(count_over_time(up" + window + ") - sum_over_time(up" + window + "))");
  const int64_t differences = watch.ExpectAllCounted(1);
  PrintFigures({{"kills", kills},
                {"failed_scrapes", static_cast<int64_t>(failed.begin()->second)},
                {"lines", server.log().lines()},
                {"resets", 0},
                {"differences", differences}});
}

TEST(PrometheusResets, ACounterNeverFallsAndItsIncreaseIsTheTruth) { KillUnderScrapes(5); }

TEST(PrometheusResetsLongRun, ACounterNeverFallsAndItsIncreaseIsTheTruth) { KillUnderScrapes(60); }

}  // namespace
}  // namespace logtally::testing
