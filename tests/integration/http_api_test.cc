// The HTTP side: what is there, what is answered to mistakes, and that nothing brings it down.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "testing/daemon.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Json = nlohmann::json;

class HttpApiTest : public ::testing::Test {
 protected:
  HttpApiTest() {
    log_.Append(200, 5);
    log_.Append(404, 2);
    log_.Append(503, 1);
    daemon_.WaitForCodes(log_.truth());
  }

  // The JSON that the target answers with that status.
  Json GetJson(const std::string& target, int status = 200) {
    const HttpAnswer answer = daemon_.Get(target);
    EXPECT_EQ(answer.status, status) << target << "\n" << answer.body;
    EXPECT_THAT(answer.headers.at("content-type"), StartsWith("application/json")) << target;
    const Json parsed = Json::parse(answer.body, nullptr, false);
    EXPECT_TRUE(parsed.is_object()) << target << "\n" << answer.body;
    return parsed;
  }
  // What /api/v1/counts sums up to, by code.
  CodeCounts Counts(const std::string& query) {
    CodeCounts counts;
    const Json answer = GetJson("/api/v1/counts" + query);
    for (const Json& row : answer.at("data")) {
      counts[CodeText(row.at("code").get<int64_t>())] += row.at("responses").get<int64_t>();
    }
    return counts;
  }
  void ExpectAlive() {
    EXPECT_EQ(daemon_.Get("/-/healthy").status, 200) << daemon_.err();
    EXPECT_TRUE(daemon_.Running());
  }

  TempDir dir_;
  LogWriter log_{dir_ / "access.log"};
  Daemon daemon_{Daemon::Following({log_.path()})};
};

TEST_F(HttpApiTest, SaysWhetherItLivesAndWhetherItIsReady) {
  EXPECT_EQ(daemon_.Get("/-/healthy").status, 200);
  EXPECT_EQ(daemon_.Get("/-/ready").status, 200);
}

TEST_F(HttpApiTest, TheFrontPageLeadsToEverythingElse) {
  const HttpAnswer page = daemon_.Get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.headers.at("content-type"), StartsWith("text/html"));
  EXPECT_THAT(page.body, HasSubstr("/metrics"));
}

