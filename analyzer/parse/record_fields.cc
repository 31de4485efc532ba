#include "parse/record_fields.h"

#include "parse/field_values.h"
#include "parse/request_line.h"

namespace logtally {
namespace {

std::string_view ValueOf(std::string_view text) { return text == "-" ? std::string_view() : text; }

}  // namespace

bool RecordFields::Set(FieldMeaning meaning, std::string_view text) {
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
      const auto status = ParseStatusCode(text);
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
