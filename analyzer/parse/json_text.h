// The values of JSON members as a log holds them: how text and numbers are written.
//
// A token is the text of one scalar value, without white space around it: a string with its
// quotes, a number, true, false or null; or whatever stands there instead in a damaged line.
#ifndef LOGTALLY_PARSE_JSON_TEXT_H_
#define LOGTALLY_PARSE_JSON_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace logtally {

// The unit of a number without one of its own.
enum class TimeUnit : uint8_t { kSeconds, kMilliseconds, kMicroseconds, kNanoseconds };

// "s", "ms", "us", "ns".
std::optional<TimeUnit> FindTimeUnit(std::string_view name);

// What stands between the quotes of a string token, escapes and all; any other token as it is.
// Nothing for what says that there is no value: "", "-", null.
std::string_view TokenText(std::string_view token);

// Adds `text` with the escapes of JSON resolved; \u becomes UTF-8, and what is no escape of JSON
// (\x22 of nginx, half a surrogate pair) stays as it is. Never adds more bytes than `text` has.
void AppendUnescaped(std::string_view text, std::string& out);

// "0.25" in `unit`, or a duration as Go prints it: "50ms", "1m2.5s", "120µs". In seconds; a
// negative one or anything else is nothing.
std::optional<double> ParseJsonSeconds(std::string_view text, TimeUnit unit);

// The seconds of a time since 1970 that is written in milli-, micro- or nanoseconds, which its
// number of digits tells apart: "1696971336123" -> "1696971336". Anything else as it is.
std::string_view EpochInSeconds(std::string_view text);

}  // namespace logtally

#endif  // LOGTALLY_PARSE_JSON_TEXT_H_
