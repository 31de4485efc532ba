#include "report/json_writer.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "base/text.h"

namespace logtally {
namespace {

using Json = nlohmann::ordered_json;

std::string Rfc3339(int64_t unix_seconds) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(unix_seconds),
                          absl::UTCTimeZone());
}

void PutTime(Json& object, const char* key, const std::optional<int64_t>& unix_seconds) {
  if (unix_seconds) object[key] = Rfc3339(*unix_seconds);
}

Json Strings(const std::vector<std::string>& texts) {
  Json array = Json::array();
  for (const std::string& text : texts) array.push_back(ValidUtf8(text));
  return array;
}

Json WindowJson(const Summary& summary) {
  const SummaryWindow& window = summary.window;
  Json json;
  json["scope"] = window.bounded()                                ? "times"
                  : summary.input.source == SummarySource::kFiles ? "files"
                                                                  : "stored";
  PutTime(json, "from", window.from_unix);
  PutTime(json, "to", window.to_unix);
  json["zone"] = "UTC";
  PutTime(json, "first_seen", window.first_minute_unix);
  PutTime(json, "last_seen", window.last_minute_unix);
  if (summary.paths_window) {
    PutTime(json, "paths_from", summary.paths_window->from_unix);
    PutTime(json, "paths_to", summary.paths_window->to_unix);
  }
  return json;
}

Json LossJson(const Loss& loss) {
  Json json;
  json["site"] = ValidUtf8(loss.site);
  json["cause"] = std::string(LossCauseName(loss.cause));
  json["path"] = ValidUtf8(loss.path);
  json["losses"] = loss.tally.losses;
  json["bytes"] = loss.tally.bytes;
  json["lines"] = loss.tally.lines;
  json["from"] = Rfc3339(loss.tally.from_unix);
  json["to"] = Rfc3339(loss.tally.to_unix);
  return json;
}

Json InputJson(const SummaryTrust& input) {
  Json json;
  json["kind"] = input.source == SummarySource::kFiles ? "files" : "database";
  json["sources"] = Strings(input.source_names);
  json["lines"] = input.lines;
  json["counted"] = input.counted;
  json["rejected"] = input.rejected;
  json["rejected_share"] = input.rejected_share.Fraction();
  json["rejected_by_reason"] = Json::array();
  for (const RejectedLines& reject : input.rejects) {
    json["rejected_by_reason"].push_back({{"reason", ValidUtf8(reject.reason)},
                                          {"lines", reject.lines},
                                          {"share", reject.share.Fraction()}});
  }
  json["untimed"] = input.untimed;
  json["untimed_counted"] = input.untimed_counted;
  json["outside_window"] = input.outside_window;
  if (input.unlisted_errors) json["unlisted_errors"] = *input.unlisted_errors;
  json["losses"] = Json::array();
  for (const CauseLosses& cause : input.losses) {
    for (const Loss& loss : cause.logs) json["losses"].push_back(LossJson(loss));
  }
  json["read_errors"] = Strings(input.read_errors);
  return json;
}

Json OverallJson(const Summary& summary) {
  Json json;
  json["responses"] = summary.all.responses;
  json["bytes"] = summary.all.bytes;
  json["errors"] = summary.error_responses;
  json["error_share"] = Share{summary.error_responses, summary.all.responses}.Fraction();
  json["errors_by_fault"] = Json::object();
  for (size_t i = 0; i < kErrorSides.size(); ++i) {
    json["errors_by_fault"][std::string(FaultSideName(kErrorSides[i]))] = summary.by_side[i];
  }
  return json;
}

Json CodeJson(const CodeTotal& total) {
  Json json;
  json["code"] = total.code;
  json["name"] = ValidUtf8(total.name);
  json["class"] = std::string(total.status_class);
  json["fault"] = std::string(FaultSideName(total.fault));
  json["documented"] = total.documented;
  json["responses"] = total.responses;
  json["share"] = total.share.Fraction();
  json["bytes"] = total.bytes;
  return json;
}

Json ValuesJson(const char* name, const std::vector<ValueCount>& values) {
  Json array = Json::array();
  for (const ValueCount& value : values) {
    array.push_back(
        {{name, ValidUtf8(value.value)}, {"count", value.count}, {"overcount", value.overcount}});
  }
  return array;
}

Json ErrorJson(const ErrorCode& error) {
  Json json = CodeJson(error.total);
  PutTime(json, "first_seen", error.first_seen_unix);
  PutTime(json, "last_seen", error.last_seen_unix);
  if (error.clients) {
    json["clients"] = error.clients->number;
    json["clients_exact"] = error.clients->exact;
  }
  json["top_paths"] = ValuesJson("path", error.top_paths);
  json["top_clients"] = ValuesJson("client", error.top_clients);
  json["top_referrers"] = ValuesJson("referrer", error.top_referrers);
  json["samples"] = Strings(error.samples);
  Json& meaning = json["meaning"];
  meaning["documented"] = error.meaning.documented;
  if (!error.meaning.text.empty()) {
    meaning["text"] = ValidUtf8(error.meaning.text);
    meaning["source"] = ValidUtf8(error.meaning.source);
  }
  return json;
}

}  // namespace

std::string WriteJson(const Summary& summary) {
  Json json;
  json["schema"] = "logtally.summary/1";
  json["window"] = WindowJson(summary);
  json["sites"] = Strings(summary.sites);
  if (summary.only_code) json["only_code"] = *summary.only_code;
  json["input"] = InputJson(summary.input);
  json["overall"] = OverallJson(summary);
  json["totals"] = Json::array();
  for (const CodeTotal& total : summary.totals) json["totals"].push_back(CodeJson(total));
  json["errors"] = Json::array();
  for (const ErrorGroup& group : summary.errors) {
    for (const ErrorCode& error : group.codes) json["errors"].push_back(ErrorJson(error));
  }
  // ASCII alone: C1 controls and direction marks are valid UTF-8, and JSON is printed on
  // terminals too.
  constexpr bool kEnsureAscii = true;
  return json.dump(2, ' ', kEnsureAscii) + "\n";
}

}  // namespace logtally
