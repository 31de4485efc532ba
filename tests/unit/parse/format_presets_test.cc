#include "parse/format_presets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "absl/time/time.h"
#include "parse/json_description.h"
#include "parse/line_parser.h"
#include "parse/tolerant_search.h"
#include "parse_testing.h"
#include "testing/status_matchers.h"

namespace logtally {
namespace {

const std::string kSchemas = std::string(LOGTALLY_SOURCE_DIR) + "/schemas";

nlohmann::json AsJson(const AccessRecord& record) {
  nlohmann::json json = {{"status", record.status},
                         {"method", MethodName(record.method)},
                         {"path", record.path},
                         {"bytes", record.bytes},
                         {"client", record.client}};
  if (!record.host.empty()) json["host"] = record.host;
  if (!record.referrer.empty()) json["referrer"] = record.referrer;
  if (record.time_unix) json["time"] = *record.time_unix;
  if (record.duration_seconds) json["duration_seconds"] = *record.duration_seconds;
  if (record.upstream_seconds) json["upstream_seconds"] = *record.upstream_seconds;
  return json;
}

TEST(FormatPresets, EverySampleOfEveryFileGivesWhatItSays) {
  for (const Sample& sample : AllSamples()) {
    SCOPED_TRACE(sample.format + ": " + sample.line);
    ASSERT_OK_AND_ASSIGN(auto format, FindFormat(sample.format));
    const ParseResult result = ParseLine(LineParser(format, ""), sample.line);

    nlohmann::json expected = sample.expect;
    const bool by_format = MatchLine(*format, StripNoise(sample.line)).has_value();
    EXPECT_EQ(by_format, !expected.contains("by"));
    expected.erase("by");

    if (expected.contains("reject")) {
      EXPECT_EQ(Outcome(result), expected["reject"]);
      continue;
    }
    ASSERT_TRUE(std::holds_alternative<AccessRecord>(result)) << Outcome(result);
    if (expected.contains("time")) {
      absl::Time time;
      ASSERT_TRUE(
          absl::ParseTime(absl::RFC3339_full, std::string(expected["time"]), &time, nullptr));
      expected["time"] = absl::ToUnixSeconds(time);
    }
    EXPECT_EQ(AsJson(std::get<AccessRecord>(result)).dump(), expected.dump());
  }
}

TEST(FormatPresets, EachHasAtLeastEightSamples) {
  std::map<std::string, int> count;
  for (const Sample& sample : AllSamples()) ++count[sample.format];
  for (const std::string& name : FormatNames()) EXPECT_GE(count[name], 8) << name;
}

TEST(FormatPresets, AreTheFilesOfTheFolder) {
  std::vector<std::string> on_disk;
  for (const auto& entry : std::filesystem::directory_iterator(kSchemas + "/formats")) {
    if (entry.path().extension() == ".json") on_disk.push_back(entry.path().stem());
  }
  std::sort(on_disk.begin(), on_disk.end());
  EXPECT_EQ(FormatNames(), on_disk);
  EXPECT_EQ(FormatNames(), (std::vector<std::string>{
                               "apache_combined", "apache_common", "apache_vhost_combined",
                               "caddy_json", "cloudflare_logpush", "gcp_load_balancer",
                               "nginx_combined", "nginx_json", "nginx_main", "traefik_json"}));
}

TEST(FormatPresets, TheSchemaAsksForTheSameKeysAsTheProgram) {
  const auto schema =
      nlohmann::json::parse(testing::ReadFile(kSchemas + "/json/format.schema.json"));
  for (const std::string kind : {"layout", "json"}) {
    const std::string path =
        kind == "layout" ? "formats/nginx_combined.json" : "formats/caddy_json.json";
    const auto file = nlohmann::json::parse(testing::ReadFile(kSchemas + "/" + path));
    for (const std::string key : schema["required"]) {
      nlohmann::json without = file;
      without.erase(key);
      EXPECT_EQ(ParseFormatFile(path, without.dump()).status().message(),
                path + ": the key " + key + " is missing");
    }
    nlohmann::json without = file;
    without.erase(kind);
    EXPECT_EQ(ParseFormatFile(path, without.dump()).status().message(),
              path + ": expected one of the keys layout and json");
    EXPECT_EQ(schema["required"].size() + 1, file.size());
    for (const auto& [key, value] : file.items()) EXPECT_TRUE(schema["properties"].contains(key));
  }
  EXPECT_EQ(schema["properties"].size(), schema["required"].size() + 2);
  const auto& fields = schema["properties"]["json"]["properties"]["fields"]["properties"];
  EXPECT_EQ(fields.size(), kJsonFieldCount);
  for (const auto& [name, value] : fields.items()) EXPECT_TRUE(FindJsonField(name)) << name;
}

TEST(FormatPresets, AnUnknownNameIsAnsweredWithTheNearestAndAll) {
  EXPECT_EQ(FindFormat("nginx_combind").status().message(),
            "unknown format nginx_combind; did you mean nginx_combined? the built-in formats are "
            "apache_combined, apache_common, apache_vhost_combined, caddy_json, "
            "cloudflare_logpush, gcp_load_balancer, nginx_combined, nginx_json, nginx_main, "
            "traefik_json");
  EXPECT_EQ(FindFormat("zzz").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(FindFormat("zzz").status().message(),
            "unknown format zzz; the built-in formats are apache_combined, apache_common, "
            "apache_vhost_combined, caddy_json, cloudflare_logpush, gcp_load_balancer, "
            "nginx_combined, nginx_json, nginx_main, traefik_json");
}

TEST(FormatPresets, ABadFileIsAnsweredExactly) {
  const std::string good = testing::ReadFile(kSchemas + "/formats/nginx_main.json");
  struct Case {
    std::string_view key;
    nlohmann::json value;
    std::string error;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"layuot", "", "x/nginx_main.json: unknown key layuot; did you mean layout?"},
           {"color", "", "x/nginx_main.json: unknown key color"},
           {"title", 5, "x/nginx_main.json: title: expected a string, got number"},
           {"samples", "", "x/nginx_main.json: samples: expected an array, got string"},
           {"name", "other", "x/nginx_main.json: name: expected that of the file, got other"},
           {"layout", "$host", "x/nginx_main.json: format nginx_main: no $status in the layout"},
           {"json", {}, "x/nginx_main.json: expected one of the keys layout and json"},
       }) {
    auto json = nlohmann::json::parse(good);
    json[std::string(c.key)] = c.value;
    EXPECT_EQ(ParseFormatFile("x/nginx_main.json", json.dump()).status().message(), c.error);
  }
  EXPECT_EQ(ParseFormatFile("a.json", "{").status().message(), "a.json: expected a JSON object");
}

}  // namespace
}  // namespace logtally
