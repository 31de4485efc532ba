// A log format's layout, taken apart: literal text and the fields between.
//
// This is what a format is compiled from: the reference pattern, the patterns of the run time, and
// the delimiter plan.
#ifndef LOGTALLY_PARSE_LAYOUT_H_
#define LOGTALLY_PARSE_LAYOUT_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace logtally {

// What a value means to a record.
enum class FieldMeaning : uint8_t {
  kUnused,
  kTime,
  kRequest,  // method, target and protocol in one
  kMethod,
  kPath,
  kStatus,
  kBytes,
  kClient,
  kHost,
  kDuration,
  kUpstream,
  kReferrer,
};

// How far a value reaches, as its delimiters say. A backslash always takes the byte after it
// along (\" and \\ of Apache, \x22 of nginx), and a bare '"' never belongs to a value: so the
// quotes of a line pair up whatever a client sends.
enum class FieldShape : uint8_t {
  kBare,        // up to a space or the next literal
  kTwoWords,    // $time_local outside of brackets: "10/Oct/2023:13:55:36 -0700"
  kWords,       // $remote_user before " [": may hold spaces; each word keeps the space after it
  kList,        // $upstream_…: "a, b : c", spaces and all
  kInBrackets,  // up to ']'
  kQuoted,      // up to '"' (or the next literal inside the same quotes)
};

struct LayoutField {
  std::string variable;  // without '$'
  FieldMeaning meaning;
  FieldShape shape;
  char stop;  // first byte of the literal after the field; '\n' at the end of the line
};

// A line is literals[0] fields[0] literals[1] … fields[n-1] literals[n]. Only the outermost two
// literals may be empty. For a kWords field the space before '[' belongs to the field.
struct Layout {
  std::vector<std::string> literals;
  std::vector<LayoutField> fields;
};

// Shape:  the notation of nginx's log_format: literal text, $variable, ${variable}. A variable
//         that logtally does not know stands for some value that is not used. Of two variables
//         with one meaning ($bytes_sent, $body_bytes_sent) the first is used.
// Errors: kInvalidArgument "column 12: …": two variables that touch, a '$' without a name, a
//         status next to a digit, no $status.
// Source: ngx_http_log_module, log_format.
absl::StatusOr<Layout> ParseLayout(std::string_view text);

// What a variable means; nothing for one that logtally does not know.
std::optional<FieldMeaning> FindVariable(std::string_view variable);

// Every variable that logtally knows, used or not.
std::span<const std::string_view> KnownVariables();

}  // namespace logtally

#endif  // LOGTALLY_PARSE_LAYOUT_H_
