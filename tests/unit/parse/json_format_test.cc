#include "parse/json_format.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "absl/strings/str_format.h"
#include "parse/json_walk.h"
#include "parse/line_parser.h"
#include "parse_testing.h"
#include "testing/status_matchers.h"

namespace logtally {
namespace {

using Walk = JsonFormat::Walk;

// With an alias of the status, and kinds.
const JsonFormat& Format() {
  static const auto* const format = [] {
    const auto description = ReadJsonDescription(R"({
      "fields": {"status": ["status", "code"], "time": ["ts"], "path": ["uri"], "client": ["ip"],
                 "request": ["request"], "host": ["host"]},
      "kinds": {"key": "logger", "access": ["access", "access.*"], "other": ["http.*"]}
    })"_json);
    return JsonFormat::Create(*description)->release();
  }();
  return *format;
}

std::string Match(std::string_view line, Walk walk = Walk::kStrictElseLenient) {
  TimestampReader timestamps;
  AccessRecord record;
  const MatchResult result = Format().Match(line, timestamps, record, walk);
  if (result == MatchResult::kNoMatch) return "nothing";
  if (result == MatchResult::kRecord) return StatusCodeText(record.status);
  return std::string(RejectReasonName(*ReasonOf(result)));
}

std::string TextOf(const AccessRecord& record) {
  return absl::StrFormat("%d %d %d %s|%s|%s|%s %d", record.status, record.method, record.bytes,
                         record.path, record.client, record.host, record.referrer,
                         record.time_unix.value_or(-1));
}

TEST(JsonFormat, AStatusMakesAnAccessLine) {
  EXPECT_EQ(Match(R"({"logger":"access","status":404})"), "404");
  EXPECT_EQ(Match(R"({"status":"404","logger":"access.a"})"), "404");
  EXPECT_EQ(Match(R"({"logger":"access","status":0})"), "000");
  EXPECT_EQ(Match("192.0.2.7 - - [x] \"GET /\" 200 5"), "nothing");
}

TEST(JsonFormat, AnAliasOfTheStatusNeedsMoreThanATime) {
  EXPECT_EQ(Match(R"({"logger":"access","code":500})"), "nothing");
  EXPECT_EQ(Match(R"({"logger":"access","code":500,"ts":1})"), "nothing");
  EXPECT_EQ(Match(R"({"logger":"access","code":500,"uri":"/"})"), "500");
  EXPECT_EQ(Match(R"({"logger":"access","code":500,"status":200})"), "200");
}

TEST(JsonFormat, WithoutAStatusALineOfARequestSaysSo) {
  EXPECT_EQ(Match(R"({"logger":"access","status":"-"})"), "no_status");
  EXPECT_EQ(Match(R"({"logger":"access","status":null})"), "no_status");
  EXPECT_EQ(Match(R"({"logger":"access","uri":"/","ip":"192.0.2.7"})"), "no_status");
  EXPECT_EQ(Match(R"({"logger":"access","uri":"/"})"), "nothing");
  EXPECT_EQ(Match(R"({"logger":"access","status":"ok","uri":"/","ip":"192.0.2.7"})"), "nothing");
}

TEST(JsonFormat, LinesOfOtherKindsAreNeverCounted) {
  EXPECT_EQ(Match(R"({"logger":"http.error","status":502,"uri":"/"})"), "no_match");
  EXPECT_EQ(Match(R"({"status":502,"logger":"http.error","uri":"/cut)"), "no_match");
  EXPECT_EQ(Match(R"({"logger":"accesses","status":502})"), "nothing");
  EXPECT_EQ(Match(R"({"status":502})"), "nothing");
  EXPECT_EQ(Match(R"({"x":"\"logger\":\"access\"","logger":"http.","status":502})"), "no_match");
}

TEST(JsonFormat, DamagedLinesAreMatchedByTheLenientWalk) {
  const std::string damaged = R"({"logger":"access","status":404,"uri":"/cut)";
  EXPECT_EQ(Match(damaged), "404");
  EXPECT_EQ(Match(damaged, Walk::kStrict), "nothing");
  EXPECT_EQ(Match(damaged, Walk::kLenient), "404");
}

TEST(JsonFormat, BadMembersAreAnsweredExactly) {
  const auto error = [](const nlohmann::json& fields) {
    return std::string(
        LogFormat::FromJson("x", *ReadJsonDescription({{"fields", fields}})).status().message());
  };
  EXPECT_EQ(error({{"status", {"a..b"}}}), "format x: \"a..b\": an empty key");
  EXPECT_EQ(error({{"status", {"a"}}, {"path", {"a"}}}), "format x: a is named twice");
}

TEST(JsonFormat, ViewsPointIntoTheLineOrIntoTheThreadsMemory) {
  const std::string line =
      R"({"logger":"access","status":404,"uri":"/a","host":"\u0061","ip":"\u0062"})";
  TimestampReader timestamps;
  AccessRecord record;
  ASSERT_EQ(Format().Match(line, timestamps, record), MatchResult::kRecord);
  EXPECT_EQ(record.path.data(), line.data() + line.find("/a"));
  EXPECT_EQ(record.host, "a");
  EXPECT_EQ(record.client, "b");
  std::thread([] {
    EXPECT_EQ(Match(R"({"logger":"access","status":1,"host":"\u0063"})"), "001");
  }).join();
  EXPECT_EQ(record.host, "a");
}

TEST(JsonFormat, BothWalksGiveTheSameRecord) {
  std::vector<std::string> lines;
  for (const Sample& sample : AllSamples()) {
    if ((*FindFormat(sample.format))->is_json()) lines.push_back(sample.line);
  }
  std::mt19937 random(23);
  TimestampReader timestamps;
  int compared = 0;
  const auto description = ReadJsonDescription(nlohmann::json::parse(testing::ReadFile(
      std::string(LOGTALLY_SOURCE_DIR) + "/schemas/formats/nginx_json.json"))["json"]);
  const auto format = *JsonFormat::Create(*description);
  for (int i = 0; i < 60'000; ++i) {
    const std::string line = Damage(lines[random() % lines.size()], random);
    // The other parser takes a NUL for the end.
    if (line.find('\0') != std::string::npos) continue;
    if (!nlohmann::json::accept(FindJsonObject(line))) continue;
    ++compared;
    // Texts are in one memory, so that they are compared before the next call.
    AccessRecord record;
    const MatchResult strictly = format->Match(line, timestamps, record, Walk::kStrict);
    const std::string expected = TextOf(record);
    ASSERT_EQ(format->Match(line, timestamps, record, Walk::kLenient), strictly) << line;
    if (strictly == MatchResult::kRecord) {
      ASSERT_EQ(TextOf(record), expected) << line;
    }
  }
  EXPECT_GT(compared, 5'000);
}

TEST(JsonFormat, ALogOfCaddyWithOtherMessagesIsCountedOnce) {
  std::vector<RawLine> lines;
  std::vector<Sample> samples = AllSamples();
  for (const Sample& sample : samples) {
    if (sample.format == "caddy_json") lines.push_back({sample.line, 0});
  }
  LineParser parser(nullptr, "/var/log/caddy/access.log");
  parser.Observe(lines);
  EXPECT_EQ(parser.format_name(), "caddy_json");
  std::string outcomes;
  for (const RawLine& line : lines) outcomes += Outcome(ParseLine(parser, line.bytes)) + ' ';
  EXPECT_EQ(outcomes,
            "200 200 000 502 405 200 no_match no_match no_match no_match no_match no_status ");
}

}  // namespace
}  // namespace logtally
