// Rotations that follow one another faster than anybody can look.
#include <gtest/gtest.h>

#include <filesystem>

#include "testing/counts_watch.h"
#include "testing/daemon.h"
#include "testing/figures.h"
#include "testing/process_usage.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

class FastRotationTest : public ::testing::Test {
 protected:
  // As logrotate: .2 becomes .3, .1 becomes .2, the log becomes .1, and what is beyond `keep` goes.
  void Rotate(int keep) {
    std::filesystem::remove(Numbered(keep));
    for (int i = keep - 1; i >= 1; --i) {
      if (std::filesystem::exists(Numbered(i))) {
        std::filesystem::rename(Numbered(i), Numbered(i + 1));
      }
    }
    log_.Rename(Numbered(1));
    log_.Reopen();
    ++rotations_;
  }

  std::string Numbered(int i) const { return log_.path() + "." + std::to_string(i); }

  TempDir dir_;
  LogWriter log_{dir_ / "access.log"};
  int rotations_ = 0;
};

TEST_F(FastRotationTest, FilesThatNobodySawUnderTheirOwnNameAreRead) {
  Daemon daemon(Daemon::Following({log_.path()}));
  CountsWatch watch(daemon, [&] { return log_.truth(); });
  log_.AppendDistinct(200, 20);
  daemon.WaitForCodes(log_.truth());
  for (int burst = 0; burst < 4; ++burst) {
    for (int i = 0; i < 10; ++i) {
      log_.AppendDistinct(404, 3);
      Rotate(1000);
    }
    log_.AppendDistinct(500, 2);
    daemon.WaitForCodes(log_.truth());
    watch.Look();
    if (HasFailure()) break;
  }
  const int64_t differences = watch.ExpectAllCounted();
  PrintFigures({{"rotations", rotations_}, {"lines", log_.lines()}, {"differences", differences}});
}

TEST_F(FastRotationTest, FilesWithTheSameTextAreStillSeveralFiles) {
  Daemon daemon(Daemon::Following({log_.path()}));
  CountsWatch watch(daemon, [&] { return log_.truth(); });
  log_.Append(200, 20);
  daemon.WaitForCodes(log_.truth());
  for (int i = 0; i < 10; ++i) {
    log_.Append(404, 3);
    Rotate(1000);
  }
  log_.Append(500, 2);
  watch.ExpectAllCounted();
}

TEST_F(FastRotationTest, WhatWasDeletedBeforeAnybodyLookedIsALossThatIsNamed) {
  Daemon daemon(Daemon::Following({log_.path()}));
  CountsWatch watch(daemon, [&] { return log_.truth(); });
  log_.AppendDistinct(200, 20);
  daemon.WaitForCodes(log_.truth());
  daemon.Signal(SIGSTOP);
  for (int i = 0; i < 10; ++i) {
    log_.AppendDistinct(404, 3);
    Rotate(2);
  }
  daemon.Signal(SIGCONT);
  const int64_t missing = watch.ExpectMissingOnlyWithLosses(log_);
  // The one that it holds open, the two that are kept and the log itself can be read.
  EXPECT_LE(missing, 7 * 3);
  PrintFigures({{"rotations", rotations_}, {"lines", log_.lines()}, {"differences", missing}});
}

TEST_F(FastRotationTest, DescriptorsOfDrainedFilesAreGivenBack) {
  WriteFile(dir_ / "logtally.yaml",
            "follow: {drain_quiet: 1s}\nsites: [{name: default, paths: [" + log_.path() + "]}]\n");
  Daemon daemon(Daemon::Configured(dir_ / "logtally.yaml"));
  CountsWatch watch(daemon, [&] { return log_.truth(); });
  log_.AppendDistinct(200, 20);
  daemon.WaitForCodes(log_.truth());
  const int before = OpenFiles(daemon.pid());
  for (int burst = 0; burst < 3; ++burst) {
    for (int i = 0; i < 10; ++i) {
      log_.AppendDistinct(404, 1);
      Rotate(1000);
    }
    daemon.WaitForCodes(log_.truth());
    if (HasFailure()) return;
  }
  EXPECT_TRUE(WaitUntil([&] { return OpenFiles(daemon.pid()) <= before; }))
      << OpenFiles(daemon.pid()) << " files are open, " << before << " before the rotations";
  watch.ExpectAllCounted();
}

}  // namespace
}  // namespace logtally::testing
