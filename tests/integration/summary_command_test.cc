// The answer to "what went wrong?", from a running daemon's database and straight from files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/time/clock.h"
#include "testing/archives.h"
#include "testing/daemon.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

class SummaryCommandTest : public ::testing::Test {
 protected:
  SummaryCommandTest() {
    log_.Append(200, 90);
    log_.Append(404, 7);
    log_.Append(503, 3);
    log_.AppendRaw("no access log line\n");
  }

  // The summary must succeed.
  std::string Summary(std::vector<std::string> args) {
    args.insert(args.begin(), "summary");
    const ProcessResult result = RunLogtally(args);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  }
  Json JsonSummary(std::vector<std::string> args) {
    args.insert(args.end(), {"--format", "json"});
    const std::string text = Summary(args);
    const Json parsed = Json::parse(text, nullptr, false);
    EXPECT_TRUE(parsed.is_object()) << text;
    EXPECT_EQ(parsed.value("schema", ""), "logtally.summary/1");
    return parsed;
  }
  static CodeCounts Totals(const Json& summary) {
    CodeCounts counts;
    for (const Json& row : summary.at("totals")) {
      const int64_t responses = row.at("responses").get<int64_t>();
      if (responses > 0) counts[CodeText(row.at("code").get<int64_t>())] += responses;
    }
    return counts;
  }

  TempDir dir_;
  LogWriter log_{dir_ / "access.log"};
};

TEST_F(SummaryCommandTest, ReadsTheStateOfARunningDaemon) {
  Daemon daemon(Daemon::Following({log_.path()}));
  daemon.WaitForCodes(log_.truth());
  const Json summary = JsonSummary({"--since", "1h", "--state-dir", daemon.state_dir()});
  EXPECT_EQ(Totals(summary), log_.truth());
  EXPECT_EQ(summary.at("input").at("counted"), 100);
  EXPECT_EQ(summary.at("input").at("rejected"), 1);

  const std::string text = Summary({"--since", "1h", "--state-dir", daemon.state_dir()});
  EXPECT_THAT(text, HasSubstr("503 Service Unavailable"));
  EXPECT_THAT(text, HasSubstr("404 Not Found"));
  const Json& error = summary.at("errors").at(0);
  EXPECT_EQ(error.at("code"), 503);
  EXPECT_GE(error.at("clients"), 1);
  EXPECT_FALSE(error.at("top_clients").empty());
  EXPECT_EQ(error.at("samples").size(), 2u);
  const Json of_code = Json::parse(daemon.Get("/api/v1/errors?code=503").body).at("data");
  ASSERT_EQ(of_code.size(), 1u);
  EXPECT_EQ(of_code[0].at("samples"), error.at("samples"));

  log_.Append(500, 1);  // the daemon was not disturbed
  daemon.WaitForCodes(log_.truth());
  daemon.Stop();
}

TEST_F(SummaryCommandTest, ReadsFilesWithoutAnyState) {
  const Json summary = JsonSummary({log_.path()});
  EXPECT_EQ(Totals(summary), log_.truth());
  EXPECT_EQ(summary.at("input").at("lines"), 101);
  EXPECT_THAT(Summary({log_.path()}), HasSubstr("503 Service Unavailable"));
}

TEST_F(SummaryCommandTest, ReadsCompressedFilesAsTheirText) {
  WriteFile(dir_ / "access.log.gz", Gzip(ReadFile(log_.path())));
  WriteFile(dir_ / "access.log.zst", Zstd(ReadFile(log_.path())));
  for (const char* name : {"access.log.gz", "access.log.zst"}) {
    EXPECT_EQ(Totals(JsonSummary({dir_ / name})), log_.truth()) << name;
  }
}

TEST_F(SummaryCommandTest, EveryErrorHasItsMeaning) {
  const Json summary = JsonSummary({log_.path()});
  ASSERT_EQ(summary.at("errors").size(), 2u);
  for (const Json& error : summary.at("errors")) {
    EXPECT_FALSE(error.at("name").get<std::string>().empty());
    EXPECT_FALSE(error.at("fault").get<std::string>().empty());
    EXPECT_FALSE(error.at("meaning").at("text").get<std::string>().empty());
    EXPECT_FALSE(error.at("meaning").at("source").get<std::string>().empty());
  }
}

TEST_F(SummaryCommandTest, OnlyTheWindowThatWasAskedFor) {
  Daemon daemon(Daemon::Following({log_.path()}));
  daemon.WaitForCodes(log_.truth());
  daemon.Stop();
  const std::vector<std::string> state = {"--state-dir", daemon.state_dir()};
  std::vector<std::string> past = {"--from", "2020-01-01T00:00:00Z", "--to",
                                   "2020-01-02T00:00:00Z"};
  past.insert(past.end(), state.begin(), state.end());
  EXPECT_EQ(Totals(JsonSummary(past)), CodeCounts());
  const auto text = [](absl::Time time) {
    return absl::FormatTime(absl::RFC3339_sec, time, absl::UTCTimeZone());
  };
  std::vector<std::string> now = {"--from", text(absl::Now() - absl::Hours(1)),
                                  "--to",   text(absl::Now() + absl::Hours(1)),
                                  "--site", "default"};
  now.insert(now.end(), state.begin(), state.end());
  EXPECT_EQ(Totals(JsonSummary(now)), log_.truth());
}

TEST_F(SummaryCommandTest, WhatALogSaysCannotCommandTheTerminal) {
  log_.AppendLine(CombinedLine(500, "/\x1b[2J\x07"), 500);
  const std::string text = Summary({log_.path()});
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
  EXPECT_EQ(text.find('\x07'), std::string::npos) << text;
}

TEST_F(SummaryCommandTest, MistakesAreNamed) {
  const std::vector<std::vector<std::string>> bad = {
      {"summary", "--since", "soon", log_.path()},
      {"summary", "--from", "noon", "--to", "midnight", log_.path()},
      {"summary", "--format", "poem", log_.path()},
  };
  for (const std::vector<std::string>& args : bad) {
    const ProcessResult result = RunLogtally(args);
    EXPECT_EQ(result.exit_code, 2) << args[2];
    EXPECT_THAT(result.err, HasSubstr(args[1]));
    EXPECT_EQ(result.out, "");
  }
  const ProcessResult missing = RunLogtally({"summary", dir_ / "no.log"});
  EXPECT_NE(missing.exit_code, 0);
  EXPECT_THAT(missing.err, HasSubstr(dir_ / "no.log"));
  const ProcessResult no_state = RunLogtally({"summary", "--state-dir", dir_ / "nowhere"});
  EXPECT_NE(no_state.exit_code, 0);
  EXPECT_THAT(no_state.err, HasSubstr(dir_ / "nowhere"));
}

}  // namespace
}  // namespace logtally::testing
