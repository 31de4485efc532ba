// What a real Prometheus that scrapes every second makes of a daemon that is killed again and
// again: no counter is ever seen to fall, and what it saw grow is what was written.
#include <gtest/gtest.h>

#include <random>

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
  LogWriter first(path);
  first.AppendRaw("no access log line\n");
  // A series that begins with its first lines has no growth that Prometheus could see: only the
  // documented codes stand there at 0 from the beginning.
  for (const int code : {200, 304, 404, 499, 500, 503}) first.Append(code);
  Daemon::Options options = Daemon::Following({path});
  // Prometheus knows one target: the port stays the same.
  options.listen_address = "127.0.0.1:" + std::to_string(LastingFreePort());
  Daemon daemon(options);
  daemon.WaitForCodes(first.truth());
  PrometheusServer prometheus(daemon.url());
  const auto scraped = [&](double lines) {
    return WaitUntil([&] {
      const auto rows = prometheus.Query("sum(logtally_http_responses_total{code!=\"\"})");
      return !rows.empty() && rows.begin()->second == lines;
    });
  };
  ASSERT_TRUE(scraped(static_cast<double>(first.lines()))) << "Prometheus does not scrape";

  BusyWriter server(path, 1000);
  const auto truth = [&] {
    CodeCounts all = first.truth();
    for (const auto& [code, count] : server.truth()) all[code] += count;
    return all;
  };
  CountsWatch watch(daemon, truth);
  std::mt19937 random(3);
  for (int i = 0; i < kills; ++i) {
    watch.LookFor(absl::Milliseconds(500 + random() % 2000));
    daemon.Crash();
    // Every other time down for so long that a scrape fails.
    if (i % 2 == 0) {
      EXPECT_TRUE(WaitUntil([&] { return prometheus.Query("sum(up)").begin()->second == 0; }));
    }
    daemon.Restart();
  }
  server.Stop();
  daemon.WaitForCodes(truth());
  EXPECT_TRUE(scraped(static_cast<double>(Total(truth()))));

  const std::string window = "[30m]";
  double resets = 0;
  for (const char* name :
       {"http_responses", "http_response_bytes", "lines", "lines_rejected", "lines_untimed",
        "labels_overflowed", "read_bytes", "losses", "lost_bytes"}) {
    const auto rows =
        prometheus.Query("sum(resets(logtally_" + std::string(name) + "_total" + window + "))");
    if (!rows.empty()) resets += rows.begin()->second;
  }
  EXPECT_EQ(resets, 0);
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
                {"resets", static_cast<int64_t>(resets)},
                {"differences", differences}});
}

TEST(PrometheusResets, ACounterNeverFallsAndItsIncreaseIsTheTruth) { KillUnderScrapes(5); }

TEST(PrometheusResetsLongRun, ACounterNeverFallsAndItsIncreaseIsTheTruth) { KillUnderScrapes(60); }

}  // namespace
}  // namespace logtally::testing
