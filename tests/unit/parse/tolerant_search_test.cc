#include "parse/tolerant_search.h"

#include <gtest/gtest.h>

#include "absl/strings/str_format.h"
#include "parse/line_parser.h"
#include "parse_testing.h"

namespace logtally {
namespace {

ParseResult Search(std::string_view line) {
  TimestampReader timestamps;
  line = StripNoise(line);
  if (line.empty()) return RejectReason::kEmpty;
  AccessRecord record;
  if (const auto reason = SearchTolerantly(line, timestamps, record)) return *reason;
  return record;
}

const std::string kPrefix = "192.0.2.7 - - [10/Oct/2023:13:55:36 +0000] ";

struct Case {
  std::string line;
  std::string_view outcome;
};

void ExpectOutcomes(std::initializer_list<Case> cases) {
  for (const Case& c : cases) EXPECT_EQ(Outcome(Search(c.line)), c.outcome) << c.line;
}

// formats.md's torture set, item by item: all of it was seen in real logs.
const std::vector<Case>& TortureSet() {
  static const auto* const cases = new std::vector<Case>{
      {kPrefix + R"("" 400 0 "-" "-")", "400"},
      {kPrefix + R"("" 400 0)", "400"},
      {kPrefix + R"("-" 400 0 "-" "-")", "400"},
      {kPrefix + R"("-" 408 - "-" "-")", "408"},
      {kPrefix + R"("\x16\x03\x01\x00\xEE\x01" 400 157 "-" "-")", "400"},
      {kPrefix + "\"\x16\x03\x01\xEE\" 400 157 \"-\" \"-\"", "400"},
      {kPrefix + R"("\x03\x00\x00/*\xE0\x00Cookie: mstshash=Administr" 400 157 "-" "-")", "400"},
      {kPrefix + R"("MGLNDD_192.0.2.1_443" 400 157 "-" "-")", "400"},
      {kPrefix + R"("GET /index.html" 200 612 "-" "-")", "200"},
      {kPrefix + R"("User User" 400 157 "-" "-")", "400"},
      {kPrefix + R"("geti /x HTTP/1.1" 405 157 "-" "-")", "405"},
      {kPrefix + R"("GET http://example.com/ HTTP/1.1" 200 5 "-" "-")", "200"},
      {kPrefix + R"("CONNECT mail.example.com:25 HTTP/1.1" 405 157 "-" "-")", "405"},
      {kPrefix + R"("GET / HTTP/1.1" 200 5 "-" "say \"hi\"")", "200"},
      {kPrefix + R"("GET / HTTP/1.1" 200 5 "-" "say \x22hi\x22")", "200"},
      {kPrefix + R"("GET / HTTP/1.1" 200 5 "" "curl")", "200"},
      {"10.0.0.2, 10.0.0.1, " + kPrefix + R"("GET / HTTP/1.1" 200 5 "-" "-")", "200"},
      {R"("10.0.0.2, 10.0.0.1" )" + kPrefix + R"("GET / HTTP/1.1" 200 5 "-" "-")", "200"},
      {R"(client.example.com - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 5)", "200"},
      {R"(2001:db8::1 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 5)", "200"},
      {R"(fe80::1%eth0 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 5)", "200"},
      {R"(unix: - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 5)", "200"},
      {R"(192.0.2.7 - John Q. Public [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 5)", "200"},
      {R"(192.0.2.7 - "" [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 401 5)", "401"},
      {kPrefix + "\"GET /" + std::string(9'000, 'a') + " HTTP/1.1\" 414 5 \"-\" \"-\"", "414"},
      {kPrefix + Bytes({"\"GET /\0\xff HTTP/1.1\" 404 5", 23}), "404"},
      {kPrefix + "\"GET /\xc3\x28\xff HTTP/1.1\" 404 5 \"-\" \"\xff\"", "404"},
      {kPrefix + "\"GET / HTTP/1.1\" 200 5 \"-\" \"-\"\r", "200"},
      {kPrefix + "\"GET / HTTP/1.1\" 200 5\r", "200"},
      {"\xEF\xBB\xBF" + kPrefix + R"("GET / HTTP/1.1" 200 5 "-" "-")", "200"},
      {std::string(100, '\0') + kPrefix + R"("GET / HTTP/1.1" 200 5 "-" "-")", "200"},
      {kPrefix + R"("GET /a"b HTTP/1.1" 404 5 "-" "-")", "404"},
      {kPrefix + R"("GET /a" b HTTP/1.1" 404 5 "-" "-")", "404"},
      {kPrefix + R"("GET /"a"b" HTTP/1.1" 404 5 "-" "-")", "404"},
      {R"(192.0.2.7 - - [10/Oct/2023:25:61:00 +0000] "GET / HTTP/1.1" 200 5 "-" "-")", "200"},
      {R"(192.0.2.7 - - [26/Mar/2023:02:30:00 +0100] "GET / HTTP/1.1" 200 5 "-" "-")", "200"},
      {kPrefix + R"("GET / HTTP/1.1" 000 0 "-" "-")", "000"},
      {kPrefix + R"("GET / HTTP/1.1" 009 0 "-" "-")", "009"},
      {kPrefix + R"("GET / HTTP/1.1" 0 0 "-" "-")", "000"},
      {kPrefix + R"("GET / HTTP/1.1" -1 0 "-" "-")", "-1"},
      {kPrefix + R"("GET / HTTP/1.1" - - "-" "-")", "no_status"},
      {kPrefix + R"("GET / HTTP/1.1"  5 "-" "-")", "no_status"},
      {kPrefix + R"("GET / HTTP/1.1" 600 5 "-" "-")", "600"},
      {kPrefix + R"("GET / HTTP/1.1" 783 5 "-" "-")", "783"},
      {kPrefix + R"("GET / HTTP/1.1" 200 4294967297 "-" "-")", "200"},
      {kPrefix + R"("GET / HTTP/1.1" 200 - "-" "-")", "200"},
      {kPrefix + R"("GET / HTTP/1.1" 200 +243 "-" "-")", "200"},
      // The prefix of the Common Log Format, then anything.
      {kPrefix + R"("GET / HTTP/1.1" 499 0 634 34.375 "-" "okhttp/3.2.0")", "499"},
      {kPrefix + R"("GET / HTTP/1.1" 200 5 "-" "curl"rt=0.024 uct="0.001 : 0.001")", "200"},
      {kPrefix + R"("GET / HTTP/1.1" 200 5 "-" "foo \" bar" 1 "test@file" "http://x" 1ms)", "200"},
      {kPrefix + R"("GET / HTTP/1.1" 200 "-" "curl")", "200"},
      {R"(example.com:80 192.0.2.7 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 301 5)",
       "301"},
      {R"(192.0.2.7 - - [10/Feb/2012:16:42:07 -0500] (0 s) "GET / HTTP/1.0" 301 368)", "301"},
      {R"([2016-04-15T20:17:00.310Z] "POST /api HTTP/2" 204 - 154 0 226 100 "192.0.2.7" "x")",
       "204"},
      // In syslog, with its date that has no year.
      {"Oct 10 13:55:36 web1 nginx: " + kPrefix + R"("GET / HTTP/1.1" 503 5 "-" "-")", "503"},
      // Half-written lines, and lines that say nothing.
      {kPrefix, "no_match"},
      {kPrefix + R"("GET /x HT)", "no_match"},
      {kPrefix + R"("GET /x HTTP/1.1")", "no_match"},
      {kPrefix + R"("GET /x HTTP/1.1" )", "no_match"},
      {kPrefix + R"("GET /x HTTP/1.1" 2)", "no_match"},
      {kPrefix + R"("GET /x HTTP/1.1" 20)", "no_match"},
      {kPrefix + R"("GET /x HTTP/1.1" 200)", "no_match"},
      {kPrefix + R"("GET /x HTTP/1.1" 2000 5)", "no_match"},
      {kPrefix + R"("GET /x HTTP/1.1" 20x 5)", "no_match"},
      {kPrefix + R"("GET /x HTTP/1.1" +20 5)", "no_match"},
      {kPrefix + R"("GET /x HTTP/1.1"200 5)", "no_match"},
      {"garbage", "no_match"},
      {"\"", "no_match"},
      {"\" 200 5", "no_match"},
      {"#Fields: date time c-ip", "no_match"},
      {"", "empty"},
      {" \t\r", "empty"},
      {std::string(100, '\0'), "empty"},
  };
  return *cases;
}

TEST(TolerantSearch, SurvivesTheTortureSet) {
  for (const Case& c : TortureSet()) EXPECT_EQ(Outcome(Search(c.line)), c.outcome) << c.line;
}

TEST(TolerantSearch, TheTortureSetComesOutTheSameWhateverTheFormat) {
  for (const FormatPreset& preset : FormatPresets()) {
    for (const Case& c : TortureSet()) {
      EXPECT_EQ(Outcome(ParseLine(LineParser(preset.format, ""), c.line)), c.outcome)
          << preset.format->name() << ": " << c.line;
    }
  }
}

TEST(TolerantSearch, ARequestCannotPretendAStatus) {
  ExpectOutcomes({
      {kPrefix + R"("GET /\" 200 5 \" HTTP/1.1" 404 5 "-" "-")", "404"},
      {kPrefix + R"("GET /\x22 200 5 \x22 HTTP/1.1" 404 5 "-" "-")", "404"},
      {kPrefix + R"("\" 200 5 \"" 400 5 "-" "-")", "400"},
      {kPrefix + R"(" 200 5 " 400 5 "-" "-")", "400"},
      {kPrefix + R"(" 200 5 \" 200 5 " 400 5 "-" "-")", "400"},
      {kPrefix + R"("GET /\\" 404 5 "-" "-")", "404"},
      {kPrefix + R"("GET /\\\" 200 5 " 404 5 "-" "-")", "404"},
      {kPrefix + R"("] \" 200 5 \"" 400 5 "-" "-")", "400"},
      {kPrefix + R"("GET / 200 5 HTTP/1.1" 404 5 "-" "-")", "404"},
  });
}

TEST(TolerantSearch, AUserNameCannotPretendAStatus) {
  ExpectOutcomes({
      {R"(192.0.2.7 - x] \"GET / HTTP/1.1\" 200 5 [10/Oct/2023:13:55:36 +0000] "GET /" 401 5)",
       "401"},
      {R"(192.0.2.7 - x] \x22GET /\x22 200 5 [10/Oct/2023:13:55:36 +0000] "GET /" 401 5)", "401"},
      {R"(192.0.2.7 - [10/Oct/2023:13:55:36 +0000] GET 200 5 [10/Oct/2023:13:55:36 +0000] "GET /" 401 5)",
       "401"},
      {R"(192.0.2.7 - \" 200 5 \" [10/Oct/2023:13:55:36 +0000] "GET /" 401 5)", "401"},
  });
}

TEST(TolerantSearch, WhatComesAfterTheRequestCannotPretendAStatus) {
  ExpectOutcomes({
      {kPrefix + R"("GET / HTTP/1.1" 404 5 "\" 200 5 \"" "\" 200 5 \"")", "404"},
      {kPrefix + R"("GET / HTTP/1.1" 404 5 " 200 5 " " 200 5 ")", "404"},
      {kPrefix + R"("GET / HTTP/1.1" 40x 5 " 200 5 " " 200 5 ")", "no_match"},
      {kPrefix + R"("GET / HTTP/1.1" 40x 5 "\" 200 5 \"" "x" 348 17)", "no_match"},
      {kPrefix + R"("GET / HTTP/1.1" 20)", "no_match"},
      // No Common Log Format: a number behind the user agent is no status.
      {R"(http 2018-11-30T22:23:00Z app/lb 192.0.2.7:2817 - 502 - 34 366 "GET / HTTP/1.1" "curl" 348 17)",
       "no_match"},
  });
}

TEST(TolerantSearch, AListOfClientsCannotPretendAStatus) {
  ExpectOutcomes({
      {R"("\" 200 5 \"" )" + kPrefix + R"("GET / HTTP/1.1" 404 5)", "404"},
      {R"("x]" )" + kPrefix + R"(" 200 5 " 400 5)", "400"},
      {R"("x] " )" + kPrefix + R"(" 200 5 " 400 5)", "400"},
      {R"("GET / HTTP/1.1" )" + kPrefix + R"("GET / HTTP/1.1" 404 5)", "404"},
  });
}

AccessRecord RecordOf(std::string_view line) {
  const ParseResult result = Search(line);
  if (std::holds_alternative<AccessRecord>(result)) return std::get<AccessRecord>(result);
  ADD_FAILURE() << Outcome(result) << ": " << line;
  return {};
}

TEST(TolerantSearch, FindsTheOtherFieldsToo) {
  const std::string line = kPrefix + R"("POST /a?b HTTP/1.1" 503 +4294967297 whatever)";
  const AccessRecord record = RecordOf(line);
  EXPECT_EQ(record.time_unix, 1696946136);
  EXPECT_EQ(MethodName(record.method), "POST");
  EXPECT_EQ(record.path, "/a?b");
  EXPECT_EQ(record.bytes, 4294967297);
  EXPECT_EQ(record.client, "192.0.2.7");
  EXPECT_EQ(record.host, "");
  EXPECT_EQ(record.duration_seconds, std::nullopt);
}

TEST(TolerantSearch, TheClientIsThePeerThatTheServerSaw) {
  const std::string rest = R"( - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 5 -)";
  EXPECT_EQ(RecordOf("10.0.0.2, 10.0.0.1, 192.0.2.68" + rest).client, "192.0.2.68");
  EXPECT_EQ(RecordOf(R"("10.0.0.2, 10.0.0.1" 192.0.2.68)" + rest).client, "192.0.2.68");
  EXPECT_EQ(RecordOf("2001:db8::1" + rest).client, "2001:db8::1");
  EXPECT_EQ(RecordOf("192.0.2.7:5555" + rest).client, "192.0.2.7:5555");
  EXPECT_EQ(RecordOf("-" + rest).client, "");
  EXPECT_EQ(RecordOf(R"([10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 5)").client, "");
}

TEST(TolerantSearch, AVirtualHostInFrontIsTheHost) {
  const std::string rest = R"( 192.0.2.7 - - [10/Oct/2023:13:55:36 +0000] "GET /" 200 5 -)";
  EXPECT_EQ(RecordOf("www.example.com:443" + rest).host, "www.example.com");
  EXPECT_EQ(RecordOf("www.example.com:443" + rest).client, "192.0.2.7");
  EXPECT_EQ(RecordOf("[2001:db8::80]:443" + rest).host, "[2001:db8::80]");
}

TEST(TolerantSearch, GivesTheSameStatusAsAnyFormatThatMatches) {
  std::vector<std::string> lines;
  for (const Sample& sample : AllSamples()) lines.push_back(sample.line);
  for (const Case& c : TortureSet()) lines.push_back(c.line);
  std::mt19937 random(13);
  int compared = 0;
  for (int i = 0; i < 60'000; ++i) {
    const std::string damaged = Damage(lines[random() % lines.size()], random);
    const std::string_view line = StripNoise(damaged);
    for (const FormatPreset& preset : FormatPresets()) {
      const auto strict = MatchLine(*preset.format, line);
      if (!strict || preset.format->is_json()) continue;  // see json_search_test.cc
      ++compared;
      ASSERT_EQ(Outcome(Search(line)), Outcome(*strict)) << preset.format->name() << ": " << line;
    }
  }
  EXPECT_GT(compared, 10'000);
}

TEST(TolerantSearch, AnyBytesHaveAnAnswer) {
  std::mt19937 random(14);
  for (int i = 0; i < 20'000; ++i) {
    std::string line(random() % 120, '\0');
    for (char& c : line) c = "\"\\ 0125[]-"[random() % 10];
    if (random() % 2 == 0) {
      for (char& c : line) c = static_cast<char>(random());
    }
    Search(line);
  }
}

TEST(TolerantSearch, ALineOfQuotesAndBackslashesTakesLinearTime) {
  const std::string quotes = kPrefix + std::string(200'000, '"');
  const std::string backslashes = kPrefix + "\"" + std::string(200'000, '\\') + "\" 200 5 x";
  std::string bait = kPrefix;
  while (bait.size() < 200'000) bait += "x\" 0";
  EXPECT_EQ(Outcome(Search(quotes)), "no_match");
  EXPECT_EQ(Outcome(Search(backslashes)), "200");
  EXPECT_EQ(Outcome(Search(bait)), "no_match");
}

}  // namespace
}  // namespace logtally
