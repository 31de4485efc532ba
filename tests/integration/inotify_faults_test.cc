// Without inotify, without a watch, and with its queue overflowing: it only makes reading prompt,
// and never decides what is read.
#include <errno.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "testing/call_faults.h"
#include "testing/counts_watch.h"
#include "testing/daemon.h"
#include "testing/figures.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

class InotifyFaultsTest : public ::testing::Test {
 protected:
  Daemon::Options Options() {
    Daemon::Options options = Daemon::Following({log_.path(), other_.path()});
    options.environment = faults_.Environment();
    return options;
  }
  CodeCounts Truth() const {
    CodeCounts truth = log_.truth();
    for (const auto& [code, count] : other_.truth()) truth[code] += count;
    return truth;
  }
  void CountsThroughRotations(const std::string& call, int error) {
    faults_.Set({{.call = call, .effect = ErrnoEffect(error)}});
    Daemon daemon(Options());
    CountsWatch watch(daemon, [&] { return Truth(); });
    daemon.WaitUntilReady();
    for (int round = 1; round <= 3; ++round) {
      log_.Append(200, 50);
      log_.Rename(dir_ / ("access.log." + std::to_string(round)));
      log_.Append(404, 5);
      log_.Reopen();
      log_.Append(500, 5);
      daemon.WaitForCodes(Truth());
      watch.Look();
    }
    EXPECT_GT(faults_.hits(), 0) << "no call was hit";
    const int64_t differences = watch.ExpectAllCounted();
    PrintFigures({{"rotations", 3}, {"lines", Total(Truth())}, {"differences", differences}});
  }

  TempDir dir_;
  CallFaults faults_;
  LogWriter log_{dir_ / "access.log"};
  LogWriter other_{dir_ / "other.log"};
};

TEST_F(InotifyFaultsTest, WithoutInotifyEverythingIsCounted) {
  CountsThroughRotations("inotify_init", EMFILE);
}

TEST_F(InotifyFaultsTest, WithoutAWatchLeftEverythingIsCounted) {
  CountsThroughRotations("inotify_watch", ENOSPC);
}

TEST_F(InotifyFaultsTest, WithoutPermissionToWatchEverythingIsCounted) {
  CountsThroughRotations("inotify_watch", EACCES);
}

TEST_F(InotifyFaultsTest, AnOverflowOfTheQueueLosesNothing) {
  Daemon daemon(Options());
  CountsWatch watch(daemon, [&] { return Truth(); });
  daemon.WaitUntilReady();
  daemon.Signal(SIGSTOP);
  // In turns, as events alike that follow one another become one. The queue holds 16,384 by
  // default.
  constexpr int kEvents = 25'000;
  for (int i = 0; i < kEvents; i += 2) {
    log_.Append(200);
    other_.Append(404);
  }
  log_.RotateByRename();
  log_.Append(500, 10);
  daemon.Signal(SIGCONT);
  const int64_t differences = watch.ExpectAllCounted();
  PrintFigures({{"events", kEvents}, {"lines", Total(Truth())}, {"differences", differences}});
}

}  // namespace
}  // namespace logtally::testing
