#include "generator/dashboards.h"

namespace logtally::dashboards {

std::vector<Dashboard> AllDashboards(const StatusCatalogue& catalogue) {
  return {Overview(catalogue),
          StatusCodeDetail(catalogue),
          SiteDetail(catalogue),
          ErrorBudget(),
          Health(),
          History(catalogue)};
}

}  // namespace logtally::dashboards
