// Reads the Prometheus text format as strictly as it is written down, so that a test sees what a
// lenient scraper would forgive.
#ifndef LOGTALLY_TESTING_METRICS_TEXT_H_
#define LOGTALLY_TESTING_METRICS_TEXT_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "testing/code_counts.h"

namespace logtally::testing {

using MetricLabels = std::map<std::string, std::string>;

struct MetricSample {
  std::string name;  // of a histogram: with _bucket, _sum or _count
  MetricLabels labels;
  double value = 0;
};

struct MetricFamily {
  std::string name;
  std::string type;  // "" when the page does not say
  std::string help;
  std::vector<MetricSample> samples;
};

class MetricsPage {
 public:
  // Errors: kInvalidArgument "line 7: …": a malformed line, name, label, escape or number; a
  // duplicate sample, label, HELP or TYPE; a family in two pieces; a sample before its TYPE; a
  // counter below 0 or not a number; a time stamp (allowed, but logtally writes none); a histogram
  // whose buckets fall, lack +Inf or disagree with its count; no newline at the end. Source:
  // https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
  static absl::StatusOr<MetricsPage> Parse(std::string_view text);

  const std::vector<MetricFamily>& families() const& { return families_; }
  void families() const&& = delete;  // a loop over a temporary page would dangle

  // Every sample by its canonical text, labels in the order of their names: name{a="1",b="2"}.
  const std::map<std::string, double>& samples() const { return samples_; }

  // The value of a sample written in any label order, or nothing if the page does not have it.
  std::optional<double> Value(std::string_view sample) const;

  // The sum over the samples of that name which carry all these labels.
  double Sum(std::string_view name, const MetricLabels& having = {}) const;

  // Sums as above by the value of one label; sums of 0 are left out, as are samples without it.
  std::map<std::string, int64_t> SumBy(std::string_view name, std::string_view label,
                                       const MetricLabels& having = {}) const;

  // logtally_http_responses_total by code, of one site or of all.
  CodeCounts ResponsesByCode(std::string_view site = "") const;

 private:
  std::vector<MetricFamily> families_;
  std::map<std::string, double> samples_;
};

// The canonical texts of the samples that a restart must not set back, which are smaller in
// `after` than in `before` or missing from it: the counters of what the logs say.
std::vector<std::string> DurableCountersThatFell(const MetricsPage& before,
                                                 const MetricsPage& after);

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_METRICS_TEXT_H_
