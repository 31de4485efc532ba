// What a person can choose at the top of a dashboard.
#ifndef LOGTALLY_GENERATOR_VARIABLES_H_
#define LOGTALLY_GENERATOR_VARIABLES_H_

#include <string_view>

#include "generator/panel.h"

namespace logtally::dashboards {

// Each is one entry of Grafana's templating.list. The names are those that promql.h uses.
Json DataSourceVariable(std::string_view plugin);
Json JobVariable();
Json InstanceVariable();
Json SiteVariable();
// The codes that were answered in the time range, with their names: "404 Not Found".
Json CodeVariable();
// The objective in percent, below 100.
Json ObjectiveVariable();
// Where this logtally's own pages are: the target of the links of a code.
Json LogtallyUrlVariable();
// Those of the dashboard that asks SQLite.
Json SiteFromSqlVariable();
Json CodeFromSqlVariable();
// How long a time one bar stands for: 60, 3600 or 86400 seconds, or 0 to let the time range decide.
Json StepVariable();

}  // namespace logtally::dashboards

#endif  // LOGTALLY_GENERATOR_VARIABLES_H_
