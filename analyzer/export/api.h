// The HTTP interface for programs: /api/v1/….
#ifndef LOGTALLY_EXPORT_API_H_
#define LOGTALLY_EXPORT_API_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "catalogue/status_catalogue.h"
#include "export/http_server.h"
#include "store/count_reader.h"

namespace logtally {

// GET /api/v1/codes: every status code and what it means.
// One object a code: code, name, class, fault, documented, meaning, source.
HttpResponse AnswerCodes(const HttpRequest& request, const StatusCatalogue& catalogue);

// GET /api/v1/counts?from=&to=&site=&code=&step=: durable counts.
//   from, to  unix seconds or RFC 3339; minutes that begin in [from, to); default: all
//   site      name of a site; code  a status code; default: all
//   step      whole minutes, as seconds or 5m, 1h, 1d: one object per step, with time_unix;
//             default: the whole window in one
// One object a (time_unix,) site, code, method: with name, class, fault, responses, bytes. At most
// 10,000; meta.truncated says whether there were more.
// Errors: 400 {"error": "from: expected …, got …"}; 503 when the database cannot be read.
HttpResponse AnswerCounts(const HttpRequest& request, const StatusCatalogue& catalogue,
                          const std::function<absl::StatusOr<CountReader>()>& open_reader);

// GET /api/v1/errors?code=&from=&to=&site=: what the responses with an error code had in common.
//   code            the status code, which has to be there
//   from, to, site  as above, but whole hours that overlap [from, to)
// One object, or none where no error is listed: code, name, class, fault, meaning, source; clients
// (how many there were, within a few per cent unless clients_exact; not there where the log names
// none); paths, clients and referrers, each as top_…: most frequent first, at most 64, with count
// (never too low) and overcount (at most so much of it belongs to others); samples, at most two
// lines without the queries of their URLs.
// Errors: as AnswerCounts.
HttpResponse AnswerErrors(const HttpRequest& request, const StatusCatalogue& catalogue,
                          const std::function<absl::StatusOr<CountReader>()>& open_reader);

// GET /api/v1/losses?from=&to=&site=: what is known to have been lost before it was counted.
//   from, to, site  as above; a loss is told if the time around it, or the hour in which it was
//                   found, overlaps [from, to)
// One object a site, cause, path: with losses (times), bytes, lines (known for certain; both 0:
// only the time is known), from_unix and to_unix (both included), meaning, remedy. At most 10,000;
// meta.truncated says whether there were more. No object: no known loss.
// Errors: as AnswerCounts.
HttpResponse AnswerLosses(const HttpRequest& request,
                          const std::function<absl::StatusOr<CountReader>()>& open_reader);

}  // namespace logtally

#endif  // LOGTALLY_EXPORT_API_H_
