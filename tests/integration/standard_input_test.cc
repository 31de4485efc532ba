// Standard input is a log, too: of a daemon, and of a summary.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "base/unique_fd.h"
#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

using ::testing::HasSubstr;

TEST(StandardInput, ADaemonCountsItsLinesAndOutlivesIt) {
  TempDir dir;
  const std::string pipe = dir / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  // Held open until the daemon has the other end: opening one end waits for the other.
  UniqueFd both_ends(open(pipe.c_str(), O_RDWR | O_CLOEXEC));
  Daemon::Options options = Daemon::Following({"-"});
  options.stdin_path = pipe;
  Daemon daemon(options);
  std::optional<LogWriter> log(pipe);
  both_ends.reset();

  log->Append(200, 30);
  log->AppendHalf(404);
  daemon.WaitForCodes({{"200", 30}});
  log->FinishHalf();
  log->Append(503, 2);
  log->AppendRaw("half a li");
  const CodeCounts truth = log->truth();
  daemon.WaitForCodes(truth);
  log.reset();
  daemon.WaitForMessage("standard input: ended");
  daemon.WaitForMetric("logtally_lines_total{site=\"default\",result=\"rejected\"}", 1);
  daemon.WaitForCodes(truth);
  daemon.Stop();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), truth);
}

TEST(StandardInput, ASummaryIsMadeOfAPipe) {
  TempDir dir;
  LogWriter log(dir / "access.log");
  log.Append(200, 900);
  log.Append(404, 70);
  log.AppendRaw("half a li");
  const ProcessResult piped = RunToEnd(
      {SystemProgram("sh", "dash"), "-c",
       "gzip -c '" + log.path() + "' | zcat | '" LOGTALLY_PROGRAM "' summary --format json -"});
  EXPECT_EQ(piped.exit_code, 0) << piped.err;
  const auto summary = nlohmann::json::parse(piped.out, nullptr, false);
  ASSERT_TRUE(summary.is_object()) << piped.out << piped.err;
  EXPECT_EQ(summary["input"]["counted"], 970);
  EXPECT_EQ(summary["input"]["rejected"], 1);
  EXPECT_THAT(piped.out, HasSubstr("standard input"));
  // `< access.log`
  const ProcessResult redirected =
      RunLogtally({"summary", "--format", "json", "-"}, {.stdin_path = log.path()});
  EXPECT_EQ(redirected.out, piped.out) << redirected.err;
}

TEST(StandardInput, WhatIsNotTextIsSaid) {
  TempDir dir;
  WriteFile(dir / "access.log.gz", "\x1f\x8b\x08 and so on");
  const ProcessResult result = RunLogtally({"summary", "-"}, {.stdin_path = dir / "access.log.gz"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out + result.err, HasSubstr("standard input: is compressed (gzip)"));
}

TEST(StandardInput, CannotBeIngestedForWantOfAPosition) {
  const ProcessResult result = RunLogtally({"ingest", "-"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("it has no read position to keep"));
}

}  // namespace
}  // namespace logtally::testing
