// A restart goes on where the last run stopped: nothing again, nothing left out.
#include <gtest/gtest.h>

#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

TEST(RestartResumes, CountsWhatWasWrittenMeanwhileAndNothingTwice) {
  TempDir dir;
  LogWriter log(dir / "access.log");
  log.Append(200, 50);
  Daemon daemon(Daemon::Following({log.path()}));
  daemon.WaitForCodes(log.truth());
  daemon.Stop();

  log.Append(404, 7);
  daemon.Restart();
  daemon.WaitForCodes(log.truth());
  log.Append(500, 1);
  daemon.WaitForCodes(log.truth());
  daemon.Stop();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), log.truth());
}

TEST(RestartResumes, TheFirstPageAfterARestartContinuesTheCounters) {
  TempDir dir;
  LogWriter log(dir / "access.log");
  log.Append(200, 50);
  log.AppendRaw("no access log line\n");
  Daemon daemon(Daemon::Following({log.path()}));
  daemon.WaitForCodes(log.truth());
  const MetricsPage before = daemon.Metrics();
  daemon.Stop();

  daemon.Restart();
  daemon.WaitUntilReady();
  const MetricsPage after = daemon.Metrics();
  EXPECT_EQ(DurableCountersThatFell(before, after), std::vector<std::string>());
  EXPECT_EQ(after.ResponsesByCode(), log.truth());
  EXPECT_EQ(after.Sum("logtally_lines_total", {{"result", "rejected"}}), 1);
}

TEST(RestartResumes, LinesWrittenJustBeforeAStopAreCountedOnce) {
  TempDir dir;
  LogWriter log(dir / "access.log");
  Daemon daemon(Daemon::Following({log.path()}));
  daemon.WaitUntilReady();
  log.Append(200, 2000);
  daemon.Stop();
  const CodeCounts stored = Database(daemon.state_dir()).ResponsesByCode();
  EXPECT_TRUE(IsWithin(stored, log.truth()));

  daemon.Restart();
  daemon.WaitForCodes(log.truth());
}

}  // namespace
}  // namespace logtally::testing
