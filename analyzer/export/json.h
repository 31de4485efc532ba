// How every JSON answer looks: {"data": [flat objects], "meta": {…}} or {"error": "…"}.
#ifndef LOGTALLY_EXPORT_JSON_H_
#define LOGTALLY_EXPORT_JSON_H_

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "export/http_server.h"

namespace logtally {

// Bytes that are not UTF-8 become U+FFFD: log content may hold any. Pure ASCII: C1 control bytes
// are valid UTF-8, and a terminal that shows the answer (curl) would obey them.
HttpResponse JsonAnswer(const nlohmann::ordered_json& data, const nlohmann::ordered_json& meta);
HttpResponse JsonError(int status, std::string_view message);

}  // namespace logtally

#endif  // LOGTALLY_EXPORT_JSON_H_
