// A real Prometheus that scrapes one target, and evaluates rules if it has any, every second.
#ifndef LOGTALLY_TESTING_PROMETHEUS_SERVER_H_
#define LOGTALLY_TESTING_PROMETHEUS_SERVER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "testing/metrics_text.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace logtally::testing {

// Needs the Debian package prometheus.
class PrometheusServer {
 public:
  struct Options {
    std::string rule_files = "";        // a pattern of paths: "/src/rules/*.yml"
    std::string alertmanager_url = "";  // where alerts go: "http://127.0.0.1:40124"
  };
  // Starts it and waits until it is ready; `target_url` is "http://127.0.0.1:40123".
  explicit PrometheusServer(const std::string& target_url)
      : PrometheusServer(target_url, Options()) {}
  PrometheusServer(const std::string& target_url, const Options& options);

  // The result of an instant query: a vector or a scalar (one row without labels). An
  // expression that Prometheus refuses fails the test.
  std::map<MetricLabels, double> Query(const std::string& expression) const;

  const std::string& url() const { return url_; }

 private:
  TempDir dir_;
  std::string url_;
  std::unique_ptr<Process> process_;
};

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_PROMETHEUS_SERVER_H_
