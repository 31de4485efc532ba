// The page at /: what this is, how it is doing, and where everything else is.
#ifndef LOGTALLY_EXPORT_LANDING_PAGE_H_
#define LOGTALLY_EXPORT_LANDING_PAGE_H_

#include <string>

#include "catalogue/status_catalogue.h"
#include "model/snapshot.h"

namespace logtally {

// One self-contained HTML document without scripts. `snapshot` may be null: nothing known yet.
std::string LandingPage(const Snapshot* snapshot, const StatusCatalogue& catalogue);

}  // namespace logtally

#endif  // LOGTALLY_EXPORT_LANDING_PAGE_H_