TEST_F(HttpApiTest, TheMetricsPageSaysItsFormat) {
  const HttpAnswer page = daemon_.Get("/metrics");
  EXPECT_EQ(page.headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
}

TEST_F(HttpApiTest, EveryDocumentedCodeIsThereAtZeroBeforeItHappens) {
  const MetricsPage page = daemon_.Metrics();
  std::set<std::string> on_page;
  for (const auto& [sample, value] : page.samples()) {
    const size_t at = sample.find("code=\"");
    if (sample.starts_with("logtally_http_responses_total{") && at != std::string::npos) {
      on_page.insert(sample.substr(at + 6, 3));
    }
  }
  const Json answer = GetJson("/api/v1/codes");
  for (const Json& row : answer.at("data")) {
    if (!row.at("documented").get<bool>()) continue;
    EXPECT_TRUE(on_page.contains(CodeText(row.at("code").get<int64_t>()))) << row;
  }
}

TEST_F(HttpApiTest, TheCodesHaveNamesMeaningsAndSources) {
  std::set<std::string> codes;
  const Json answer = GetJson("/api/v1/codes");
  for (const Json& row : answer.at("data")) {
    codes.insert(CodeText(row.at("code").get<int64_t>()));
    for (const char* key : {"name", "class", "fault", "meaning", "source"}) {
      EXPECT_FALSE(row.at(key).get<std::string>().empty()) << key << " of " << row;
    }
    EXPECT_TRUE(row.at("documented").is_boolean()) << row;
  }
  for (const char* code : {"200", "404", "499", "503"}) EXPECT_TRUE(codes.contains(code)) << code;
}

TEST_F(HttpApiTest, TheCountsCanBeFiltered) {
  EXPECT_EQ(Counts(""), log_.truth());
  EXPECT_EQ(Counts("?site=default"), log_.truth());
  EXPECT_EQ(Counts("?site=other"), CodeCounts());
  EXPECT_EQ(Counts("?code=404"), (CodeCounts{{"404", 2}}));
  EXPECT_EQ(Counts("?from=0&to=86400"), CodeCounts()) << "nothing happened in 1970";
  EXPECT_EQ(Counts("?from=0&to=4000000000"), log_.truth());
  EXPECT_EQ(Counts("?from=2020-01-01T00:00:00Z&to=2090-01-01T00:00:00Z&step=1h"), log_.truth());
}

TEST_F(HttpApiTest, AWrongParameterIsNamed) {
  const std::map<std::string, std::string> bad = {
      {"/api/v1/counts?from=yesterday", "from"}, {"/api/v1/counts?to=-", "to"},
      {"/api/v1/counts?code=abc", "code"},       {"/api/v1/counts?code=40404", "code"},
      {"/api/v1/counts?step=0x10", "step"},      {"/api/v1/counts?colour=red", "colour"},
      {"/api/v1/counts?from=20&to=10", "to"},
  };
  for (const auto& [target, parameter] : bad) {
    EXPECT_THAT(GetJson(target, 400).at("error").get<std::string>(), HasSubstr(parameter))
        << target;
  }
}

TEST_F(HttpApiTest, AnUnknownPathIs404AsJson) {
  for (const char* target : {"/nothing", "/api/v1/nothing", "/metrics/", "/../etc/passwd"}) {
    EXPECT_FALSE(GetJson(target, 404).at("error").get<std::string>().empty()) << target;
  }
}

TEST_F(HttpApiTest, HeadIsGetWithoutTheBody) {
  for (const char* target : {"/", "/metrics", "/-/healthy", "/api/v1/codes"}) {
    const HttpAnswer answer = HttpRequest(daemon_.url(), "HEAD", target);
    EXPECT_EQ(answer.status, 200) << target;
    EXPECT_EQ(answer.body, "") << target;
  }
}

TEST_F(HttpApiTest, CompressesForWhoAsksForIt) {
  const HttpAnswer packed =
      HttpRequest(daemon_.url(), "GET", "/metrics", {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(packed.status, 200);
  EXPECT_EQ(packed.headers.at("content-encoding"), "gzip");
  EXPECT_THAT(packed.body, StartsWith("\x1f\x8b"));
  const HttpAnswer plain = daemon_.Get("/metrics");
  EXPECT_EQ(plain.headers.count("content-encoding"), 0u);
  EXPECT_LT(packed.body.size(), plain.body.size());
}

TEST_F(HttpApiTest, OnlyReadingMethodsAreAllowed) {
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH"}) {
    const int status = HttpRequest(daemon_.url(), method, "/metrics").status;
    EXPECT_TRUE(status == 404 || status == 405) << method << " " << status;
  }
  const std::string answer =
      ExchangeBytes(daemon_.port(), "BREW /pot HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  // The library answers an unknown method before it has read the head, and closes: then the answer
  // may be lost to a reset. Never anything else.
  EXPECT_THAT(answer, ::testing::AnyOf(StartsWith("HTTP/1.1 4"), ""));
  ExpectAlive();
}

TEST_F(HttpApiTest, HostileQueriesAreAnsweredAndChangeNothing) {
  const std::vector<std::string> values = {
      "'; DROP TABLE responses; --",
      "\" OR 1=1 --",
      std::string("a\0b", 3),
      "\xff\xfe\xc0\x80",
      "<script>alert(1)</script>",
      "../../etc/passwd",
      "%s%n%x",
      "99999999999999999999999999",
      "-9223372036854775808",
      "9223372036854775807",
      "NaN",
      "\r\nX-Injected: yes",
      std::string(4000, 'A'),
  };
  for (const std::string& value : values) {
    for (const char* name : {"site", "code", "from", "to", "step", "limit"}) {
      const std::string target = "/api/v1/counts?" + std::string(name) + "=" + PercentEncode(value);
      const HttpAnswer answer = daemon_.Get(target);
      EXPECT_TRUE(answer.status == 200 || answer.status == 400) << target << " " << answer.status;
      EXPECT_TRUE(Json::accept(answer.body)) << target << "\n" << answer.body;
      EXPECT_EQ(answer.headers.count("x-injected"), 0u) << target;
    }
  }
  for (const char* target :
       {"/api/v1/counts?", "/api/v1/counts?&&&", "/api/v1/counts?=", "/api/v1/counts?site",
        "/api/v1/counts?site=%", "/api/v1/counts?site=%zz", "/api/v1/counts?site=a&site=b"}) {
    const int status = daemon_.Get(target).status;
    EXPECT_TRUE(status == 200 || status == 400) << target << " " << status;
  }
  EXPECT_EQ(Counts(""), log_.truth());
  ExpectAlive();
}

TEST_F(HttpApiTest, BrokenRequestsDoNotBringItDown) {
  const std::vector<std::string> requests = {
      "",
      "\r\n\r\n",
      "GET\r\n\r\n",
      "GET / HTTP/9.9\r\n\r\n",
      std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11),
      std::string(1000, '\0') + "\r\n\r\n",
      "GET /" + std::string(100'000, 'a') + " HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\n" + std::string(100'000, 'h') + ": x\r\n\r\n",
      "GET /metrics HTTP/1.1\r\nRange: bytes=5-1,999999-\r\nConnection: close\r\n\r\n",
      "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\nx",
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx",
  };
  for (const std::string& request : requests) {
    ExchangeBytes(daemon_.port(), request);
    ExpectAlive();
  }
  EXPECT_EQ(Counts(""), log_.truth());
}

TEST(HttpListener, SpeaksIpv6) {
  TempDir dir;
  LogWriter log(dir / "access.log");
  log.Append(200);
  Daemon::Options options = Daemon::Following({log.path()});
  options.listen_address = "[::1]:0";
  Daemon daemon(options);
  EXPECT_THAT(daemon.url(), StartsWith("http://[::1]:"));
  daemon.WaitForCodes(log.truth());
  daemon.Stop();
}

TEST(HttpListener, AnswersOnEveryAddressItIsGiven) {
  TempDir dir;
  LogWriter log(dir / "access.log");
  Daemon::Options options = Daemon::Following({log.path()});
  const std::string second = "127.0.0.1:" + std::to_string(FreePort());
  options.args.insert(options.args.end(), {"--web.listen-address", second});
  Daemon daemon(options);
  daemon.WaitUntilReady();
  daemon.WaitForMessage("listening on http://" + second);
  EXPECT_EQ(HttpGet("http://" + second, "/-/ready").status, 200);
  daemon.Stop();
}

}  // namespace
}  // namespace logtally::testing
