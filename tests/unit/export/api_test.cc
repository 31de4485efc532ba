#include "export/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "store/count_store.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr int64_t kMinute = 1700000040;

class ApiTest : public ::testing::Test {
 protected:
  ApiTest() {
    auto opened = CountStore::Open(dir_.path());
    EXPECT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
    CountBatch batch;
    batch.sites = {"shop", "blog"};
    batch.counts[{kMinute, 0, 404, ParseMethod("GET")}] = {3, 30};
    batch.counts[{kMinute + 60, 0, 404, ParseMethod("GET")}] = {4, 40};
    batch.counts[{kMinute, 1, 799, ParseMethod("POST")}] = {1, 10};
    EXPECT_OK(store_->Commit(batch, {}));
  }

  HttpResponse Counts(std::multimap<std::string, std::string> parameters) {
    return AnswerCounts({"/api/v1/counts", std::move(parameters)}, StatusCatalogue::BuiltIn(),
                        [&] { return CountReader::Open(dir_ / "logtally.db"); });
  }
  HttpResponse Errors(std::multimap<std::string, std::string> parameters) {
    return AnswerErrors({"/api/v1/errors", std::move(parameters)}, StatusCatalogue::BuiltIn(),
                        [&] { return CountReader::Open(dir_ / "logtally.db"); });
  }
  HttpResponse Losses(std::multimap<std::string, std::string> parameters) {
    return AnswerLosses({"/api/v1/losses", std::move(parameters)},
                        [&] { return CountReader::Open(dir_ / "logtally.db"); });
  }
  // What is found in the hour of kMinute.
  void Lose(SiteIndex site, LossCause cause, const std::string& path, const LossTally& tally) {
    CountBatch batch;
    batch.sites = {"shop", "blog"};
    batch.losses[{kMinute - kMinute % 3600, site, cause, path}] = tally;
    EXPECT_OK(store_->Commit(batch, {}));
  }
  // The message of a 400.
  std::string Refusal(std::multimap<std::string, std::string> parameters) {
    const HttpResponse response = Counts(std::move(parameters));
    EXPECT_EQ(response.status, 400) << response.body;
    return json::parse(response.body).value("error", "");
  }

  testing::TempDir dir_;
  std::unique_ptr<CountStore> store_;
};

TEST_F(ApiTest, CountsOfTheWholeTimeAreOneFlatObjectPerSiteCodeAndMethod) {
  const HttpResponse response = Counts({});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json");
  const json body = json::parse(response.body);
  ASSERT_EQ(body["data"].size(), 2u);
  EXPECT_EQ(body["data"][1], json::parse(R"({"site": "shop", "code": 404, "name": "Not Found",
      "class": "4xx", "fault": "client", "method": "GET", "responses": 7, "bytes": 70})"));
  EXPECT_EQ(body["data"][0]["name"], "Unknown") << "never invented";
  EXPECT_EQ(body["meta"]["truncated"], false);
}

TEST_F(ApiTest, AStepGivesOneObjectPerStepWithItsTime) {
  const json body = json::parse(Counts({{"step", "60"}, {"site", "shop"}}).body);
  ASSERT_EQ(body["data"].size(), 2u);
  EXPECT_EQ(body["data"][0]["time_unix"], kMinute);
  EXPECT_EQ(body["data"][1]["responses"], 4);
  EXPECT_EQ(Counts({{"step", "1h"}}).body, Counts({{"step", "3600"}}).body);
}

TEST_F(ApiTest, TimesAreUnixSecondsOrRfc3339EvenWithAnUnescapedPlus) {
  for (const char* from : {"1700000100", "2023-11-14T22:15:00Z", "2023-11-14T23:15:00 01:00"}) {
    const json body = json::parse(Counts({{"from", from}}).body);
    ASSERT_EQ(body["data"].size(), 1u) << from;
    EXPECT_EQ(body["data"][0]["responses"], 4) << from;
  }
}

TEST_F(ApiTest, ABadParameterIsNamedWithWhatWasExpected) {
  EXPECT_EQ(Refusal({{"from", "soon"}}),
            "from: expected unix seconds or RFC 3339 (2026-01-31T12:00:00Z), got soon");
  EXPECT_EQ(Refusal({{"code", "abc"}}), "code: expected a status code such as 404, got abc");
  EXPECT_EQ(Refusal({{"code", "4040"}}), "code: expected a status code such as 404, got 4040");
  EXPECT_EQ(Refusal({{"step", "30"}}),
            "step: expected whole minutes up to a year, such as 60, 5m, 1h or 1d, got 30");
  EXPECT_EQ(Refusal({{"site", ""}}), "site: expected the name of a site, got nothing");
  EXPECT_EQ(Refusal({{"form", "1"}}),
            "form: expected one of the parameters from, to, site, code, step, got an unknown one "
            "(did you mean from?)");
  EXPECT_EQ(Refusal({{"code", "1"}, {"code", "2"}}), "code: expected one value, got several");
  EXPECT_EQ(Refusal({{"from", "200"}, {"to", "100"}}), "to: expected a time after from, got 100");
}

