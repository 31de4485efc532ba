#include "parse/format_presets.h"

#include <algorithm>
#include <cassert>
#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "parse/embedded.h"
#include "parse/json_description.h"

namespace logtally {
namespace {

constexpr std::string_view kKeys[] = {"$schema", "name",   "title", "description",
                                      "source",  "layout", "json",  "samples"};

absl::Status BadFile(std::string_view path, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrFormat("%s: %s", path, what));
}

absl::StatusOr<std::shared_ptr<const LogFormat>> FormatOfJson(std::string_view name,
                                                              const nlohmann::json& json) {
  ASSIGN_OR_RETURN(const JsonDescription description, ReadJsonDescription(json));
  return LogFormat::FromJson(name, description);
}

std::vector<FormatPreset> LoadEmbedded() {
  std::vector<FormatPreset> presets;
  for (const embedded_parse::File& file : embedded_parse::Files()) {
    if (!file.name.ends_with(".json")) continue;
    auto preset = ParseFormatFile(file.name, file.bytes);
    assert(preset.ok() && "a format file inside the binary is bad");
    if (preset.ok()) presets.push_back(*std::move(preset));
  }
  std::sort(presets.begin(), presets.end(), [](const FormatPreset& a, const FormatPreset& b) {
    return a.format->name() < b.format->name();
  });
  return presets;
}

}  // namespace

std::span<const FormatPreset> FormatPresets() {
  static const auto* const presets = new std::vector<FormatPreset>(LoadEmbedded());
  return *presets;
}

std::vector<std::string> FormatNames() {
  std::vector<std::string> names;
  for (const FormatPreset& preset : FormatPresets()) names.push_back(preset.format->name());
  return names;
}

absl::StatusOr<std::shared_ptr<const LogFormat>> FindFormat(std::string_view name) {
  std::vector<std::string_view> names;
  for (const FormatPreset& preset : FormatPresets()) {
    if (preset.format->name() == name) return preset.format;
    names.push_back(preset.format->name());
  }
  const auto nearest = NearestName(name, names);
  return absl::NotFoundError(
      absl::StrFormat("unknown format %s;%s the built-in formats are %s", name,
                      nearest ? absl::StrFormat(" did you mean %s?", *nearest) : std::string(),
                      absl::StrJoin(FormatNames(), ", ")));
}

absl::StatusOr<FormatPreset> ParseFormatFile(std::string_view path, std::string_view bytes) {
  const auto json = nlohmann::json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return BadFile(path, "expected a JSON object");
  for (const auto& [key, value] : json.items()) {
    if (std::find(std::begin(kKeys), std::end(kKeys), key) == std::end(kKeys)) {
      const auto nearest = NearestName(key, kKeys);
      return BadFile(path, nearest
                               ? absl::StrFormat("unknown key %s; did you mean %s?", key, *nearest)
                               : absl::StrFormat("unknown key %s", key));
    }
    if (key == "json") continue;  // ReadJsonDescription looks at it
    if (key == "samples" ? !value.is_array() : !value.is_string()) {
      return BadFile(
          path, absl::StrFormat("%s: expected %s, got %s", key,
                                key == "samples" ? "an array" : "a string", value.type_name()));
    }
  }
  for (const std::string_view key : kKeys) {
    if (key != "layout" && key != "json" && !json.contains(std::string(key))) {
      return BadFile(path, absl::StrFormat("the key %s is missing", key));
    }
  }
  if (json.contains("layout") == json.contains("json")) {
    return BadFile(path, "expected one of the keys layout and json");
  }
  const std::string name = json["name"];
  const std::string_view file_name = path.substr(path.rfind('/') + 1);
  if (file_name != name + ".json") {
    return BadFile(path, absl::StrFormat("name: expected that of the file, got %s", name));
  }
  FormatPreset preset{json["title"], json["description"], json["source"],
                      json.value("layout", std::string()), nullptr};
  auto format = json.contains("json") ? FormatOfJson(name, json["json"])
                                      : LogFormat::FromLayout(name, preset.layout);
  if (!format.ok()) return BadFile(path, StdView(format.status().message()));
  preset.format = *std::move(format);
  return preset;
}

}  // namespace logtally
