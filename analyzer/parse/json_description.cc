#include "parse/json_description.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/text.h"

namespace logtally {
namespace {

// In the order of JsonField.
constexpr std::string_view kFieldNames[kJsonFieldCount] = {
    "time",   "request", "method",   "path",     "status",  "bytes",
    "client", "host",    "referrer", "duration", "upstream"};

absl::Status At(std::string_view where, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrFormat("%s: %s", where, what));
}

absl::Status CheckKeys(std::string_view where, const nlohmann::json& json,
                       std::span<const std::string_view> known) {
  if (!json.is_object()) {
    return At(where, absl::StrFormat("expected an object, got %s", json.type_name()));
  }
  for (const auto& [key, value] : json.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const auto nearest = NearestName(key, known);
    return At(absl::StrFormat("%s.%s", where, key),
              nearest ? absl::StrFormat("unknown key; did you mean %s?", *nearest)
                      : std::string("unknown key"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadText(std::string_view where, const nlohmann::json& json) {
  if (json.is_string()) return json.get<std::string>();
  return At(where, absl::StrFormat("expected a string, got %s", json.type_name()));
}

absl::StatusOr<JsonSource> ReadSource(std::string_view where, const nlohmann::json& json) {
  if (!json.is_object()) {
    ASSIGN_OR_RETURN(std::string path, ReadText(where, json));
    return JsonSource{std::move(path)};
  }
  static constexpr std::string_view kKeys[] = {"key", "unit"};
  RETURN_IF_ERROR(CheckKeys(where, json, kKeys));
  JsonSource source;
  for (const std::string_view key : kKeys) {
    if (!json.contains(std::string(key))) {
      return At(where, absl::StrFormat("the key %s is missing", key));
    }
  }
  ASSIGN_OR_RETURN(source.path, ReadText(absl::StrFormat("%s.key", where), json["key"]));
  ASSIGN_OR_RETURN(const std::string unit,
                   ReadText(absl::StrFormat("%s.unit", where), json["unit"]));
  const auto known = FindTimeUnit(unit);
  if (!known) {
    return At(absl::StrFormat("%s.unit", where),
              absl::StrFormat("expected s, ms, us or ns, got %s", unit));
  }
  source.unit = *known;
  return source;
}

absl::StatusOr<std::vector<std::string>> ReadTexts(std::string_view where,
                                                   const nlohmann::json& json) {
  std::vector<std::string> texts;
  if (!json.is_array() || json.empty()) return At(where, "expected an array of strings");
  for (const auto& text : json) {
    ASSIGN_OR_RETURN(texts.emplace_back(), ReadText(where, text));
  }
  return texts;
}

absl::StatusOr<JsonKinds> ReadKinds(const nlohmann::json& json) {
  static constexpr std::string_view kKeys[] = {"key", "access", "other"};
  RETURN_IF_ERROR(CheckKeys("json.kinds", json, kKeys));
  for (const std::string_view key : kKeys) {
    if (!json.contains(std::string(key))) {
      return At("json.kinds", absl::StrFormat("the key %s is missing", key));
    }
  }
  JsonKinds kinds;
  ASSIGN_OR_RETURN(kinds.path, ReadText("json.kinds.key", json["key"]));
  ASSIGN_OR_RETURN(kinds.access, ReadTexts("json.kinds.access", json["access"]));
  ASSIGN_OR_RETURN(kinds.other, ReadTexts("json.kinds.other", json["other"]));
  return kinds;
}

}  // namespace

std::optional<JsonField> FindJsonField(std::string_view name) {
  const auto* found = std::find(std::begin(kFieldNames), std::end(kFieldNames), name);
  if (found == std::end(kFieldNames)) return std::nullopt;
  return static_cast<JsonField>(found - std::begin(kFieldNames));
}

absl::StatusOr<JsonDescription> ReadJsonDescription(const nlohmann::json& json) {
  static constexpr std::string_view kKeys[] = {"fields", "kinds"};
  RETURN_IF_ERROR(CheckKeys("json", json, kKeys));
  if (!json.contains("fields")) return At("json", "the key fields is missing");
  RETURN_IF_ERROR(CheckKeys("json.fields", json["fields"], kFieldNames));
  JsonDescription description;
  for (const auto& [name, sources] : json["fields"].items()) {
    const std::string where = absl::StrFormat("json.fields.%s", name);
    if (!sources.is_array() || sources.empty()) return At(where, "expected an array of members");
    for (const auto& source : sources) {
      auto& list = description.sources[static_cast<size_t>(*FindJsonField(name))];
      ASSIGN_OR_RETURN(list.emplace_back(), ReadSource(where, source));
    }
  }
  if (description.sources[static_cast<size_t>(JsonField::kStatus)].empty()) {
    return At("json.fields", "no status");
  }
  if (json.contains("kinds")) {
    ASSIGN_OR_RETURN(description.kinds, ReadKinds(json["kinds"]));
  }
  return description;
}

}  // namespace logtally
