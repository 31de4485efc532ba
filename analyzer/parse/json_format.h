// A log format whose lines are JSON objects: which member is which field of the record.
#ifndef LOGTALLY_PARSE_JSON_FORMAT_H_
#define LOGTALLY_PARSE_JSON_FORMAT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "parse/json_description.h"
#include "parse/json_keys.h"
#include "parse/json_record.h"
#include "parse/record_fields.h"
#include "parse/timestamp.h"

namespace logtally {

// Thread: any; immutable after creation.
class JsonFormat {
 public:
  // Which of the two walks of JsonWalk is used; the tests hold them against one another.
  enum class Walk : uint8_t { kStrictElseLenient, kStrict, kLenient };

  // Errors: kInvalidArgument "PATH: …": a member whose path is bad, or that is wanted twice.
  static absl::StatusOr<std::unique_ptr<const JsonFormat>> Create(
      const JsonDescription& description);

  // How many things a line must have: see LogFormat::specificity.
  int specificity() const { return kinds_ ? 2 : 1; }

  // What a line is to the format:
  //   kRecord    it holds a status that can be read, however damaged it is
  //   kNoStatus  the status is "-", "" or null; or none is there, but a client and a request are
  //   kNoAccess  it is of another kind, which surely is no access line (JsonKinds::other)
  // A status under another name than the first makes an access line only if a field beside the
  // time stands with it: `code` alone may be anybody's. Which of several members is a field's
  // value: see CollectFindings. `record` is filled, whatever it held before; it means something
  // only with kRecord.
  // Views: of the record, into `line`; a text with escapes, into memory of this thread that lasts
  //        until its next call of this function, for whatever format.
  MatchResult Match(std::string_view line, TimestampReader& timestamps, AccessRecord& record,
                    Walk walk = Walk::kStrictElseLenient) const;

 private:
  JsonFormat() = default;

  JsonKeys keys_;
  std::vector<JsonMeaning> meanings_;  // by the number of the member in `keys_`
  std::optional<JsonKinds> kinds_;     // its member has the number meanings_.size()
};

}  // namespace logtally

#endif  // LOGTALLY_PARSE_JSON_FORMAT_H_
