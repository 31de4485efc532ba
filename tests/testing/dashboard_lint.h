// What is wrong with a dashboard, by the rules that logtally's dashboards keep: they import into
// every Grafana from 10 on, stand in order, explain themselves, and ask only what exists.
#ifndef LOGTALLY_TESTING_DASHBOARD_LINT_H_
#define LOGTALLY_TESTING_DASHBOARD_LINT_H_

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace logtally::testing {

// What the dashboard may refer to.
struct DashboardSurroundings {
  std::set<std::string> uids;   // of all dashboards
  std::set<std::string> codes;  // of the catalogue: each needs a text wherever codes are shown
  std::set<std::string> views;  // of the database
};

// `dashboard` is Grafana's classic JSON. Empty when all is well; else sentences, each beginning
// with where the mistake is.
std::vector<std::string> DashboardComplaints(const nlohmann::json& dashboard,
                                             const DashboardSurroundings& surroundings);

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_DASHBOARD_LINT_H_
