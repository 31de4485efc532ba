// From the members of a JSON line to its record.
#ifndef LOGTALLY_PARSE_JSON_RECORD_H_
#define LOGTALLY_PARSE_JSON_RECORD_H_

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/access_record.h"
#include "parse/json_description.h"
#include "parse/json_walk.h"
#include "parse/timestamp.h"

namespace logtally {

// What a wanted member is for. A field's members follow one another, the preferred one first.
struct JsonMeaning {
  JsonField field;
  bool is_first;  // the most preferred of its field
  TimeUnit unit;  // of a duration
};

// What a line has for each field, before it is understood. Views point into the line.
struct JsonFindings {
  struct Value {
    const JsonMeaning* meaning = nullptr;  // null: there is none
    std::string_view text;                 // escapes and all
  };
  std::array<Value, kJsonFieldCount> values;
  std::optional<StatusCode> status;
  bool has_empty_status = false;
  bool has_bad_status = false;  // a text that is no status
  std::string_view kind;

  const Value& operator[](JsonField field) const { return values[static_cast<size_t>(field)]; }
  bool Has(JsonField field) const { return (*this)[field].meaning != nullptr; }
};

// Of the members that a field may have, the most preferred one with a value counts (for the
// status: one that is a status); of members that stand twice, the first with a value. "", "-" and
// null are no values. The member numbered meanings.size() is the kind.
JsonFindings CollectFindings(const std::vector<JsonMember>& found,
                             std::span<const JsonMeaning> meanings);

// Fills `record`, whatever it held before; requires `findings.status`. Texts with escapes are
// written to `unescaped` without them; `line_bytes` bounds their sum. Views of the record point
// into the line or into `unescaped`.
void FillRecord(const JsonFindings& findings, size_t line_bytes, TimestampReader& timestamps,
                std::string& unescaped, AccessRecord& record);

}  // namespace logtally

#endif  // LOGTALLY_PARSE_JSON_RECORD_H_
