// The summary for programs.
#ifndef LOGTALLY_REPORT_JSON_WRITER_H_
#define LOGTALLY_REPORT_JSON_WRITER_H_

#include <string>

#include "report/summary.h"

namespace logtally {

// Shape:  one JSON object, two spaces a level, a '\n' at the end; keys in a fixed order. What is
// not
//         known is absent, not null. Described by schemas/json/summary.schema.json.
// Units:  times are RFC 3339 in UTC; shares are 0 … 1; sizes are bytes.
// Safety: pure ASCII; invalid UTF-8 of a log becomes U+FFFD.
std::string WriteJson(const Summary& summary);

}  // namespace logtally

#endif  // LOGTALLY_REPORT_JSON_WRITER_H_
