// Samples of many scrapes, written series by series as OpenMetrics, which promtool makes into
// blocks of a Prometheus.
#ifndef LOGTALLY_TOOLS_OPEN_METRICS_H_
#define LOGTALLY_TOOLS_OPEN_METRICS_H_

#include <prometheus/metric_family.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace logtally::tools {

class OpenMetrics {
 public:
  using Labels = std::vector<std::pair<std::string, std::string>>;

  // Labels that every series gets, as Prometheus adds them: job, instance.
  explicit OpenMetrics(Labels target) : target_(std::move(target)) {}

  // One scrape. Times must not go back.
  void Add(const std::vector<prometheus::MetricFamily>& families, int64_t time_unix);
  void Add(std::string_view name, const Labels& labels, double value, int64_t time_unix);

  size_t samples() const { return samples_; }
  size_t series() const { return series_.size(); }

  // Errors: the file system's.
  absl::Status Write(const std::string& path) const;

 private:
  struct Sample {
    int64_t time_unix;
    double value;
  };
  Labels target_;
  // By name and labels as they are written, so that what belongs together stands together.
  std::map<std::string, std::vector<Sample>, std::less<>> series_;
  size_t samples_ = 0;
};

}  // namespace logtally::tools

#endif  // LOGTALLY_TOOLS_OPEN_METRICS_H_
