// A dashboard that somebody has opened: variables have values, and queries get answers.
#ifndef LOGTALLY_SCENARIO_OPEN_DASHBOARD_H_
#define LOGTALLY_SCENARIO_OPEN_DASHBOARD_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "scenario/scenario_kit.h"
#include "testing/grafana_dashboard.h"
#include "testing/grafana_variables.h"

namespace logtally::testing {

enum class Selection {
  kAll,     // as the dashboard opens
  kTheFew,  // the first two values of each variable, where it allows several
};

// For dashboards that ask Prometheus.
class OpenDashboard {
 public:
  // Over the dashboard's own range, or that of `range_seconds`, up to the end of the scenario. Asks
  // each variable's query in the order of the variables. Errors: those of Prometheus, and
  // kNotFound for a variable that finds nothing.
  static absl::StatusOr<OpenDashboard> Open(const GrafanaDashboard& dashboard, Selection selection,
                                            int64_t range_seconds = 0);

  // What a panel gets. Errors: as Prometheus, or of a variable that does not exist.
  PrometheusApi::Result Ask(const GrafanaQuery& query) const { return Ask(query, variables_); }
  // The same in the row that is repeated for `value` of `variable`.
  PrometheusApi::Result AskRepeated(const GrafanaQuery& query, const std::string& variable,
                                    const std::string& value) const;
  PrometheusApi::Result Ask(const GrafanaAnnotation& annotation) const;

  // All that the variable offers.
  const std::vector<std::string>& ValuesOf(const std::string& variable) const {
    return offered_.at(variable);
  }

 private:
  OpenDashboard(const GrafanaDashboard& dashboard, int64_t range_seconds);
  PrometheusApi::Result Ask(const GrafanaQuery& query, const GrafanaVariables& variables) const;
  absl::StatusOr<std::vector<std::string>> Offered(const GrafanaVariable& variable) const;

  int64_t from_unix_;
  int64_t to_unix_;
  int64_t step_seconds_;
  GrafanaVariables variables_;
  std::map<std::string, std::vector<std::string>> offered_;
};

}  // namespace logtally::testing

#endif  // LOGTALLY_SCENARIO_OPEN_DASHBOARD_H_
