// The page at /: what this is, how it is doing, and where everything else is.
#ifndef LOGTALLY_EXPORT_LANDING_PAGE_H_
#define LOGTALLY_EXPORT_LANDING_PAGE_H_

#include <string>
#include <string_view>

#include "catalogue/status_catalogue.h"
#include "model/snapshot.h"

namespace logtally {

// Text made safe inside HTML, in element content and in quoted attributes.
std::string EscapeHtml(std::string_view text);

// One self-contained HTML document without scripts. `snapshot` may be null: nothing known yet.
std::string LandingPage(const Snapshot* snapshot, const StatusCatalogue& catalogue);

}  // namespace logtally

#endif  // LOGTALLY_EXPORT_LANDING_PAGE_H_
