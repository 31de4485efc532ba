// The disk of the state directory is full, with lines coming, and has room again: the daemon waits,
// goes on by itself, and has lost nothing.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>

#include "absl/strings/str_format.h"
#include "base/clock.h"
#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
#include "testing/small_disk.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

constexpr int64_t kDiskBytes = 48 << 20;  // the reserve is made while 32 MiB are free
constexpr absl::Duration kRecovery = absl::Seconds(10);

class DiskFullTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (disk_.why_not().empty()) return;
    std::printf("NOT TESTED: a full disk needs a mount, which is not to be had here (%s)\n",
                disk_.why_not().c_str());
    GTEST_SKIP() << "no mounts here: " << disk_.why_not()
                 << "; disk_fault_test.cc tests the store on a full disk all the same";
  }

  Daemon::Options Options() const {
    Daemon::Options options = Daemon::Following({log_.path()});
    options.state_dir = state_dir_;
    return options;
  }
  bool ReserveIsThere() const { return std::filesystem::exists(state_dir_ + "/logtally.reserve"); }

  // Until not one byte can be written any more, though the daemon gives back what it has.
  void FillForGood(const Daemon& daemon) {
    ASSERT_TRUE(WaitUntil([&] {
      disk_.Fill();
      log_.Append(503);
      const std::optional<MetricsPage> page = daemon.MetricsIfServed();
      return page && page->Sum("logtally_commit_errors_total") >= 3 && !ReserveIsThere() &&
             disk_.FreeBytes() == 0;
    })) << daemon.err();
  }

  SmallDisk disk_{kDiskBytes};
  TempDir dir_;
  const std::string state_dir_ = disk_.path() + "/state";
  LogWriter log_{dir_ / "access.log"};
};

TEST_F(DiskFullTest, GoesOnByItselfWhenThereIsRoomAgain) {
  Daemon daemon(Options());
  log_.Append(200, 1000);
  daemon.WaitForCodes(log_.truth());
  ASSERT_TRUE(WaitUntil([&] { return ReserveIsThere(); }));

  // The reserve alone takes the daemon through a while.
  disk_.Fill();
  log_.Append(404, 100);
  daemon.WaitForCodes(log_.truth());

  for (int time = 1; time <= 3; ++time) {
    SCOPED_TRACE(time);
    FillForGood(daemon);
    MetricsPage last = daemon.Metrics();
    for (int i = 0; i < 50; ++i) {
      log_.Append(500 + time, 2000);
      const MetricsPage page = daemon.Metrics();
      ASSERT_EQ(DurableCountersThatFell(last, page), std::vector<std::string>());
      ASSERT_TRUE(IsWithin(page.ResponsesByCode(), log_.truth()));
      last = page;
    }
    EXPECT_NE(daemon.err().find("make room on that disk"), std::string::npos) << daemon.err();

    disk_.Free();
    const absl::Duration begin = SystemClock().Elapsed();
    daemon.WaitForCodes(log_.truth());
    const absl::Duration took = SystemClock().Elapsed() - begin;
    EXPECT_LT(took, kRecovery);
    std::printf("disk full, time %d: all %ld lines counted %.1f s after there was room\n", time,
                static_cast<long>(log_.lines()), absl::ToDoubleSeconds(took));
    EXPECT_EQ(DurableCountersThatFell(last, daemon.Metrics()), std::vector<std::string>());
  }
  // What was given back is taken again.
  EXPECT_TRUE(WaitUntil([&] {
    log_.Append(200);
    return ReserveIsThere();
  }));
  daemon.WaitForCodes(log_.truth());
  daemon.Stop();
  EXPECT_EQ(Database(state_dir_).ResponsesByCode(), log_.truth());
  EXPECT_EQ(Database(state_dir_).Value("PRAGMA integrity_check"), "ok");
}

TEST_F(DiskFullTest, AKilledDaemonStartsOnAFullDiskAndWaits) {
  {
    Daemon daemon(Options());
    log_.Append(200, 1000);
    daemon.WaitForCodes(log_.truth());
    FillForGood(daemon);
    log_.Append(404, 1000);
    daemon.Crash();
  }
  disk_.Fill();
  Process full({LOGTALLY_PROGRAM, "serve", log_.path(), "--state-dir", state_dir_,
                "--web.listen-address", "127.0.0.1:0"});
  ASSERT_TRUE(WaitUntil([&] {
    disk_.Fill();
    return full.err().find("waiting until this is over") != std::string::npos ||
           full.err().find("make room on that disk") != std::string::npos || !full.Running();
  })) << full.err();
  ASSERT_TRUE(full.Running()) << full.err();
  log_.Append(500, 10);
  disk_.Free();
  ASSERT_TRUE(
      WaitUntil([&] { return full.err().find("listening on") != std::string::npos; }, kRecovery))
      << full.err();
  full.Signal(SIGTERM);
  EXPECT_EQ(full.Wait(), 0) << full.err();
  Daemon daemon(Options());
  daemon.WaitForCodes(log_.truth());
  daemon.Stop();
  EXPECT_EQ(Database(state_dir_).ResponsesByCode(), log_.truth());
}

TEST_F(DiskFullTest, AFirstStartOnAFullDiskWaits) {
  disk_.Fill();
  std::filesystem::create_directory(state_dir_);
  log_.Append(200, 100);
  Process full({LOGTALLY_PROGRAM, "serve", log_.path(), "--state-dir", state_dir_,
                "--web.listen-address", "127.0.0.1:0"});
  ASSERT_TRUE(WaitUntil([&] {
    return full.err().find("waiting until this is over") != std::string::npos || !full.Running();
  })) << full.err();
  ASSERT_TRUE(full.Running()) << full.err();
  disk_.Free();
  EXPECT_TRUE(
      WaitUntil([&] { return full.err().find("listening on") != std::string::npos; }, kRecovery))
      << full.err();
}

}  // namespace
}  // namespace logtally::testing
