// Finds the status in a line that has no known format: a line with a readable status is always
// counted.
#ifndef LOGTALLY_PARSE_TOLERANT_SEARCH_H_
#define LOGTALLY_PARSE_TOLERANT_SEARCH_H_

#include <optional>
#include <string_view>

#include "model/access_record.h"
#include "parse/timestamp.h"

namespace logtally {

// `line` without what is around it by accident: NUL bytes before it (a log truncated under its
// writer leaves a hole), a byte order mark, a '\r' at the end. Empty if nothing but white space
// and NUL bytes is left.
std::string_view StripNoise(std::string_view line);

// Shape:  lines that begin like the Common Log Format,
//           … [time] "request" STATUS BYTES …
//         with anything in place of "…": lists of clients, a virtual host, users with spaces, no
//         quotes around a referer; or JSON objects with members that a built-in format knows.
//         `line` has gone through StripNoise.
// Errors: kNoStatus if "-" or nothing stands for the status, else kNoMatch. Without one, `record`
//         is filled, whatever it held before.
// Views:  of the record, into `line` (for JSON, see JsonFormat::Match). Its client is the peer that
//         the server saw: of a list, the last, which a client cannot forge.
// Thread: any, with a `timestamps` each.
std::optional<RejectReason> SearchTolerantly(std::string_view line, TimestampReader& timestamps,
                                             AccessRecord& record);

}  // namespace logtally

#endif  // LOGTALLY_PARSE_TOLERANT_SEARCH_H_
