// The status code of one answered request, as a number.
#ifndef LOGTALLY_MODEL_STATUS_CODE_H_
#define LOGTALLY_MODEL_STATUS_CODE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace logtally {

// -1 … 999. Besides the registered 100 … 599, servers write: 0 ("000": no status was sent;
// nginx, Caddy, Envoy), 9 ("009": HTTP/0.9; nginx), -1 (no status; HAProxy), and vendors use
// 600 … 999. All are counted; none is changed.
using StatusCode = int16_t;

inline constexpr StatusCode kMinStatusCode = -1;
inline constexpr StatusCode kMaxStatusCode = 999;

// "-1" or one to three digits; anything else is nothing.
std::optional<StatusCode> ParseStatusCode(std::string_view text);

// As servers write it: "404", "000", "009", "-1".
std::string StatusCodeText(StatusCode code);

// Whether the code may be a value of the Prometheus label `code`: 100 … 599 and -1, 000, 009.
bool IsLabelStatus(StatusCode code);

// The value of the label `code`: the text of a label status, "other" for the rest, so that a
// hostile log cannot make more than 503 + 1 values.
std::string StatusCodeLabel(StatusCode code);

// The value of the label `class`: "1xx" … "5xx", or "other".
std::string_view StatusClass(StatusCode code);

// Whether the request did not get what it asked for: 400 and up, and the codes below 100.
bool IsErrorStatus(StatusCode code);

}  // namespace logtally

#endif  // LOGTALLY_MODEL_STATUS_CODE_H_
