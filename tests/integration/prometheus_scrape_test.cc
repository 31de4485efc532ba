// What Prometheus itself makes of our page.
#include <gtest/gtest.h>

#include "model/self_metrics.h"
#include "testing/daemon.h"
#include "testing/log_writer.h"
#include "testing/prometheus_server.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

class PrometheusScrapeTest : public ::testing::Test {
 protected:
  PrometheusScrapeTest() {
    log_.Append(200, 5);
    log_.Append(404, 2);
    log_.Append(503, 1);
    log_.AppendRaw("no access log line\n");
    daemon_.WaitForCodes(log_.truth());
  }

  TempDir dir_;
  LogWriter log_{dir_ / "access.log"};
  Daemon daemon_{Daemon::Following({log_.path()})};
};

TEST_F(PrometheusScrapeTest, ShowsTheValuesThatWeExport) {
  PrometheusServer prometheus(daemon_.url());
  std::map<MetricLabels, double> expected;
  for (const auto& [code, count] : log_.truth()) {
    expected[{{"code", code}}] = static_cast<double>(count);
  }
  std::map<MetricLabels, double> scraped;
  EXPECT_TRUE(WaitUntil([&] {
    scraped = prometheus.Query("sum by (code) (logtally_http_responses_total) > 0");
    return scraped == expected;
  })) << ::testing::PrintToString(scraped);
  EXPECT_EQ(prometheus.Query("scalar(sum(up{job=\"logtally\"}))").begin()->second, 1);
  EXPECT_EQ(prometheus.Query("scalar(sum(logtally_lines_total))").begin()->second, 9);
  daemon_.Stop();
}

TEST_F(PrometheusScrapeTest, PromtoolHasNothingToSayAboutThePage) {
  WriteFile(dir_ / "page", daemon_.Get("/metrics").body);
  ProcessOptions options;
  options.stdin_path = dir_ / "page";
  const ProcessResult result =
      RunToEnd({SystemProgram("promtool", "prometheus"), "check", "metrics"}, options);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out + result.err, "");
}

TEST_F(PrometheusScrapeTest, EveryFamilyIsInTheTableWithItsTypeHelpAndLabels) {
  const MetricsPage page = daemon_.Metrics();
  for (const MetricFamily& family : page.families()) {
    const MetricRow* row = nullptr;
    for (const MetricRow& candidate : MetricTable()) {
      if (candidate.name == family.name) row = &candidate;
    }
    ASSERT_NE(row, nullptr) << family.name;
    EXPECT_EQ(family.type, MetricTypeName(row->type)) << family.name;
    EXPECT_EQ(family.help, row->help) << family.name;
    for (const MetricSample& sample : family.samples) {
      std::string labels;
      for (const auto& [label, value] : sample.labels) {
        if (label == "le") continue;
        EXPECT_NE(std::string(", ").append(row->labels).append(", ").find(", " + label + ", "),
                  std::string::npos)
            << family.name << " has an undocumented label " << label;
        labels += label;
      }
      EXPECT_EQ(labels.empty(), row->labels.empty()) << family.name;
    }
  }
}

TEST_F(PrometheusScrapeTest, APageShowsOneCommitAndNothingOfTheNext) {
  // counted + rejected must agree with the responses in every single page, whatever is written
  // meanwhile: a page that mixed two commits would show a line without its response.
  for (int round = 0; round < 30; ++round) {
    log_.Append(200, 50);
    const MetricsPage page = daemon_.Metrics();
    EXPECT_EQ(page.Sum("logtally_lines_total", {{"result", "counted"}}),
              page.Sum("logtally_http_responses_total"));
  }
  daemon_.WaitForCodes(log_.truth());
}

}  // namespace
}  // namespace logtally::testing
