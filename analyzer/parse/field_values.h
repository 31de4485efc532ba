// The numbers of a log line, with the odd ways in which servers write them.
#ifndef LOGTALLY_PARSE_FIELD_VALUES_H_
#define LOGTALLY_PARSE_FIELD_VALUES_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace logtally {

// Bytes sent: "612", "-" (nothing), "+243" (HAProxy: at least so many). What is no number, or is
// beyond 10^18, counts as 0, so that no line can overflow a sum.
int64_t ParseBytesSent(std::string_view text);

// "0.123" in seconds; "-", a negative time or anything else is nothing.
std::optional<double> ParseSeconds(std::string_view text);

// The sum over all upstream servers that were tried: "0.001, 0.002 : 0.003". A member "-" took no
// time; without any number there is no value.
// Source: ngx_http_upstream_module, $upstream_response_time.
std::optional<double> SumUpstreamSeconds(std::string_view list);

}  // namespace logtally

#endif  // LOGTALLY_PARSE_FIELD_VALUES_H_
