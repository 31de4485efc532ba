#include "parse/json_record.h"

#include "parse/field_values.h"
#include "parse/json_text.h"
#include "parse/request_line.h"

namespace logtally {
namespace {

// Hands out texts as the client sent them.
class Texts {
 public:
  Texts(std::string& memory, size_t line_bytes) : memory_(memory), line_bytes_(line_bytes) {
    memory_.clear();
  }

  std::string_view Unescape(std::string_view text) {
    if (text.find('\\') == std::string_view::npos) return text;
    // Room for all texts of the line, so that the views of the first stay good.
    if (memory_.capacity() < line_bytes_) memory_.reserve(line_bytes_);
    const size_t begin = memory_.size();
    AppendUnescaped(text, memory_);
    return std::string_view(memory_).substr(begin);
  }

 private:
  std::string& memory_;
  size_t line_bytes_;
};

std::optional<double> UpstreamSeconds(const JsonFindings::Value& upstream) {
  const auto seconds = ParseJsonSeconds(upstream.text, upstream.meaning->unit);
  if (seconds || upstream.meaning->unit != TimeUnit::kSeconds) return seconds;
  return SumUpstreamSeconds(upstream.text);  // a list, as nginx writes it
}

}  // namespace

JsonFindings CollectFindings(const std::vector<JsonMember>& found,
                             std::span<const JsonMeaning> meanings) {
  JsonFindings findings;
  for (const JsonMember& member : found) {
    const std::string_view text = TokenText(member.token);
    const auto number = static_cast<size_t>(member.number);
    if (number == meanings.size()) {
      if (findings.kind.empty()) findings.kind = text;
      continue;
    }
    const JsonMeaning& meaning = meanings[number];
    JsonFindings::Value& value = findings.values[static_cast<size_t>(meaning.field)];
    // A field's meanings are in the order of preference.
    if (value.meaning != nullptr && value.meaning <= &meaning) continue;
    if (meaning.field == JsonField::kStatus) {
      const auto status = ParseStatusCode(text);
      if (!status) {
        (text.empty() ? findings.has_empty_status : findings.has_bad_status) = true;
        continue;
      }
      findings.status = status;
    } else if (text.empty()) {
      continue;
    }
    value = {&meaning, text};
  }
  return findings;
}

void FillRecord(const JsonFindings& findings, size_t line_bytes, TimestampReader& timestamps,
                std::string& unescaped, AccessRecord& record) {
  Texts texts(unescaped, line_bytes);
  record = AccessRecord();
  record.status = *findings.status;
  if (const auto& time = findings[JsonField::kTime]; time.meaning != nullptr) {
    record.time_unix = timestamps.Read(EpochInSeconds(texts.Unescape(time.text)));
  }
  if (const auto& text = findings[JsonField::kRequest]; text.meaning != nullptr) {
    const RequestLine request = ParseRequestLine(texts.Unescape(text.text));
    record.method = request.method;
    record.path = request.path;
  }
  if (const auto& method = findings[JsonField::kMethod]; method.meaning != nullptr) {
    record.method = ParseMethod(method.text);
  }
  // What the client asked for says more than what the server made of it ($uri of nginx).
  if (const auto& path = findings[JsonField::kPath];
      path.meaning != nullptr && (path.meaning->is_first || record.path.empty())) {
    record.path = texts.Unescape(path.text);
  }
  record.bytes = ParseBytesSent(findings[JsonField::kBytes].text);
  record.client = texts.Unescape(findings[JsonField::kClient].text);
  record.host = texts.Unescape(findings[JsonField::kHost].text);
  record.referrer = texts.Unescape(findings[JsonField::kReferrer].text);
  if (const auto& duration = findings[JsonField::kDuration]; duration.meaning != nullptr) {
    record.duration_seconds = ParseJsonSeconds(duration.text, duration.meaning->unit);
  }
  if (const auto& upstream = findings[JsonField::kUpstream]; upstream.meaning != nullptr) {
    record.upstream_seconds = UpstreamSeconds(upstream);
  }
}

}  // namespace logtally
