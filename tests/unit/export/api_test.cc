#include "export/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "export/landing_page.h"
#include "store/count_store.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

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

TEST(LandingPage, EscapesWhateverALogOrItsNameSays) {
  Snapshot snapshot;
  auto counts = std::make_shared<CountSnapshot>();
  counts->sites["<script>alert(1)</script>"].responses[{404, kOtherMethod}] = {1, 0};
  snapshot.counts = counts;
  FollowedFile file;
  file.path = "/var/log/\"><img src=x>";
  snapshot.status.files = {file};
  const std::string page = LandingPage(&snapshot, StatusCatalogue::BuiltIn());
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(page, HasSubstr("Not Found")) << "a code stands with its meaning";
  EXPECT_THAT(LandingPage(nullptr, StatusCatalogue::BuiltIn()), HasSubstr("/metrics"));
}

}  // namespace
}  // namespace logtally
