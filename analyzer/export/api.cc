#include "export/api.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "export/json.h"
#include "model/loss_words.h"
#include "model/method.h"
#include "model/status_code.h"

namespace logtally {
namespace {

using nlohmann::ordered_json;

constexpr int64_t kMaxRows = 10000;

// "from: expected unix seconds or RFC 3339, got soon"
absl::Status BadParameter(std::string_view name, std::string_view expected, std::string_view got) {
  return absl::InvalidArgumentError(
      absl::StrFormat("%s: expected %s, got %s", name, expected,
                      got.empty() ? "nothing" : ValidUtf8(got.substr(0, 100))));
}

absl::StatusOr<int64_t> ParseTimeParameter(std::string_view name, std::string_view text) {
  if (const auto seconds = ParseInt64(text)) return *seconds;
  absl::Time time;
  // A '+' in a query means a space: an offset that was not escaped arrives as one.
  std::string rfc3339(text);
  std::replace(rfc3339.begin(), rfc3339.end(), ' ', '+');
  std::string ignored;
  if (absl::ParseTime(absl::RFC3339_full, rfc3339, &time, &ignored)) {
    return absl::ToUnixSeconds(time);
  }
  return BadParameter(name, "unix seconds or RFC 3339 (2026-01-31T12:00:00Z)", text);
}

constexpr std::array<std::string_view, 5> kCountsParameters = {"from", "to", "site", "code",
                                                               "step"};
constexpr std::array<std::string_view, 4> kErrorsParameters = {"code", "from", "to", "site"};
constexpr std::array<std::string_view, 3> kLossesParameters = {"from", "to", "site"};

struct DataRequest {
  CountQuery query;
  int64_t step_seconds = 0;
};

// `names`: the parameters that this request may have.
absl::StatusOr<DataRequest> ParseRequest(const HttpRequest& request,
                                         std::span<const std::string_view> names) {
  DataRequest parsed;
  for (const auto& [name, value] : request.parameters) {
    if (request.parameters.count(name) > 1) return BadParameter(name, "one value", "several");
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      const auto near = NearestName(name, names);
      return BadParameter(
          ValidUtf8(std::string_view(name).substr(0, 100)),
          "one of the parameters " +
              absl::StrJoin(names, ", ",
                            [](std::string* out, std::string_view allowed) { *out += allowed; }),
          near ? absl::StrFormat("an unknown one (did you mean %s?)", *near) : "an unknown one");
    }
    if (name == "from") {
      ASSIGN_OR_RETURN(parsed.query.from_unix, ParseTimeParameter(name, value));
    } else if (name == "to") {
      ASSIGN_OR_RETURN(parsed.query.to_unix, ParseTimeParameter(name, value));
    } else if (name == "site") {
      if (value.empty()) return BadParameter(name, "the name of a site", value);
      parsed.query.site = value;
    } else if (name == "code") {
      parsed.query.code = ParseStatusCode(value);
      if (!parsed.query.code) return BadParameter(name, "a status code such as 404", value);
    } else if (name == "step") {
      std::optional<int64_t> step = ParseInt64(value);
      if (const auto duration = ParseDuration(value)) step = absl::ToInt64Seconds(*duration);
      if (!step || *step < 60 || *step % 60 != 0 || *step > 366 * 86400) {
        return BadParameter(name, "whole minutes up to a year, such as 60, 5m, 1h or 1d", value);
      }
      parsed.step_seconds = *step;
    }
  }
  const CountQuery& query = parsed.query;
  if (query.from_unix && query.to_unix && *query.from_unix >= *query.to_unix) {
    return BadParameter("to", "a time after from", absl::StrFormat("%d", *query.to_unix));
  }
  return parsed;
}

// A value, or null where nothing was asked for.
template <typename T>
ordered_json OrNull(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json ListJson(const char* name, const TopValues& list) {
  ordered_json array = ordered_json::array();
  for (const TopValues::Entry& entry : list.Sorted()) {
    array.push_back(
        {{name, ValidUtf8(entry.value)}, {"count", entry.count}, {"overcount", entry.overcount}});
  }
  return array;
}

}  // namespace

HttpResponse AnswerCodes(const HttpRequest& request, const StatusCatalogue& catalogue) {
  if (!request.parameters.empty()) {
    return JsonError(400, absl::StrFormat("%s: expected no parameters, got one",
                                          ValidUtf8(request.parameters.begin()->first)));
  }
  ordered_json data = ordered_json::array();
  for (const StatusMeaning& row : catalogue.All()) {
    data.push_back({{"code", row.code},
                    {"name", row.name},
                    {"class", StatusClass(row.code)},
                    {"fault", row.fault},
                    {"documented", row.documented},
                    {"meaning", row.meaning},
                    {"source", row.source}});
  }
  const auto codes = data.size();
  return JsonAnswer(data, {{"codes", codes}});
}

HttpResponse AnswerCounts(const HttpRequest& request, const StatusCatalogue& catalogue,
                          const std::function<absl::StatusOr<CountReader>()>& open_reader) {
  const absl::StatusOr<DataRequest> parsed = ParseRequest(request, kCountsParameters);
  if (!parsed.ok()) return JsonError(400, StdView(parsed.status().message()));
  absl::StatusOr<CountReader> reader = open_reader();
  if (!reader.ok()) return JsonError(503, StdView(reader.status().message()));
  auto rows = reader->Responses(parsed->query, parsed->step_seconds, kMaxRows + 1);
  if (!rows.ok()) return JsonError(503, StdView(rows.status().message()));

  const bool truncated = rows->size() > kMaxRows;
  if (truncated) rows->resize(kMaxRows);
  ordered_json data = ordered_json::array();
  for (const ResponseRow& row : *rows) {
    const StatusMeaning* meaning = catalogue.Find(row.code);
    ordered_json object;
    if (parsed->step_seconds > 0) object["time_unix"] = row.time_unix;
    object["site"] = row.site;
    object["code"] = row.code;
    object["name"] = meaning == nullptr ? "Unknown" : meaning->name;
    object["class"] = StatusClass(row.code);
    object["fault"] = meaning == nullptr ? "unknown" : meaning->fault;
    object["method"] = MethodName(row.method);
    object["responses"] = row.tally.responses;
    object["bytes"] = row.tally.bytes;
    data.push_back(std::move(object));
  }
  return JsonAnswer(data, {{"from", OrNull(parsed->query.from_unix)},
                           {"to", OrNull(parsed->query.to_unix)},
                           {"step", parsed->step_seconds},
                           {"truncated", truncated}});
}

HttpResponse AnswerErrors(const HttpRequest& request, const StatusCatalogue& catalogue,
                          const std::function<absl::StatusOr<CountReader>()>& open_reader) {
  const absl::StatusOr<DataRequest> parsed = ParseRequest(request, kErrorsParameters);
  if (!parsed.ok()) return JsonError(400, StdView(parsed.status().message()));
  // Lists of every code at once could be much: they are asked for one by one.
  if (!parsed->query.code) return JsonError(400, "code: expected a status code, got none");
  absl::StatusOr<CountReader> reader = open_reader();
  if (!reader.ok()) return JsonError(503, StdView(reader.status().message()));
  const auto errors = reader->Errors(parsed->query);
  if (!errors.ok()) return JsonError(503, StdView(errors.status().message()));

  ordered_json data = ordered_json::array();
  for (const auto& [code, details] : *errors) {
    const StatusMeaning* meaning = catalogue.Find(code);
    ordered_json object;
    object["code"] = code;
    object["name"] = meaning == nullptr ? "Unknown" : meaning->name;
    object["class"] = StatusClass(code);
    object["fault"] = meaning == nullptr ? "unknown" : meaning->fault;
    object["meaning"] = meaning == nullptr ? "" : meaning->meaning;
    object["source"] = meaning == nullptr ? "" : meaning->source;
    if (const auto clients = details.NumberOfClients()) {
      object["clients"] = clients->number;
      object["clients_exact"] = clients->exact;
    }
    object["top_paths"] = ListJson("path", details.list(ErrorList::kPaths));
    object["top_clients"] = ListJson("client", details.list(ErrorList::kClients));
    object["top_referrers"] = ListJson("referrer", details.list(ErrorList::kReferrers));
    object["samples"] = details.Samples();
    data.push_back(std::move(object));
  }
  return JsonAnswer(
      data, {{"from", OrNull(parsed->query.from_unix)}, {"to", OrNull(parsed->query.to_unix)}});
}

HttpResponse AnswerLosses(const HttpRequest& request,
                          const std::function<absl::StatusOr<CountReader>()>& open_reader) {
  const absl::StatusOr<DataRequest> parsed = ParseRequest(request, kLossesParameters);
  if (!parsed.ok()) return JsonError(400, StdView(parsed.status().message()));
  absl::StatusOr<CountReader> reader = open_reader();
  if (!reader.ok()) return JsonError(503, StdView(reader.status().message()));
  auto losses = reader->Losses(parsed->query, kMaxRows + 1);
  if (!losses.ok()) return JsonError(503, StdView(losses.status().message()));

  const bool truncated = losses->size() > kMaxRows;
  if (truncated) losses->resize(kMaxRows);
  ordered_json data = ordered_json::array();
  for (const Loss& loss : *losses) {
    const LossWords words = LossWordsOf(loss.cause);
    data.push_back({{"site", loss.site},
                    {"cause", LossCauseName(loss.cause)},
                    {"path", loss.path},
                    {"losses", loss.tally.losses},
                    {"bytes", loss.tally.bytes},
                    {"lines", loss.tally.lines},
                    {"from_unix", loss.tally.from_unix},
                    {"to_unix", loss.tally.to_unix},
                    {"meaning", words.meaning},
                    {"remedy", words.remedy}});
  }
  return JsonAnswer(data, {{"from", OrNull(parsed->query.from_unix)},
                           {"to", OrNull(parsed->query.to_unix)},
                           {"truncated", truncated}});
}

}  // namespace logtally
