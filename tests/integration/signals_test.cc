// Every signal that a daemon is likely to meet, at the worst moments.
#include <gtest/gtest.h>
#include <signal.h>

#include "absl/time/clock.h"
#include "testing/busy_writer.h"
#include "testing/counts_watch.h"
#include "testing/daemon.h"
#include "testing/figures.h"
#include "testing/http.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

class SignalsTest : public ::testing::Test {
 protected:
  TempDir dir_;
  const std::string path_ = dir_ / "access.log";
};

TEST_F(SignalsTest, AStopWhileCatchingUpIsPromptAndLosesNothing) {
  const ProcessResult made = RunToEnd({LOGTALLY_LOGGEN, "--lines", "400000", "--start", "now-1h",
                                       "-o", path_, "--truth", dir_ / "truth.tsv"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const CodeCounts truth = ReadTruth(dir_ / "truth.tsv").codes;
  Daemon daemon(Daemon::Following({path_}));
  CountsWatch watch(daemon, [&] { return truth; });
  int stops = 0;
  int in_the_middle = 0;
  for (const int signal_number : {SIGTERM, SIGINT, SIGTERM, SIGINT, SIGTERM, SIGINT}) {
    absl::SleepFor(absl::Milliseconds(50 * stops));  // another moment of the catching up each time
    const absl::Time asked = absl::Now();
    daemon.Stop(signal_number);
    EXPECT_LT(absl::Now() - asked, absl::Seconds(10));
    watch.LookAtStore();
    const int64_t counted = Total(Database(daemon.state_dir()).TotalsByCode());
    in_the_middle += counted > 0 && counted < Total(truth);
    ++stops;
    daemon.Restart();
  }
  const int64_t differences = watch.ExpectAllCounted();
  EXPECT_GT(in_the_middle, 0) << "no stop came before the log was read";
  PrintFigures({{"stops", stops},
                {"in_the_middle", in_the_middle},
                {"lines", Total(truth)},
                {"differences", differences}});
}

TEST_F(SignalsTest, AStormOfReloadsLosesNothing) {
  BusyWriter server(path_, 5000);
  WriteFile(dir_ / "logtally.yaml", "sites: [{name: default, paths: [" + path_ + "]}]\n");
  Daemon daemon(Daemon::Configured(dir_ / "logtally.yaml"));
  daemon.WaitUntilReady();
  CountsWatch watch(daemon, [&] { return server.truth(); });
  constexpr int kReloads = 500;
  for (int i = 0; i < kReloads; ++i) {
    daemon.Reload();
    watch.LookFor(absl::Milliseconds(4));
  }
  server.Stop();
  const int64_t differences = watch.ExpectAllCounted();
  PrintFigures(
      {{"reloads", kReloads}, {"lines", server.log().lines()}, {"differences", differences}});
}

TEST_F(SignalsTest, AReloadThatComesBeforeTheDaemonIsReadyDoesNotEndIt) {
  LogWriter log(path_);
  log.Append(200, 1000);
  WriteFile(dir_ / "logtally.yaml", "sites: [{name: default, paths: [" + path_ + "]}]\n");
  Daemon daemon(Daemon::Configured(dir_ / "logtally.yaml"));
  daemon.Reload();
  daemon.Reload();
  CountsWatch watch(daemon, [&] { return log.truth(); });
  watch.ExpectAllCounted();
}

TEST_F(SignalsTest, AFrozenDaemonCatchesUpWithARotation) {
  LogWriter log(path_);
  Daemon daemon(Daemon::Following({path_}));
  CountsWatch watch(daemon, [&] { return log.truth(); });
  log.Append(200, 10);
  daemon.WaitForCodes(log.truth());
  for (int round = 1; round <= 3; ++round) {
    daemon.Signal(SIGSTOP);
    log.Append(404, 100);
    log.Rename(path_ + "." + std::to_string(round));
    log.Append(500, 10);
    log.Reopen();
    log.Append(503, 1);
    daemon.Signal(SIGCONT);
    daemon.WaitForCodes(log.truth());
  }
  watch.ExpectAllCounted();
}

TEST_F(SignalsTest, ClientsThatLeaveEarlyDoNotEndTheDaemon) {
  LogWriter log(path_);
  log.Append(200, 10);
  Daemon daemon(Daemon::Following({path_}));
  CountsWatch watch(daemon, [&] { return log.truth(); });
  daemon.WaitUntilReady();
  daemon.Signal(SIGPIPE);
  for (int i = 0; i < 20; ++i) {
    // Asks for several pages and goes away with the first bytes: the rest is written to nobody.
    LeaveEarly(daemon.port(), "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  daemon.Signal(SIGPIPE);
  log.Append(404, 10);
  watch.ExpectAllCounted();
}

TEST_F(SignalsTest, AChildOrATimerThatIsNotOursDoesNotEndTheDaemon) {
  LogWriter log(path_);
  log.Append(200, 10);
  Daemon daemon(Daemon::Following({path_}));
  CountsWatch watch(daemon, [&] { return log.truth(); });
  daemon.WaitUntilReady();
  for (const int harmless : {SIGCHLD, SIGWINCH, SIGURG, SIGCONT}) daemon.Signal(harmless);
  log.Append(404, 10);
  watch.ExpectAllCounted();
}

}  // namespace
}  // namespace logtally::testing