TEST_F(ApiTest, HostileParametersAreAnsweredWithValidJson) {
  for (const std::string& hostile :
       {std::string("\xff\xfe"), std::string(100000, 'x'), std::string("'; DROP TABLE total; --"),
        std::string("\0a", 2), std::string("9223372036854775808")}) {
    for (const char* name : {"from", "to", "site", "code", "step"}) {
      const HttpResponse response = Counts({{name, hostile}});
      EXPECT_TRUE(response.status == 200 || response.status == 400) << name;
      EXPECT_TRUE(json::accept(response.body)) << name;
      EXPECT_LT(response.body.size(), 1000u);
    }
    EXPECT_TRUE(json::accept(Counts({{hostile, "1"}}).body));
  }
  EXPECT_EQ(json::parse(Counts({}).body)["data"].size(), 2u) << "nothing was dropped";
}

TEST_F(ApiTest, ADatabaseThatCannotBeReadIs503) {
  const HttpResponse response =
      AnswerCounts({"/api/v1/counts", {}}, StatusCatalogue::BuiltIn(),
                   [&] { return CountReader::Open(dir_ / "nowhere.db"); });
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.body, HasSubstr("nowhere.db"));
}

TEST_F(ApiTest, ErrorsSayWhatTheResponsesOfACodeHadInCommon) {
  EXPECT_EQ(json::parse(Errors({{"code", "404"}}).body)["data"], json::array());
  CountBatch batch;
  batch.sites = {"shop", "blog"};
  const int64_t hour = kMinute - kMinute % 3600;
  // An hour before the others: within one hour, which site comes first is open.
  batch.error_details.Add({hour - 3600, 0, 404},
                          {.path = "/a\x1b", .client = "::1", .line = "one\x1b"});
  batch.error_details.Add({hour, 1, 404},
                          {.path = "/b", .client = "::2", .referrer = "r", .line = "two"});
  batch.error_details.Add({hour, 1, 404}, {.path = "/b", .client = "::1"});
  batch.error_details.Add({hour, 0, 500}, {.path = "/c"});
  EXPECT_OK(store_->Commit(batch, {}));
  const HttpResponse response = Errors({{"code", "404"}});
  EXPECT_EQ(response.status, 200);
  json data = json::parse(response.body)["data"];
  ASSERT_EQ(data.size(), 1u);
  EXPECT_EQ(data[0]["name"], "Not Found");
  EXPECT_NE(data[0]["meaning"], "");
  for (const char* words : {"name", "class", "fault", "meaning", "source"}) data[0].erase(words);
  EXPECT_EQ(data[0], json::parse(R"({"code": 404, "clients": 2, "clients_exact": true,
      "top_paths": [{"path": "/b", "count": 2, "overcount": 0},
                    {"path": "/a\u001b", "count": 1, "overcount": 0}],
      "top_clients": [{"client": "::1", "count": 2, "overcount": 0},
                      {"client": "::2", "count": 1, "overcount": 0}],
      "top_referrers": [{"referrer": "r", "count": 1, "overcount": 0}],
      "samples": ["one\\x1B", "two"]})"));
  EXPECT_EQ(json::parse(Errors({{"code", "404"}, {"site", "shop"}}).body)["data"][0]["clients"], 1);
  EXPECT_FALSE(json::parse(Errors({{"code", "500"}}).body)["data"][0].contains("clients"));
  EXPECT_EQ(
      json::parse(Errors({{"code", "404"}, {"from", std::to_string(hour + 3600)}}).body)["data"],
      json::array());
  EXPECT_EQ(
      json::parse(Errors({{"code", "404"}, {"from", std::to_string(hour + 3599)}}).body)["data"]
          .size(),
      1u)
      << "whole hours";
}

TEST_F(ApiTest, ErrorsHaveToBeAskedForByCode) {
  EXPECT_EQ(json::parse(Errors({}).body)["error"], "code: expected a status code, got none");
  EXPECT_EQ(Errors({}).status, 400);
  EXPECT_EQ(Errors({{"code", "404"}, {"step", "60"}}).status, 400);
  const HttpResponse response =
      AnswerErrors({"/api/v1/errors", {{"code", "404"}}}, StatusCatalogue::BuiltIn(),
                   [&] { return CountReader::Open(dir_ / "nowhere.db"); });
  EXPECT_EQ(response.status, 503);
}

