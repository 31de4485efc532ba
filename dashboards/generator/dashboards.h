// The six dashboards. Each .cc of that name reads like a description of one.
#ifndef LOGTALLY_GENERATOR_DASHBOARDS_H_
#define LOGTALLY_GENERATOR_DASHBOARDS_H_

#include <vector>

#include "catalogue/status_catalogue.h"
#include "generator/dashboard.h"

namespace logtally::dashboards {

Dashboard Overview(const StatusCatalogue& catalogue);
Dashboard StatusCodeDetail(const StatusCatalogue& catalogue);
Dashboard SiteDetail(const StatusCatalogue& catalogue);
Dashboard ErrorBudget();
Dashboard Health();
Dashboard History(const StatusCatalogue& catalogue);

// In this order.
std::vector<Dashboard> AllDashboards(const StatusCatalogue& catalogue);

}  // namespace logtally::dashboards

#endif  // LOGTALLY_GENERATOR_DASHBOARDS_H_
