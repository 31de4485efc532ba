// Any bytes, as the lines of a JSON log, through both walks and every built-in format.
//
// What must hold: no crash; every token points into its line; what simdjson accepts and a strict
// parser calls JSON, both walks read alike; the same line has the same outcome whatever came
// before it; unescaped texts are not longer than the line.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/require.h"
#include "parse/format_presets.h"
#include "parse/json_walk.h"
#include "parse/line_parser.h"

namespace logtally {
namespace {

const JsonKeys& Keys() {
  static const auto* const keys = [] {
    auto* made = new JsonKeys;
    int member = 0;
    for (const char* path : {"status", "request", "request.uri", "request.headers.Referer", "ts",
                             "httpRequest.status", "logger"}) {
      if (!made->Add(path, member++).ok()) std::abort();
    }
    return made;
  }();
  return *keys;
}

void CheckWalks(std::string_view line) {
  static auto* const walk = new JsonWalk;
  const std::string_view object = FindJsonObject(line);
  std::vector<JsonMember> strictly;
  std::vector<JsonMember> leniently;
  const bool is_strict = walk->Strictly(object, Keys(), strictly);
  JsonWalk::Leniently(object, Keys(), leniently);
  for (const auto* found : {&strictly, &leniently}) {
    for (const JsonMember& member : *found) {
      Require(member.token.data() >= line.data() &&
                  member.token.data() + member.token.size() <= line.data() + line.size(),
              "token", line);
    }
  }
  // The other parser takes a NUL for the end.
  if (object.find('\0') != std::string_view::npos || !nlohmann::json::accept(object)) return;
  Require(is_strict, "simdjson refuses JSON", line);
  const auto same = [](const JsonMember& a, const JsonMember& b) {
    return a.number == b.number && a.token.data() == b.token.data() &&
           a.token.size() == b.token.size();
  };
  Require(std::equal(strictly.begin(), strictly.end(), leniently.begin(), leniently.end(), same),
          "the walks differ", line);
}

std::string Outcome(std::optional<RejectReason> reason, const AccessRecord& record,
                    std::string_view line) {
  if (reason) return std::string(RejectReasonName(*reason));
  Require(record.status >= kMinStatusCode && record.status <= kMaxStatusCode, "status", line);
  Require(record.method < Methods().size(), "method", line);
  Require(record.bytes >= 0, "bytes", line);
  Require(record.duration_seconds.value_or(0) >= 0, "duration", line);
  Require(record.upstream_seconds.value_or(0) >= 0, "upstream", line);
  Require(record.path.size() + record.host.size() + record.client.size() + record.referrer.size() <=
              line.size(),
          "texts", line);
  // Reads every byte of every view, for AddressSanitizer.
  return StatusCodeText(record.status) + ' ' + std::string(MethodName(record.method)) + ' ' +
         std::string(record.path) + '|' + std::string(record.host) + '|' +
         std::string(record.client) + '|' + std::string(record.referrer) + '|' +
         std::to_string(record.time_unix.value_or(-1)) + '|' + std::to_string(record.bytes);
}

void RunOneInput(std::string_view input) {
  for (size_t begin = 0; begin <= input.size();) {
    const size_t end = std::min(input.find('\n', begin), input.size());
    const std::string_view line = input.substr(begin, end - begin);
    CheckWalks(line);
    for (const FormatPreset& preset : FormatPresets()) {
      if (!preset.format->is_json()) continue;
      TimestampReader timestamps;
      AccessRecord record;
      const MatchResult result = preset.format->Match(line, timestamps, record);
      const std::string outcome = Outcome(ReasonOf(result), record, line);
      Require(preset.format->Match(line, timestamps, record) == result &&
                  Outcome(ReasonOf(result), record, line) == outcome,
              "not the same again", line);
    }
    LineParser parser(nullptr, "");
    AccessRecord record;
    const auto reason = parser.Parse(line, record);
    Outcome(reason, record, line);
    begin = end + 1;
  }
}

}  // namespace
}  // namespace logtally

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  logtally::RunOneInput({reinterpret_cast<const char*>(data), size});
  return 0;
}