TEST_F(ApiTest, LossesAreOneFlatObjectPerSiteCauseAndPathWithWhatTheyMean) {
  EXPECT_EQ(json::parse(Losses({}).body)["data"], json::array()) << "no known loss";
  Lose(0, LossCause::kTruncation, "/shop.log", {2, 1229, 0, kMinute, kMinute + 60});
  Lose(1, LossCause::kDropped, "/blog.log", {1, 0, 7, kMinute, kMinute});
  const HttpResponse response = Losses({});
  EXPECT_EQ(response.status, 200);
  json body = json::parse(response.body);
  ASSERT_EQ(body["data"].size(), 2u);
  json& row = body["data"][1];
  for (const char* key : {"meaning", "remedy"}) {
    EXPECT_FALSE(row.value(key, "").empty()) << key;
    row.erase(key);
  }
  EXPECT_EQ(row, json::parse(R"({"site": "shop", "cause": "truncation", "path": "/shop.log",
      "losses": 2, "bytes": 1229, "lines": 0, "from_unix": 1700000040, "to_unix": 1700000100})"));
  EXPECT_EQ(body["meta"], json::parse(R"({"from": null, "to": null, "truncated": false})"));
}

TEST_F(ApiTest, LossesCanBeAskedForBySiteAndTime) {
  Lose(0, LossCause::kTruncation, "/shop.log", {2, 1229, 0, kMinute, kMinute + 60});
  Lose(1, LossCause::kDropped, "/blog.log", {1, 0, 7, kMinute, kMinute});
  const auto rows = [&](std::multimap<std::string, std::string> parameters) {
    return json::parse(Losses(std::move(parameters)).body)["data"].size();
  };
  EXPECT_EQ(rows({{"site", "shop"}}), 1u);
  EXPECT_EQ(rows({{"site", "nobody"}}), 0u);
  EXPECT_EQ(rows({{"from", "2023-11-14T22:00:00Z"}, {"to", "2023-11-14T23:00:00Z"}}), 2u);
  EXPECT_EQ(rows({{"from", "2023-11-14T23:00:00Z"}}), 0u);
}

TEST_F(ApiTest, LossesTakeOnlyTheirOwnParameters) {
  EXPECT_EQ(Losses({{"code", "404"}}).status, 400);
  EXPECT_EQ(json::parse(Losses({{"form", "1"}}).body)["error"],
            "form: expected one of the parameters from, to, site, got an unknown one (did you mean "
            "from?)");
  EXPECT_EQ(Losses({{"from", "soon"}}).status, 400);
  EXPECT_EQ(
      AnswerLosses({"/api/v1/losses", {}}, [&] { return CountReader::Open(dir_ / "nowhere.db"); })
          .status,
      503);
}

// Who may write to a folder of logs names the files there.
TEST_F(ApiTest, AHostilePathIsNeitherInvalidJsonNorACommand) {
  Lose(0, LossCause::kGone, "/log/\x1b[2J\xc2\x9b\xff\"\n", {1, 0, 0, kMinute, kMinute});
  const std::string body = Losses({}).body;
  for (const unsigned char c : body) {
    ASSERT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7F)) << static_cast<int>(c);
  }
  EXPECT_EQ(json::parse(body)["data"][0]["path"], "/log/\x1b[2J\xc2\x9b\xEF\xBF\xBD\"\n");
}

TEST_F(ApiTest, MoreLossesThanAnAnswerHoldsAreSaidToBeMore) {
  CountBatch batch;
  batch.sites = {"shop"};
  for (int i = 0; i <= 10000; ++i) {
    batch.losses[{0, 0, LossCause::kGone, "/" + std::to_string(i)}] = {1, 1, 0, 60, 60};
  }
  ASSERT_OK(store_->Commit(batch, {}));
  const json body = json::parse(Losses({}).body);
  EXPECT_EQ(body["data"].size(), 10000u);
  EXPECT_EQ(body["meta"]["truncated"], true);
}

TEST_F(ApiTest, CodesSayWhatTheyMeanAndWhereThatComesFrom) {
  const HttpResponse response = AnswerCodes({"/api/v1/codes", {}}, StatusCatalogue::BuiltIn());
  const json body = json::parse(response.body);
  EXPECT_EQ(body["data"].size(), StatusCatalogue::BuiltIn().All().size());
  for (const json& row : body["data"]) {
    for (const char* key : {"name", "class", "fault", "meaning", "source"}) {
      EXPECT_FALSE(row.value(key, "").empty()) << row << key;
    }
  }
  EXPECT_EQ(AnswerCodes({"/api/v1/codes", {{"x", "1"}}}, StatusCatalogue::BuiltIn()).status, 400);
}

}  // namespace
}  // namespace logtally
