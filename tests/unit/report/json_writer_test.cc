#include "report/json_writer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "testing/json_schema.h"
#include "testing/temp_dir.h"
#include "unit/report/summary_kit.h"

namespace logtally {
namespace {

using Json = nlohmann::json;
using testing::AddCode;
using testing::BadHour;
using testing::Contains;
using testing::Minute;
using testing::SchemaCheck;
using testing::SmallCatalogue;

std::string TextOf(const SummaryInput& input) {
  return WriteJson(Summarise(input, SmallCatalogue));
}

Json JsonOf(const SummaryInput& input) { return Json::parse(TextOf(input)); }

Json Schema() {
  return Json::parse(
      testing::ReadFile(std::string(LOGTALLY_SOURCE_DIR) + "/schemas/json/summary.schema.json"));
}

TEST(JsonWriter, WritesWhatTheSchemaSaysAndTheSchemaSaysAllOfIt) {
  const Json schema = Schema();
  SchemaCheck check;
  check.Check(schema, JsonOf(SummaryInput()), "");

  SummaryInput everything = BadHour();
  everything.window.to_unix = Minute(61);  // paths of more than the window
  everything.read_errors = {"open x: Permission denied"};
  everything.unlisted_errors = 3;
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
  input.codes[599] = {{1, 0}, std::nullopt, std::nullopt, ErrorDetails()};
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
  input.codes[404].details.Add({.client = path, .referrer = path, .line = path});
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
  EXPECT_EQ(json["errors"][0]["top_clients"][0]["client"], read);
  EXPECT_EQ(json["errors"][0]["top_referrers"][0]["referrer"], read);
  EXPECT_TRUE(Contains(json["errors"][0]["samples"][0].get<std::string>(), "/\\x1B[2J\\xC2\\x9B"));
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
