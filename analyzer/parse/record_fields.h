// From the text of a field to its place in a record.
#ifndef LOGTALLY_PARSE_RECORD_FIELDS_H_
#define LOGTALLY_PARSE_RECORD_FIELDS_H_

#include <cstdint>
#include <string_view>

#include "model/access_record.h"
#include "parse/layout.h"
#include "parse/timestamp.h"

namespace logtally {

// What a line is to a format.
enum class MatchResult : uint8_t {
  kRecord,
  kNoStatus,  // it has the format, but "-" or nothing stands for the status
  kNoMatch,   // it has another format, or none
};

// What was found in a line so far.
struct RecordFields {
  TimestampReader& timestamps;  // must outlive this
  AccessRecord& record;         // must outlive this; empty at first
  bool has_status = false;

  // Takes the text of one field. False if it cannot be what the field means: a custom pattern may
  // call anything the status.
  // Views: into `text`.
  bool Set(FieldMeaning meaning, std::string_view text);

  MatchResult result() const { return has_status ? MatchResult::kRecord : MatchResult::kNoStatus; }
};

}  // namespace logtally

#endif  // LOGTALLY_PARSE_RECORD_FIELDS_H_
