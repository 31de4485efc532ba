// Asks a Prometheus as Grafana does.
#ifndef LOGTALLY_TESTING_PROMETHEUS_API_H_
#define LOGTALLY_TESTING_PROMETHEUS_API_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "testing/metrics_text.h"

namespace logtally::testing {

struct PrometheusSeries {
  MetricLabels labels;                             // __name__ among them, if it has one
  std::vector<std::pair<int64_t, double>> points;  // unix seconds, value
};

class PrometheusApi {
 public:
  explicit PrometheusApi(std::string url) : url_(std::move(url)) {}

  // Errors: kUnknown with what Prometheus says. A scalar is one series without labels.
  using Result = absl::StatusOr<std::vector<PrometheusSeries>>;
  Result Instant(const std::string& expr, int64_t time_unix) const;
  Result Range(const std::string& expr, int64_t from_unix, int64_t to_unix,
               int64_t step_seconds) const;
  absl::StatusOr<std::vector<std::string>> LabelValues(const std::string& label,
                                                       const std::string& selector,
                                                       int64_t from_unix, int64_t to_unix) const;

 private:
  Result Ask(const std::string& target) const;

  std::string url_;
};

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_PROMETHEUS_API_H_
