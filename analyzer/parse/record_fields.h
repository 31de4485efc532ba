// From the text of a field to its place in a record.
#ifndef LOGTALLY_PARSE_RECORD_FIELDS_H_
#define LOGTALLY_PARSE_RECORD_FIELDS_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/access_record.h"
#include "parse/field_values.h"
#include "parse/layout.h"
#include "parse/request_line.h"
#include "parse/timestamp.h"

namespace logtally {

// What a line is to a format.
enum class MatchResult : uint8_t {
  kRecord,
  kNoStatus,  // it has the format, but "-" or nothing stands for the status
  kNoAccess,  // it belongs to a log of the format, but surely is no access line: not to be counted
  kNoMatch,   // it has another format, or none
};

// Why the line is no record; nothing if it is one.
inline std::optional<RejectReason> ReasonOf(MatchResult result) {
  switch (result) {
    case MatchResult::kRecord:
      return std::nullopt;
    case MatchResult::kNoStatus:
      return RejectReason::kNoStatus;
    case MatchResult::kNoAccess:
    case MatchResult::kNoMatch:
      break;
  }
  return RejectReason::kNoMatch;
}

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

// "-" stands for nothing.
inline std::string_view ValueOf(std::string_view text) {
  return text == "-" ? std::string_view() : text;
}

// ParseStatusCode, ready for the three digits that it nearly always is.
inline std::optional<StatusCode> StatusOf(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 3 || !is_digit(text[0]) || !is_digit(text[1]) || !is_digit(text[2])) {
    return ParseStatusCode(text);
  }
  return static_cast<StatusCode>((text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0'));
}

inline bool RecordFields::Set(FieldMeaning meaning, std::string_view text) {
  switch (meaning) {
    case FieldMeaning::kUnused:
      break;
    case FieldMeaning::kTime:
      record.time_unix = timestamps.Read(text);
      break;
    case FieldMeaning::kRequest: {
      const RequestLine request = ParseRequestLine(text);
      record.method = request.method;
      record.path = request.path;
      break;
    }
    case FieldMeaning::kMethod:
      record.method = ParseMethod(text);
      break;
    case FieldMeaning::kPath:
      record.path = ValueOf(text);
      break;
    case FieldMeaning::kStatus: {
      if (ValueOf(text).empty()) break;
      const auto status = StatusOf(text);
      if (!status) return false;
      record.status = *status;
      has_status = true;
      break;
    }
    case FieldMeaning::kBytes:
      record.bytes = ParseBytesSent(text);
      break;
    case FieldMeaning::kClient:
      record.client = ValueOf(text);
      break;
    case FieldMeaning::kHost:
      record.host = ValueOf(text);
      break;
    case FieldMeaning::kDuration:
      record.duration_seconds = ParseSeconds(text);
      break;
    case FieldMeaning::kUpstream:
      record.upstream_seconds = SumUpstreamSeconds(text);
      break;
    case FieldMeaning::kReferrer:
      record.referrer = ValueOf(text);
      break;
  }
  return true;
}

}  // namespace logtally

#endif  // LOGTALLY_PARSE_RECORD_FIELDS_H_
