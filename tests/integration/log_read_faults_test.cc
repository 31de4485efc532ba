// Logs that cannot be read for a while, or only in small pieces: nothing is lost, nothing is
// counted twice, and the daemon says so and goes on.
#include <errno.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "testing/call_faults.h"
#include "testing/counts_watch.h"
#include "testing/daemon.h"
#include "testing/figures.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

class LogReadFaultsTest : public ::testing::Test {
 protected:
  Daemon::Options Options() {
    Daemon::Options options = Daemon::Following({log_.path(), healthy_.path()});
    options.environment = faults_.Environment();
    return options;
  }

  CodeCounts Truth() const {
    CodeCounts truth = log_.truth();
    for (const auto& [code, count] : healthy_.truth()) truth[code] += count;
    return truth;
  }

  // Waits for lines of a log that has no faults: the daemon has looked at the faulty one, too.
  void LetTheDaemonLook(Daemon& daemon) {
    for (int i = 0; i < 2; ++i) {
      healthy_.Append(304);
      const auto& wanted = healthy_.truth().at("304");
      EXPECT_TRUE(WaitUntil([&] {
        const std::optional<MetricsPage> page = daemon.MetricsIfServed();
        return page && page->ResponsesByCode()["304"] == wanted;
      })) << "one bad log stops the others; the daemon wrote:\n"
          << daemon.err();
    }
  }

  // The whole story: lines, a fault, lines and a rotation during it, a restart in it, and its end.
  void LivesThrough(const std::string& call, const std::string& effect) {
    SCOPED_TRACE(call + " " + effect);
    log_.Append(200, 500);
    Daemon daemon(Options());
    CountsWatch watch(daemon, [&] { return Truth(); });
    daemon.WaitForCodes(Truth());

    const int64_t hits = faults_.hits();
    faults_.Set({{.call = call, .folder = folder_, .effect = effect}});
    log_.Append(404, 30);
    LetTheDaemonLook(daemon);
    log_.RotateByRename();
    log_.Append(500, 20);
    LetTheDaemonLook(daemon);
    watch.Look();
    daemon.Crash();
    daemon.Restart();
    LetTheDaemonLook(daemon);
    watch.Look();
    EXPECT_GT(faults_.hits(), hits) << "no call was hit";

    faults_.Clear();
    log_.Append(503, 5);
    const int64_t differences = watch.ExpectAllCounted();
    PrintFigures(
        {{"hits", faults_.hits() - hits}, {"lines", Total(Truth())}, {"differences", differences}});
  }

  TempDir dir_;
  CallFaults faults_;
  const std::string folder_ = [this] {
    std::filesystem::create_directory(dir_ / "faulty");
    std::filesystem::create_directory(dir_ / "healthy");
    return dir_ / "faulty";
  }();
  LogWriter log_{folder_ + "/access.log"};
  LogWriter healthy_{dir_ / "healthy/access.log"};
};

TEST_F(LogReadFaultsTest, ReadsThatFailWithAnInputOutputError) {
  LivesThrough("read", ErrnoEffect(EIO));
}

TEST_F(LogReadFaultsTest, ReadsOfANetworkFileThatIsStale) {
  LivesThrough("read", ErrnoEffect(ESTALE));
}

TEST_F(LogReadFaultsTest, ReadsOfAFewBytesAtATime) { LivesThrough("read", "short"); }

TEST_F(LogReadFaultsTest, OpensThatAreRefused) { LivesThrough("open", ErrnoEffect(EACCES)); }

TEST_F(LogReadFaultsTest, OpensWithoutADescriptorLeft) {
  LivesThrough("open", ErrnoEffect(EMFILE));
}

TEST_F(LogReadFaultsTest, LooksThatFail) { LivesThrough("stat", ErrnoEffect(EIO)); }

TEST_F(LogReadFaultsTest, ReadsThatASignalInterrupts) {
  log_.Append(200, 500);
  faults_.Set(
      {{.call = "read", .folder = folder_, .effect = ErrnoEffect(EINTR), .from = 1, .to = 20}});
  Daemon daemon(Options());
  CountsWatch watch(daemon, [&] { return Truth(); });
  daemon.WaitForCodes(Truth());
  EXPECT_GE(faults_.hits(), 20);
  watch.ExpectAllCounted();
}

TEST_F(LogReadFaultsTest, OneReadInTenThatFailsNowAndThen) {
  std::vector<CallFault> faults;
  for (int n = 5; n < 150; n += 10) {
    faults.push_back(
        {.call = "read", .folder = folder_, .effect = ErrnoEffect(EIO), .from = n, .to = n});
  }
  Daemon daemon(Options());
  CountsWatch watch(daemon, [&] { return Truth(); });
  daemon.WaitUntilReady();
  faults_.Set(faults);
  for (int round = 0; round < 60; ++round) {
    log_.Append(200, 10);
    if (round % 20 == 10) log_.RotateByRename();
    watch.LookFor(absl::Milliseconds(30));
  }
  faults_.Clear();
  watch.ExpectAllCounted();
}

// With the real mode bits, which mean nothing to root: for root, the calls are refused instead.
TEST_F(LogReadFaultsTest, PermissionsThatComeAndGo) {
  const bool by_mode = geteuid() != 0;
  const auto refuse = [&] {
    if (by_mode) {
      EXPECT_EQ(chmod(log_.path().c_str(), 0), 0);
    } else {
      faults_.Set({{.call = "open", .folder = folder_, .effect = ErrnoEffect(EACCES)}});
    }
  };
  const auto allow = [&] {
    faults_.Clear();
    if (by_mode) {
      EXPECT_EQ(chmod(log_.path().c_str(), 0644), 0);
    }
  };
  log_.Append(200, 10);
  refuse();
  Daemon daemon(Options());
  CountsWatch watch(daemon, [&] { return Truth(); });
  daemon.WaitForMetric("logtally_logs{site=\"default\",state=\"failing\"}", 1);
  daemon.WaitForMessage("Permission denied");
  allow();
  daemon.WaitForCodes(Truth());
  daemon.WaitForMetric("logtally_logs{site=\"default\",state=\"failing\"}", 0);
  // A log that is open stays readable; the next one is not, until it is allowed.
  log_.RotateByRename();
  refuse();
  log_.Append(404, 10);
  LetTheDaemonLook(daemon);
  daemon.Stop();
  daemon.Restart();
  LetTheDaemonLook(daemon);
  allow();
  log_.Append(503, 1);
  const int64_t differences = watch.ExpectAllCounted();
  PrintFigures({{"by_mode", by_mode}, {"lines", Total(Truth())}, {"differences", differences}});
}

}  // namespace
}  // namespace logtally::testing
