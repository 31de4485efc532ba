// The page /codes: every status code, and which of them this machine has seen.
#ifndef LOGTALLY_EXPORT_CODE_LIST_PAGE_H_
#define LOGTALLY_EXPORT_CODE_LIST_PAGE_H_

#include <functional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "catalogue/status_catalogue.h"
#include "export/http_server.h"
#include "model/snapshot.h"
#include "store/count_reader.h"

namespace logtally {

enum class CodeListPart {
  kAll,
  kLabelledOther,  // those that share the label code="other" in /metrics
};

// One row a code: those that this machine has seen, the most frequent first, then the rest of the
// catalogue by class. Counts since the beginning are the snapshot's (may be null); those of the
// last 24 hours are the store's, and where it cannot be read the page says why.
HttpResponse AnswerCodeList(CodeListPart part, const StatusCatalogue& catalogue,
                            const Snapshot* snapshot,
                            const std::function<absl::StatusOr<CountReader>()>& open_reader,
                            absl::Time now);

}  // namespace logtally

#endif  // LOGTALLY_EXPORT_CODE_LIST_PAGE_H_
