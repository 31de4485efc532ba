// Finds the status in a JSON line of a log whose format is not known.
#ifndef LOGTALLY_PARSE_JSON_SEARCH_H_
#define LOGTALLY_PARSE_JSON_SEARCH_H_

#include <string_view>

#include "parse/log_format.h"
#include "parse/timestamp.h"

namespace logtally {

// What the built-in JSON formats say of a line: the first of them that finds a record in it, the
// most specific ones asked first. One that knows the line as no access line (see JsonFormat) is
// believed. kNoMatch if the line is no JSON object, or none of them knows its members. `record` is
// filled, whatever it held before; it means something only with kRecord.
// Views:  see JsonFormat::Match.
// Thread: any, with a `timestamps` each.
MatchResult SearchJson(std::string_view line, TimestampReader& timestamps, AccessRecord& record);

}  // namespace logtally

#endif  // LOGTALLY_PARSE_JSON_SEARCH_H_
