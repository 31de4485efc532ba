#include "report/json_writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/time/time.h"
#include "testing/temp_dir.h"
#include "unit/report/summary_kit.h"

namespace logtally {
namespace {

using Json = nlohmann::json;
using testing::AddCode;
using testing::BadHour;
using testing::Contains;
using testing::Minute;
using testing::SmallCatalogue;

std::string TextOf(const SummaryInput& input) {
  return WriteJson(Summarise(input, SmallCatalogue));
}

Json JsonOf(const SummaryInput& input) { return Json::parse(TextOf(input)); }

Json Schema() {
  return Json::parse(
      testing::ReadFile(std::string(LOGTALLY_SOURCE_DIR) + "/schemas/json/summary.schema.json"));
}

bool HasType(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return false;
}

// As much of JSON Schema as our schema uses. A keyword that is not known here fails.
class SchemaCheck {
 public:
  void Check(const Json& schema, const Json& value, const std::string& where) {
    for (const auto& [keyword, _] : schema.items()) {
      EXPECT_TRUE(Keywords().contains(keyword)) << keyword << " is not checked here";
    }
    if (schema.contains("const")) {
      EXPECT_EQ(value, schema["const"]) << where;
    }
    if (schema.contains("enum")) {
      const Json& allowed = schema["enum"];
      EXPECT_NE(std::find(allowed.begin(), allowed.end(), value), allowed.end()) << where << value;
    }
    if (schema.contains("type")) {
      ASSERT_TRUE(HasType(value, schema["type"])) << where << ": " << value;
    }
    if (schema.contains("minimum")) {
      EXPECT_GE(value, schema["minimum"]) << where;
    }
    if (schema.contains("maximum")) {
      EXPECT_LE(value, schema["maximum"]) << where;
    }
    if (schema.contains("format")) {
      absl::Time time;
      EXPECT_EQ(schema["format"], "date-time") << where;
      EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, std::string(value), &time, nullptr)) << value;
    }
    if (value.is_object()) {
      ASSERT_EQ(schema.at("additionalProperties"), false) << where;
      for (const auto& key : schema.at("required")) {
        EXPECT_TRUE(value.contains(std::string(key))) << where << " lacks " << key;
        EXPECT_TRUE(schema["properties"].contains(std::string(key))) << where << " " << key;
      }
      for (const auto& [key, member] : value.items()) {
        ASSERT_TRUE(schema["properties"].contains(key)) << where << "." << key << " is not known";
        seen_.insert(where + "." + key);
        Check(schema["properties"][key], member, where + "." + key);
      }
    }
    if (value.is_array()) {
      for (const Json& item : value) Check(schema.at("items"), item, where + "[]");
    }
  }

  // Every key of the schema, whether or not it was seen in a value.
  static void AllKeys(const Json& schema, const std::string& where, std::set<std::string>& keys) {
    if (schema.contains("items")) AllKeys(schema["items"], where + "[]", keys);
    if (!schema.contains("properties")) return;
    for (const auto& [key, member] : schema["properties"].items()) {
      keys.insert(where + "." + key);
      AllKeys(member, where + "." + key, keys);
    }
  }

  const std::set<std::string>& seen() const { return seen_; }

 private:
  static const std::set<std::string>& Keywords() {
    static const std::set<std::string> kKeywords = {
        "$schema",    "$id",      "title",   "description", "type",
        "properties", "required", "items",   "const",       "additionalProperties",
        "enum",       "format",   "minimum", "maximum"};
    return kKeywords;
  }

  std::set<std::string> seen_;
};

TEST(JsonWriter, WritesWhatTheSchemaSaysAndTheSchemaSaysAllOfIt) {
  const Json schema = Schema();
  SchemaCheck check;
  check.Check(schema, JsonOf(SummaryInput()), "");

  SummaryInput everything = BadHour();
  everything.window.to_unix = Minute(61);  // paths of more than the window
  everything.read_errors = {"open x: Permission denied"};
  testing::AddLosses(everything);
  check.Check(schema, JsonOf(everything), "");
  everything.only_code = 500;
  everything.source = SummarySource::kFiles;
  check.Check(schema, JsonOf(everything), "");

  std::set<std::string> all;
  SchemaCheck::AllKeys(schema, "", all);
  EXPECT_EQ(check.seen(), all) << "a key of the schema that nothing writes";
}

