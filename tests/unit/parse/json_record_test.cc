#include "parse/json_record.h"

#include <gtest/gtest.h>

namespace logtally {
namespace {

constexpr JsonMeaning kMeanings[] = {
    {JsonField::kStatus, true, TimeUnit::kSeconds},         // 0
    {JsonField::kStatus, false, TimeUnit::kSeconds},        // 1
    {JsonField::kTime, true, TimeUnit::kSeconds},           // 2
    {JsonField::kRequest, true, TimeUnit::kSeconds},        // 3
    {JsonField::kMethod, true, TimeUnit::kSeconds},         // 4
    {JsonField::kPath, true, TimeUnit::kSeconds},           // 5
    {JsonField::kPath, false, TimeUnit::kSeconds},          // 6
    {JsonField::kDuration, true, TimeUnit::kMilliseconds},  // 7
    {JsonField::kUpstream, true, TimeUnit::kSeconds},       // 8
    {JsonField::kClient, true, TimeUnit::kSeconds},         // 9
    {JsonField::kHost, true, TimeUnit::kSeconds},           // 10
    {JsonField::kReferrer, true, TimeUnit::kSeconds},       // 11
    {JsonField::kBytes, true, TimeUnit::kSeconds},          // 12
};
constexpr int kKind = std::size(kMeanings);

JsonFindings Collect(const std::vector<JsonMember>& found) {
  return CollectFindings(found, kMeanings);
}

class JsonRecordTest : public ::testing::Test {
 protected:
  AccessRecord Record(std::vector<JsonMember> found) {
    found.insert(found.begin(), {0, "200"});
    size_t bytes = 0;
    for (const JsonMember& member : found) bytes += member.token.size();
    AccessRecord record;
    FillRecord(Collect(found), bytes, timestamps_, unescaped_, record);
    return record;
  }

  TimestampReader timestamps_;
  std::string unescaped_;
};

TEST_F(JsonRecordTest, ThePreferredMemberWithAValueCounts) {
  EXPECT_EQ(Collect({{1, "500"}, {0, "200"}}).status, 200);
  EXPECT_EQ(Collect({{0, "200"}, {1, "500"}}).status, 200);
  EXPECT_EQ(Collect({{0, "\"\""}, {1, "500"}}).status, 500);
  EXPECT_EQ(Collect({{0, "\"ok\""}, {1, "500"}}).status, 500);
  EXPECT_EQ(Record({{6, "\"/b\""}, {5, "\"/a\""}}).path, "/a");
  EXPECT_EQ(Record({{6, "\"/b\""}, {5, "\"-\""}}).path, "/b");
}

TEST_F(JsonRecordTest, OfMembersThatStandTwiceTheFirstWithAValueCounts) {
  EXPECT_EQ(Collect({{0, "200"}, {0, "500"}}).status, 200);
  EXPECT_EQ(Collect({{0, "null"}, {0, "500"}}).status, 500);
  EXPECT_EQ(Record({{9, "\"192.0.2.7\""}, {9, "\"192.0.2.8\""}}).client, "192.0.2.7");
  EXPECT_EQ(Collect({{kKind, "\"a\""}, {kKind, "\"b\""}}).kind, "a");
}

TEST_F(JsonRecordTest, AnEmptyStatusIsNotABadOne) {
  for (const char* empty : {"", "\"\"", "\"-\"", "-", "null"}) {
    const JsonFindings findings = Collect({{0, empty}});
    EXPECT_FALSE(findings.status.has_value());
    EXPECT_TRUE(findings.has_empty_status);
    EXPECT_FALSE(findings.has_bad_status);
  }
  for (const char* bad : {"2000", "\"ok\"", "-2", "2e2", "true", "200.0"}) {
    const JsonFindings findings = Collect({{0, bad}});
    EXPECT_FALSE(findings.status.has_value());
    EXPECT_TRUE(findings.has_bad_status) << bad;
  }
  for (const auto& [text, code] : std::initializer_list<std::pair<const char*, int>>{
           {"0", 0}, {"000", 0}, {"\"009\"", 9}, {"-1", -1}, {"\"499\"", 499}, {"999", 999}}) {
    EXPECT_EQ(Collect({{0, text}}).status, code) << text;
  }
}

TEST_F(JsonRecordTest, WhatTheClientAskedForIsThePath) {
  const JsonMember request{3, "\"POST /asked?x HTTP/1.1\""};
  EXPECT_EQ(Record({request}).path, "/asked?x");
  EXPECT_EQ(MethodName(Record({request}).method), "POST");
  EXPECT_EQ(Record({request, {6, "\"/index.php\""}}).path, "/asked?x");
  EXPECT_EQ(Record({request, {5, "\"/request_uri\""}}).path, "/request_uri");
  EXPECT_EQ(Record({{3, "\"-\""}, {6, "\"/x\""}}).path, "/x");
  EXPECT_EQ(MethodName(Record({{4, "\"PUT\""}, request}).method), "PUT");
}

TEST_F(JsonRecordTest, TimesAndDurationsComeInManyNotations) {
  for (const char* time :
       {"1696946136", "1696946136.5241024", "1696946136123", "\"1696946136.123\"",
        "1696946136123000000", "\"2023-10-10T13:55:36Z\"", "\"10\\/Oct\\/2023:13:55:36 +0000\""}) {
    EXPECT_EQ(Record({{2, time}}).time_unix, 1696946136) << time;
  }
  EXPECT_EQ(Record({{2, "\"yesterday\""}}).time_unix, std::nullopt);
  EXPECT_EQ(Record({{7, "250"}}).duration_seconds, 0.25);
  EXPECT_EQ(Record({{7, "\"2s\""}}).duration_seconds, 2);
  EXPECT_EQ(Record({{7, "\"\""}}).duration_seconds, std::nullopt);
  EXPECT_EQ(Record({{8, "\"0.25, 0.5 : -\""}}).upstream_seconds, 0.75);
  EXPECT_EQ(Record({{8, "\"0.25\""}}).upstream_seconds, 0.25);
}

TEST_F(JsonRecordTest, TextsAreAsTheClientSentThem) {
  const std::string client = "\"192.0.2.7\"";
  const AccessRecord record = Record({{3, R"("GET /a\"b\u0026c HTTP/1.1")"},
                                      {9, client},
                                      {10, R"("ex\u0061mple")"},
                                      {11, R"("https:\/\/example.org\/")"},
                                      {12, "\"17\""}});
  EXPECT_EQ(record.path, "/a\"b&c");
  EXPECT_EQ(record.host, "example");
  EXPECT_EQ(record.referrer, "https://example.org/");
  EXPECT_EQ(record.bytes, 17);
  EXPECT_EQ(record.client.data(), client.data() + 1) << "without escapes, nothing is copied";
}

TEST_F(JsonRecordTest, NothingFromOneLineSurvivesIntoTheNext) {
  Record({{3, R"("GET /a\"b HTTP/1.1")"}, {9, R"("\u0041")"}, {7, "1"}, {8, "1"}, {12, "5"}});
  const AccessRecord record = Record({});
  EXPECT_EQ(record.path, "");
  EXPECT_EQ(record.client, "");
  EXPECT_EQ(record.bytes, 0);
  EXPECT_EQ(record.method, kOtherMethod);
  EXPECT_EQ(record.duration_seconds, std::nullopt);
  EXPECT_EQ(record.upstream_seconds, std::nullopt);
}

}  // namespace
}  // namespace logtally
