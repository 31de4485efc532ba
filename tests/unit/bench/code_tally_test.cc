#include "bench/compare/code_tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace logtally::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(CodeTally, ReadsTheTruthOfLoggen) {
  const auto truth = ReadTruth("200\t90\n404\t8\nrejected\t2\n");
  ASSERT_TRUE(truth.ok());
  EXPECT_THAT(truth->codes, ElementsAre(Pair("200", 90), Pair("404", 8)));
  EXPECT_EQ(truth->rejected, 2);
  EXPECT_EQ(truth->lines(), 100);
}

TEST(CodeTally, ATruthThatIsCutOffIsNone) { EXPECT_FALSE(ReadTruth("200\t90\n404\t8\n").ok()); }

TEST(CodeTally, ReadsThePairsOfGawkAndTheTableOfLnav) {
  EXPECT_THAT(*ReadPairs("200 90\n404 8\n"), ElementsAre(Pair("200", 90), Pair("404", 8)));
  EXPECT_THAT(*ReadPairs("sc_status,count(*)\n200,90\n404,8\n"),
              ElementsAre(Pair("200", 90), Pair("404", 8)));
  EXPECT_FALSE(ReadPairs("").ok());
}

TEST(CodeTally, ReadsTheSummaryOfLogtally) {
  EXPECT_THAT(*ReadSummary(R"({"totals": [{"code": 200, "responses": 90, "name": "OK"},
                                          {"code": 0, "responses": 8, "name": "x"}]})"),
              ElementsAre(Pair("000", 8), Pair("200", 90)));
  EXPECT_FALSE(ReadSummary("no such state directory").ok());
}

TEST(CodeTally, ReadsTheMetricOfMtailThatCountsRequests) {
  const std::string json = R"({
    "apache_http_bytes_total": [{"Keys": ["request_method", "request_status"],
      "LabelValues": [{"Labels": ["GET", "200"], "Value": {"Value": 12345}}]}],
    "apache_http_requests_total": [{"Keys": ["request_method", "request_status"],
      "LabelValues": [{"Labels": ["GET", "200"], "Value": {"Value": 90}},
                      {"Labels": ["POST", "200"], "Value": {"Value": 4}},
                      {"Labels": ["GET", "404"], "Value": {"Value": 8}}]}]})";
  EXPECT_THAT(*ReadMtail(json), ElementsAre(Pair("200", 94), Pair("404", 8)));
  EXPECT_THAT(*ReadMtail(R"({"http_responses_total": [{"Keys": ["code"], "LabelValues": [
                             {"Labels": ["200"], "Value": {"Value": 90}}]}]})"),
              ElementsAre(Pair("200", 90)));
  EXPECT_FALSE(ReadMtail("{}").ok());
}

// As GoAccess 1.7 writes it, with a byte before that no JSON has.
TEST(CodeTally, ReadsThePanelOfGoAccess) {
  const std::string json =
      "{\"requests\": {\"metadata\": {}, \"data\": [{\"hits\": {\"count\": 7},\"data\": \"\xff 404 "
      "- "
      "\"}]},\"status_codes\": {\"metadata\": {\"hits\": {\"total\": {\"value\": 98}}},\"data\": [{"
      "\"hits\": {\"count\": 98,\"percent\": \"100\"},\"data\": \"2xx Success\",\"items\": [{"
      "\"hits\": {\"count\": 90,\"percent\": \"91\"},\"data\": \"200 - OK: it worked\"},{"
      "\"hits\": {\"count\": 8,\"percent\": \"8\"},\"data\": \"404 - Not Found\"}]}]},"
      "\"other\": {\"metadata\": {},\"data\": [{\"hits\": {\"count\": 5},\"data\": \"500 - x\"}]}}";
  EXPECT_THAT(*ReadGoAccess(json), ElementsAre(Pair("200", 90), Pair("404", 8)));
  EXPECT_FALSE(ReadGoAccess("{}").ok());
}

TEST(CodeTally, TellsWhatIsMissingFromWhatIsCountedWrongly) {
  const CodeTally truth = {{"200", 90}, {"404", 8}};
  EXPECT_TRUE(Compare(truth, truth).none());
  const Difference difference = Compare({{"200", 91}, {"404", 5}, {"\"x\"", 1}}, truth);
  EXPECT_EQ(difference.missing, 3);
  EXPECT_EQ(difference.too_many, 2);
  EXPECT_FALSE(difference.none());
}

}  // namespace
}  // namespace logtally::bench
