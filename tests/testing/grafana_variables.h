// What Grafana puts into a query in place of its variables.
// Source: grafana.com/docs, "Variable syntax", "Global variables", "Prometheus template variables".
#ifndef LOGTALLY_TESTING_GRAFANA_VARIABLES_H_
#define LOGTALLY_TESTING_GRAFANA_VARIABLES_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace logtally::testing {

struct GrafanaValue {
  std::vector<std::string> values;
  bool may_be_several = false;  // multi-select or with "All": PromQL gets a regular expression
  bool is_all_value = false;    // the "custom all value": it is put in as it is
};

class GrafanaVariables {
 public:
  // The global ones: $__range, $__interval, $__rate_interval, $__from, $__to and their like. A
  // point of a series each `step_seconds`; the data source is said to scrape each `scrape_seconds`.
  GrafanaVariables(int64_t from_unix, int64_t to_unix, int64_t step_seconds,
                   int64_t scrape_seconds);

  void Set(const std::string& name, GrafanaValue value) { values_[name] = std::move(value); }

  // $name, ${name} and ${name:format}. Errors: kNotFound for a variable that nobody has set,
  // kInvalidArgument for a format that this does not know.
  absl::StatusOr<std::string> InPromql(std::string_view query) const;
  absl::StatusOr<std::string> InSql(std::string_view query) const;

 private:
  enum class Language { kPromql, kSql };
  absl::StatusOr<std::string> Interpolate(std::string_view query, Language language) const;
  absl::StatusOr<std::string> TextOf(const std::string& name, std::string_view format,
                                     Language language) const;

  std::map<std::string, GrafanaValue> values_;
};

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_GRAFANA_VARIABLES_H_