TEST(JsonWriter, KeepsTheOrderOfItsKeys) {
  const auto json = nlohmann::ordered_json::parse(TextOf(BadHour()));
  std::vector<std::string> keys;
  for (const auto& [key, member] : json.items()) keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{"schema", "window", "sites", "input", "overall",
                                            "totals", "errors"}));
}

TEST(JsonWriter, WhatIsNotKnownIsAbsent) {
  SummaryInput input;
  input.codes[599] = {{1, 0}, std::nullopt, std::nullopt, TopValues()};
  const Json json = JsonOf(input);
  EXPECT_FALSE(json["window"].contains("from"));
  EXPECT_FALSE(json["window"].contains("first_seen"));
  EXPECT_FALSE(json.contains("only_code"));
  const Json& error = json["errors"][0];
  EXPECT_FALSE(error.contains("first_seen"));
  EXPECT_EQ(error["name"], "Unknown");
  EXPECT_EQ(error["meaning"], Json::parse(R"({"documented":false})"));
}

TEST(JsonWriter, AWindowIsTimesOrAllThatThereIs) {
  SummaryInput input = BadHour();
  EXPECT_EQ(JsonOf(input)["window"]["scope"], "times");
  EXPECT_EQ(JsonOf(input)["window"]["from"], "2026-07-14T12:00:00Z");
  input.window.from_unix.reset();
  input.window.to_unix.reset();
  EXPECT_EQ(JsonOf(input)["window"]["scope"], "stored");
  input.source = SummarySource::kFiles;
  EXPECT_EQ(JsonOf(input)["window"]["scope"], "files");
}

TEST(JsonWriter, LossesAreTheLargestCauseFirstAndEveryLogIsThere) {
  SummaryInput input = BadHour();
  EXPECT_EQ(JsonOf(input)["input"]["losses"], Json::array());
  testing::AddLosses(input);
  const Json losses = JsonOf(input)["input"]["losses"];
  ASSERT_EQ(losses.size(), 8u) << "for programs there is no top 5";
  EXPECT_EQ(losses[0], Json::parse(R"({"site": "shop.example", "cause": "too_long",
      "path": "/var/log/shop/access.log", "losses": 1, "bytes": 71680, "lines": 1,
      "from": "2026-07-14T12:40:00Z", "to": "2026-07-14T12:40:00Z"})"));
  EXPECT_EQ(losses[1]["path"], "/var/log/shop/6.log");
}

TEST(JsonWriter, HostileTextIsNeitherInvalidNorACommand) {
  const std::string path = "/\x1b[2J\xc2\x9b\xff\"\\</script>\xe2\x80\xae" + std::string(8192, 'x');
  SummaryInput input;
  AddCode(input, 404, {1, 0}, 0, 0, {{path, 1, 0}});
  input.sites = {"\xff"};
  input.source_names = {"\xfe\x1b"};
  input.rejects = {{"\xfd", 1}};
  input.read_errors = {"open \xfc: Permission denied"};
  input.losses = {{"\xff\x1b", LossCause::kGone, "/log/\x1b[2J\xc2\x9b\xff", {1, 0, 0, 0, 0}}};
  const std::string text = TextOf(input);
  for (const unsigned char c : text) {
    ASSERT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7F)) << static_cast<int>(c);
  }
  const Json json = Json::parse(text);
  const std::string read = json["errors"][0]["top_paths"][0]["path"];
  EXPECT_TRUE(Contains(read, "/\x1b[2J\xc2\x9b\xEF\xBF\xBD\"\\</script>\xe2\x80\xaexxx"));
  EXPECT_EQ(read.size(), path.size() + 2);  // one byte became U+FFFD, which has three
  EXPECT_EQ(json["sites"][0], "\xEF\xBF\xBD");
}

TEST(JsonWriter, OddCodesAreNumbersToo) {
  SummaryInput input;
  AddCode(input, -1, {1, 0}, 0, 0);
  AddCode(input, 0, {1, 0}, 0, 0);
  const Json json = JsonOf(input);
  EXPECT_EQ(json["totals"][0]["code"], -1);
  EXPECT_EQ(json["totals"][1]["code"], 0);
  EXPECT_EQ(json["totals"][1]["class"], "other");
}

}  // namespace
}  // namespace logtally
