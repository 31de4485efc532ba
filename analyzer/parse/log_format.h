// One named log format: what its lines look like and which part is which field.
#ifndef LOGTALLY_PARSE_LOG_FORMAT_H_
#define LOGTALLY_PARSE_LOG_FORMAT_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "model/access_record.h"
#include "parse/delimiter_plan.h"
#include "parse/layout.h"
#include "parse/record_fields.h"
#include "parse/timestamp.h"

namespace re2 {
class RE2;
}

namespace logtally {

class JsonFormat;
struct JsonDescription;

// Thread: any; immutable after creation.
class LogFormat {
 public:
  // From a layout in the notation of nginx's log_format; see ParseLayout.
  //   $remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent
  // Errors: kInvalidArgument, "format NAME: column N: …".
  static absl::StatusOr<std::shared_ptr<const LogFormat>> FromLayout(std::string_view name,
                                                                     std::string_view layout);

  // From an RE2 pattern with named groups; it must match the whole line (^ and $ are implied),
  // byte by byte (Latin-1, so that no byte is invalid). Groups are named like the variables of a
  // layout, without '$': `status` is required, the others are free to be absent. Quickest when
  // the wanted groups are among the first four and all others are written (?:…).
  // Errors: kInvalidArgument, "format NAME: …": RE2's message for a bad pattern or one too large,
  // no group `status`, a group that is no variable (with the nearest name).
  static absl::StatusOr<std::shared_ptr<const LogFormat>> FromPattern(std::string_view name,
                                                                      std::string_view pattern);

  // Lines that are JSON objects; see JsonFormat.
  // Errors: kInvalidArgument, "format NAME: …".
  static absl::StatusOr<std::shared_ptr<const LogFormat>> FromJson(
      std::string_view name, const JsonDescription& description);

  ~LogFormat();
  LogFormat(const LogFormat&) = delete;
  LogFormat& operator=(const LogFormat&) = delete;

  const std::string& name() const { return name_; }

  // The reference meaning: the RE2 pattern that a whole line must match, its groups named. Empty
  // for JSON, which no pattern describes.
  const std::string& pattern() const { return pattern_; }

  bool is_json() const { return json_ != nullptr; }

  // How many separate things (fields and bytes of literal text, spaces aside) a line must have.
  // Of two formats that match the same lines, the one with more of them says more.
  int specificity() const { return specificity_; }

  // Fills `record`, whatever it held before; it means something only with kRecord.
  // Views: of the record, into `line`; for JSON, see JsonFormat::Match.
  MatchResult Match(std::string_view line, TimestampReader& timestamps, AccessRecord& record) const;

  // The same without the plan: what Match falls back to.
  MatchResult MatchPattern(std::string_view line, TimestampReader& timestamps,
                           AccessRecord& record) const;

  // Null if the shape of the format allows none.
  const DelimiterPlan* plan() const { return plan_.get(); }

 private:
  // Patterns that match one after another, each from where the one before ended.
  struct Segment {
    std::unique_ptr<const re2::RE2> regex;
    std::vector<FieldMeaning> groups;  // groups[i] is the meaning of the (i+1)th group
  };

  LogFormat(std::string_view name, std::string pattern);
  absl::Status AddSegment(const std::string& pattern, std::vector<FieldMeaning> groups);

  std::string name_;
  std::string pattern_;
  int specificity_ = 0;
  std::unique_ptr<const DelimiterPlan> plan_;
  std::vector<Segment> segments_;
  std::unique_ptr<const JsonFormat> json_;  // instead of segments
};

}  // namespace logtally

#endif  // LOGTALLY_PARSE_LOG_FORMAT_H_
