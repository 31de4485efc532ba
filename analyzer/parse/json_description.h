// What a format file says about lines that are JSON objects: which member is which field.
#ifndef LOGTALLY_PARSE_JSON_DESCRIPTION_H_
#define LOGTALLY_PARSE_JSON_DESCRIPTION_H_

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "parse/json_text.h"

namespace logtally {

// A field of the record, by the name that it has in a description.
enum class JsonField : uint8_t {
  kTime,      // "time"
  kRequest,   // "request": method, target and protocol in one
  kMethod,    // "method"
  kPath,      // "path"
  kStatus,    // "status"
  kBytes,     // "bytes"
  kClient,    // "client"
  kHost,      // "host"
  kReferrer,  // "referrer"
  kDuration,  // "duration"
  kUpstream,  // "upstream"
};
inline constexpr size_t kJsonFieldCount = 11;

// "time", "request", …; nothing for any other name.
std::optional<JsonField> FindJsonField(std::string_view name);

// A member that may hold a field's value.
struct JsonSource {
  std::string path;                    // see JsonKeys
  TimeUnit unit = TimeUnit::kSeconds;  // of durations
};

// Lines of several kinds in one log, told apart by the text of one member: `logger` of Caddy.
struct JsonKinds {
  std::string path;
  // What the member may say. "http.log.*" is every text that begins with "http.log.".
  std::vector<std::string> access;  // lines with these are access lines
  std::vector<std::string> other;   // lines with these surely are none, even if they hold a status
};

// Shape:  "json": {
//           "fields": {"status": ["DownstreamStatus"], "duration": [{"key": "Duration", "unit":
//                      "ns"}], …},     members in the order of preference; `status` is required
//           "kinds": {"key": "logger", "access": ["http.log.access"], "other": ["http.*"]}
//         }                            absent: all lines with a status are access lines
struct JsonDescription {
  std::vector<JsonSource> sources[kJsonFieldCount];
  std::optional<JsonKinds> kinds;
};

// Errors: kInvalidArgument "json.fields.sttaus: unknown key; did you mean status?": an unknown or
//         missing key, a wrong type, an unknown unit, no `status`.
absl::StatusOr<JsonDescription> ReadJsonDescription(const nlohmann::json& json);

}  // namespace logtally

#endif  // LOGTALLY_PARSE_JSON_DESCRIPTION_H_
