#include "testing/prometheus_server.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "testing/http.h"
#include "testing/wait.h"

namespace logtally::testing {
namespace {

double NumberIn(const nlohmann::json& pair) {
  double number = 0;
  const bool ok = pair.is_array() && pair.size() == 2 && pair[1].is_string() &&
                  absl::SimpleAtod(pair[1].get<std::string>(), &number);
  EXPECT_TRUE(ok) << "not a [time, \"value\"] pair: " << pair.dump();
  return number;
}

// "http://127.0.0.1:40123" -> "127.0.0.1:40123".
std::string HostAndPort(const std::string& url) {
  return url.substr(std::string_view("http://").size());
}

std::string Configuration(const std::string& target_url, const PrometheusServer::Options& options) {
  std::string text = absl::StrFormat(R"(global:
  scrape_interval: 1s
  scrape_timeout: 1s
  evaluation_interval: 1s
scrape_configs:
  - job_name: logtally
    static_configs:
      - targets: ["%s"]
)",
                                     HostAndPort(target_url));
  if (!options.rule_files.empty()) text += "rule_files: [" + options.rule_files + "]\n";
  if (!options.alertmanager_url.empty()) {
    text += absl::StrFormat(R"(alerting:
  alertmanagers:
    - static_configs:
        - targets: ["%s"]
)",
                            HostAndPort(options.alertmanager_url));
  }
  return text;
}

}  // namespace

PrometheusServer::PrometheusServer(const std::string& target_url, const Options& options) {
  const std::string program = SystemProgram("prometheus", "prometheus");
  const std::string configuration = dir_ / "prometheus.yml";
  WriteFile(configuration, Configuration(target_url, options));
  for (int attempt = 0; attempt < 3; ++attempt) {
    const int port = FreePort();
    url_ = absl::StrFormat("http://127.0.0.1:%d", port);
    process_ = std::make_unique<Process>(std::vector<std::string>{
        program, "--config.file=" + configuration, "--storage.tsdb.path=" + (dir_ / "data"),
        absl::StrFormat("--web.listen-address=127.0.0.1:%d", port)});
    const auto ready = [&] { return HttpGet(url_, "/-/ready").status == 200; };
    if (WaitUntil([&] { return ready() || !process_->Running(); }) && process_->Running()) return;
  }
  ADD_FAILURE() << "prometheus does not get ready on " << url_ << ":\n" << process_->err();
}

std::map<MetricLabels, double> PrometheusServer::Query(const std::string& expression) const {
  const HttpAnswer answer = HttpGet(url_, "/api/v1/query?query=" + PercentEncode(expression));
  const nlohmann::json parsed = nlohmann::json::parse(answer.body, nullptr, false);
  if (answer.status != 200 || !parsed.is_object()) {
    ADD_FAILURE() << expression << ": " << answer.status << " " << answer.body;
    return {};
  }
  const nlohmann::json& data = parsed.at("data");
  if (data.at("resultType") == "scalar") return {{MetricLabels(), NumberIn(data.at("result"))}};
  std::map<MetricLabels, double> rows;
  for (const nlohmann::json& row : data.at("result")) {
    rows[row.at("metric").get<MetricLabels>()] = NumberIn(row.at("value"));
  }
  return rows;
}

}  // namespace logtally::testing
