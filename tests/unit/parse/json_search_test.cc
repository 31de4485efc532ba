#include "parse/json_search.h"

#include <gtest/gtest.h>

#include "parse/line_parser.h"
#include "parse_testing.h"

namespace logtally {
namespace {

std::string Search(std::string_view line) {
  TimestampReader timestamps;
  AccessRecord record;
  const MatchResult result = SearchJson(line, timestamps, record);
  if (result == MatchResult::kNoMatch) return "nothing";
  if (result == MatchResult::kRecord) return StatusCodeText(record.status);
  return std::string(RejectReasonName(*ReasonOf(result)));
}

TEST(JsonSearch, KnowsTheMembersOfAllBuiltInFormats) {
  for (const Sample& sample : AllSamples()) {
    if (!(*FindFormat(sample.format))->is_json() || sample.expect.contains("by")) continue;
    const std::string expected = sample.expect.contains("reject")
                                     ? sample.expect["reject"].get<std::string>()
                                     : StatusCodeText(sample.expect["status"]);
    EXPECT_EQ(Outcome(ParseLine(LineParser(nullptr, ""), sample.line)), expected) << sample.line;
  }
}

TEST(JsonSearch, AStatusIsFoundInMembersOfNoOneFormat) {
  EXPECT_EQ(Search(R"({"status":404})"), "404");
  EXPECT_EQ(Search(R"({"code":404,"path":"/x"})"), "404");
  EXPECT_EQ(Search(R"({"remote_addr":"192.0.2.7","uri":"/","DownstreamStatus":500})"), "500");
  EXPECT_EQ(Search(R"({"remote_addr":"192.0.2.7","uri":"/"})"), "no_status");
}

TEST(JsonSearch, OtherJsonIsNoAccessLog) {
  EXPECT_EQ(Search(R"({"level":"error","code":500,"time":"2023-10-10T13:55:36Z"})"), "nothing");
  EXPECT_EQ(Search(R"({"status":"ok"})"), "nothing");
  EXPECT_EQ(Search(R"({"message":"\"status\":200"})"), "nothing");
  EXPECT_EQ(Search("{}"), "nothing");
  EXPECT_EQ(Search("no JSON"), "nothing");
}

TEST(JsonSearch, ALineThatAFormatKnowsAsNoAccessLineIsNotCountedByAnother) {
  EXPECT_EQ(Search(R"({"logger":"http.log.error","status":502,"request":{"method":"GET"}})"),
            "no_match");
  EXPECT_EQ(Search(R"({"logger":"com.example.Access","status":502})"), "502");
}

}  // namespace
}  // namespace logtally
