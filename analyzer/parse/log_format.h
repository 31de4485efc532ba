// One named log format: what its lines look like and which part is which field.
#ifndef LOGTALLY_PARSE_LOG_FORMAT_H_
#define LOGTALLY_PARSE_LOG_FORMAT_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "model/access_record.h"

namespace logtally {

// Thread: any; immutable after creation.
class LogFormat {
 public:
  // From a layout in the notation of nginx's log_format: literal text and $variables.
  //   $remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent
  // Errors: kInvalidArgument with the column: an unknown variable that touches another, no $status,
  // …
  static absl::StatusOr<std::shared_ptr<const LogFormat>> FromLayout(std::string_view name,
                                                                     std::string_view layout);

  // From an RE2 pattern with named groups; `status` is required, the other names are those of the
  // variables. The pattern must match the whole line.
  // Errors: kInvalidArgument with RE2's message: a bad pattern, no group `status`, an unknown
  // group.
  static absl::StatusOr<std::shared_ptr<const LogFormat>> FromPattern(std::string_view name,
                                                                      std::string_view pattern);

  virtual ~LogFormat() = default;
  virtual const std::string& name() const = 0;
  // The reference meaning: the RE2 pattern that a line must match.
  virtual const std::string& pattern() const = 0;
  // Whether the whole line matches; if so, `record` holds its fields. A line that matches but
  // whose status is "-" gives kNoStatus through `reason`.
  // virtual bool Match(std::string_view line, AccessRecord& record, RejectReason& reason) const =
  // 0;
};

}  // namespace logtally

#endif  // LOGTALLY_PARSE_LOG_FORMAT_H_
