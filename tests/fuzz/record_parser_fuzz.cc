// Any bytes, as the lines of a log, through the parser with every kind of format.
//
// What must hold: no crash; a status within its range; views that point into the line; the same
// line has the same outcome whatever came before it; a line that a built-in format matches has
// the same status in the tolerant search.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/require.h"
#include "parse/format_presets.h"
#include "parse/json_walk.h"
#include "parse/line_parser.h"
#include "parse/tolerant_search.h"

namespace logtally {
namespace {

// Texts of JSON may point elsewhere: see json_fuzz.cc.
bool PointsInto(std::string_view view, std::string_view line) {
  return view.empty() || !FindJsonObject(line).empty() ||
         (view.data() >= line.data() && view.data() + view.size() <= line.data() + line.size());
}

std::string Outcome(std::optional<RejectReason> reason, const AccessRecord& record,
                    std::string_view line) {
  if (reason) return std::string(RejectReasonName(*reason));
  Require(record.status >= kMinStatusCode && record.status <= kMaxStatusCode, "status", line);
  Require(record.method < Methods().size(), "method", line);
  Require(record.bytes >= 0, "bytes", line);
  Require(record.duration_seconds.value_or(0) >= 0, "duration", line);
  Require(record.upstream_seconds.value_or(0) >= 0, "upstream", line);
  Require(PointsInto(record.path, line), "path", line);
  Require(PointsInto(record.host, line), "host", line);
  Require(PointsInto(record.client, line), "client", line);
  Require(PointsInto(record.referrer, line), "referrer", line);
  return StatusCodeText(record.status) + ' ' + std::string(MethodName(record.method)) + ' ' +
         std::string(record.path) + '|' + std::string(record.host) + '|' +
         std::string(record.client) + '|' + std::to_string(record.time_unix.value_or(-1)) + '|' +
         std::to_string(record.bytes);
}

std::string Parsed(LineParser& parser, std::string_view line) {
  AccessRecord record;
  const auto reason = parser.Parse(line, record);
  return Outcome(reason, record, line);
}

std::vector<std::shared_ptr<const LogFormat>> Formats() {
  std::vector<std::shared_ptr<const LogFormat>> formats;
  for (const FormatPreset& preset : FormatPresets()) formats.push_back(preset.format);
  formats.push_back(
      LogFormat::FromLayout("lists",
                            "$remote_addr:$remote_port [$time_local] \"$request_method $uri "
                            "$server_protocol\" $status $upstream_addr $upstream_response_time "
                            "$request_time $host")
          .value());
  formats.push_back(LogFormat::FromPattern(
                        "pattern", R"((?P<remote_addr>\S+) .*\[(?P<time_local>[^\]]+)\] )"
                                   R"RE("(?P<request>.*)" (?P<status>\w+) (?P<bytes_sent>\S*).*)RE")
                        .value());
  return formats;
}

void CheckSearchAgrees(std::string_view whole_line) {
  const std::string_view line = StripNoise(whole_line);
  TimestampReader timestamps;
  for (const FormatPreset& preset : FormatPresets()) {
    AccessRecord record;
    const MatchResult strict = preset.format->Match(line, timestamps, record);
    if (strict == MatchResult::kNoMatch || preset.format->is_json()) continue;
    const std::string by_format = Outcome(
        strict == MatchResult::kRecord ? std::nullopt : std::optional(RejectReason::kNoStatus),
        record, line);
    const auto reason = SearchTolerantly(line, timestamps, record);
    const std::string by_search = Outcome(reason, record, line);
    Require(by_format.substr(0, by_format.find(' ')) == by_search.substr(0, by_search.find(' ')),
            "format and search differ", line);
  }
}

void RunOneInput(std::string_view input) {
  static const auto* const formats = new auto(Formats());
  std::vector<RawLine> lines;
  for (size_t begin = 0; begin <= input.size();) {
    const size_t end = std::min(input.find('\n', begin), input.size());
    lines.push_back({input.substr(begin, end - begin), static_cast<int64_t>(begin)});
    begin = end + 1;
  }

  LineParser detecting(nullptr, "/var/log/apache2/access.log");
  detecting.Observe(lines);
  for (const RawLine& line : lines) Parsed(detecting, line.bytes);

  for (const auto& format : *formats) {
    LineParser parser(format, "");
    for (const RawLine& line : lines) {
      const std::string outcome = Parsed(parser, line.bytes);
      LineParser fresh(format, "");
      Require(Parsed(fresh, line.bytes) == outcome, "depends on earlier lines", line.bytes);
    }
  }
  for (const RawLine& line : lines) CheckSearchAgrees(line.bytes);
}

}  // namespace
}  // namespace logtally

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  logtally::RunOneInput({reinterpret_cast<const char*>(data), size});
  return 0;
}
