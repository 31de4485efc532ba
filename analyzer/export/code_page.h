// The page /codes/404: what one status code means, and what it does on this machine.
#ifndef LOGTALLY_EXPORT_CODE_PAGE_H_
#define LOGTALLY_EXPORT_CODE_PAGE_H_

#include <functional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "catalogue/status_catalogue.h"
#include "export/http_server.h"
#include "model/snapshot.h"
#include "store/count_reader.h"

namespace logtally {

// GET /codes/<code>?site=: the first screen says what an operator who comes from a dashboard asks:
// what it is, who must act, how many there are and whether they grow. Below: what they had in
// common, and which sites have them.
//   <code>  a status code as /metrics has it, so also -1, 000, and "other": a list of those
//   site    that site alone. What a dashboard sends for "all sites" ("", "All", "$__all", ".+") is
//           taken as that; other parameters are ignored.
// Status: 404 for what is no code, and for a site that is not known; both pages say so. 200
//         otherwise, also for codes that the catalogue does not have, and when the store cannot be
//         read: then the page says why counts are missing.
// `snapshot` may be null: nothing known yet.
HttpResponse AnswerCodePage(const HttpRequest& request, const StatusCatalogue& catalogue,
                            const Snapshot* snapshot,
                            const std::function<absl::StatusOr<CountReader>()>& open_reader,
                            absl::Time now);

}  // namespace logtally

#endif  // LOGTALLY_EXPORT_CODE_PAGE_H_
