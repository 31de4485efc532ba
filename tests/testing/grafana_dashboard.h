// A dashboard as Grafana reads it: what it asks, and of whom.
#ifndef LOGTALLY_TESTING_GRAFANA_DASHBOARD_H_
#define LOGTALLY_TESTING_GRAFANA_DASHBOARD_H_

#include <cstdint>
#include <string>
#include <vector>

namespace logtally::testing {

// A target of a panel.
struct GrafanaQuery {
  std::string ref;   // "A"
  std::string text;  // PromQL or SQL, with variables
  bool range = false;
  bool instant = false;
};

struct GrafanaPanel {
  std::string title;
  std::string repeat;  // the variable for whose values its row is repeated; ""
  std::vector<GrafanaQuery> queries;
};

struct GrafanaVariable {
  std::string name;
  std::string type;   // "query", "custom", "textbox", "datasource"
  std::string query;  // of a query
  std::string regex;
  std::string all_value;  // "": all values
  std::string current;    // of those that ask nobody
  bool may_be_several = false;
};

struct GrafanaAnnotation {
  std::string name;
  std::string query;
};

struct GrafanaDashboard {
  std::string uid;
  bool asks_sqlite = false;
  int64_t range_seconds = 0;  // the time range with which it opens
  std::vector<GrafanaVariable> variables;
  std::vector<GrafanaPanel> panels;
  std::vector<GrafanaAnnotation> annotations;

  // Errors: a panel that is not there fails the test.
  const GrafanaQuery& Query(const std::string& panel, const std::string& ref = "A") const;
};

// All in a folder, by uid. Errors: what is no dashboard fails the test.
std::vector<GrafanaDashboard> DashboardsIn(const std::string& folder);

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_GRAFANA_DASHBOARD_H_
