// Nothing is ever silently lost: what is known to be lost is told wherever a person or a program
// looks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

class LossLedgerTest : public ::testing::Test {
 protected:
  LossLedgerTest() { log_.Append(200, 10); }

  // More than max_line_bytes: skipped, and told.
  void AppendTooLongLine() { log_.AppendRaw(std::string(100'000, 'x') + "\n"); }

  static std::string Summary(std::vector<std::string> args) {
    args.insert(args.begin(), "summary");
    const ProcessResult result = RunLogtally(args);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  }

  TempDir dir_;
  LogWriter log_{dir_ / "access.log"};
};

TEST_F(LossLedgerTest, ALossIsToldWhereverOneLooks) {
  Daemon daemon(Daemon::Following({log_.path()}));
  daemon.WaitForCodes(log_.truth());
  EXPECT_THAT(daemon.Get("/").body, HasSubstr("no known loss"));
  EXPECT_EQ(Json::parse(daemon.Get("/api/v1/losses").body).at("data"), Json::array());
  EXPECT_THAT(Summary({"--state-dir", daemon.state_dir()}), Not(HasSubstr("lost:")));

  AppendTooLongLine();
  daemon.WaitForMetric(R"(logtally_losses_total{site="default",cause="too_long"})", 1);

  EXPECT_GE(daemon.Metrics().Value(R"(logtally_lost_bytes_total{site="default",cause="too_long"})"),
            100'000);
  EXPECT_THAT(daemon.Get("/").body, HasSubstr("A line was longer than max_line_bytes"));
  const Json losses = Json::parse(daemon.Get("/api/v1/losses?site=default").body).at("data");
  ASSERT_EQ(losses.size(), 1u);
  EXPECT_EQ(losses[0].at("cause"), "too_long");
  EXPECT_EQ(losses[0].at("path"), log_.path());
  EXPECT_EQ(losses[0].at("lines"), 1);

  const std::string text = Summary({"--since", "1h", "--state-dir", daemon.state_dir()});
  EXPECT_THAT(text, HasSubstr("  lost: once, at least 97.7 KiB, 1 line\n"));
  EXPECT_THAT(text, HasSubstr("raise follow.max_line_bytes"));
  const Json summary =
      Json::parse(Summary({"--format", "json", "--state-dir", daemon.state_dir()}));
  EXPECT_EQ(summary.at("input").at("losses").at(0).at("path"), log_.path());
  EXPECT_EQ(Database(daemon.state_dir()).Value("SELECT cause FROM losses"), "too_long");
  daemon.Stop();
}

TEST_F(LossLedgerTest, ALossIsNotForgottenByARestart) {
  Daemon daemon(Daemon::Following({log_.path()}));
  AppendTooLongLine();
  daemon.WaitForMetric(R"(logtally_losses_total{site="default",cause="too_long"})", 1);
  daemon.Crash();
  daemon.Restart();
  daemon.WaitUntilReady();
  EXPECT_THAT(daemon.Get("/").body, HasSubstr("A line was longer than max_line_bytes"));
  EXPECT_EQ(Json::parse(daemon.Get("/api/v1/losses").body).at("data").size(), 1u);
  daemon.Stop();
}

TEST_F(LossLedgerTest, ASummaryOfFilesTellsWhatCouldNotBeReadOfThem) {
  AppendTooLongLine();
  log_.AppendRaw(std::string(5000, '\0'));  // a writer that does not append, after a truncation
  log_.Append(500, 1);
  const std::string text = Summary({log_.path(), "--from", "2020-01-01T00:00:00Z"});
  EXPECT_THAT(text, HasSubstr("too_long: once, at least 97.7 KiB, 1 line\n"));
  EXPECT_THAT(text, HasSubstr("nul_hole: once, at least 4.9 KiB\n"));
  EXPECT_THAT(text, HasSubstr("500 Internal Server Error"));
}

}  // namespace
}  // namespace logtally::testing
