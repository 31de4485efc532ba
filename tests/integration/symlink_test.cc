// A log that is a link to the file of the day, as cronolog and rotatelogs keep it: each rotation
// points the link at a new file, and the server may write to the old one for a while.
#include <gtest/gtest.h>

#include <filesystem>

#include "testing/counts_watch.h"
#include "testing/daemon.h"
#include "testing/figures.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

class SymlinkTest : public ::testing::Test {
 protected:
  // Begins the file of that day and points the link at it, in one step as `ln -sfn` does.
  LogWriter NewDay(int day) {
    LogWriter log(dir_ / ("day." + std::to_string(day)));
    std::filesystem::create_symlink("day." + std::to_string(day), dir_ / "next");
    std::filesystem::rename(dir_ / "next", link_);
    return log;
  }
  void Add(const LogWriter& log) {
    for (const auto& [code, count] : log.truth()) truth_[code] += count;
  }

  TempDir dir_;
  const std::string link_ = dir_ / "access.log";
  CodeCounts truth_;
};

TEST_F(SymlinkTest, EveryDayIsCountedThroughItsLastLine) {
  std::filesystem::create_symlink("nowhere", link_);
  Daemon daemon(Daemon::Following({link_}));
  CountsWatch watch(daemon, [&] { return truth_; });
  constexpr int kDays = 4;
  for (int day = 1; day <= kDays; ++day) {
    LogWriter log = NewDay(day);
    log.AppendDistinct(200, 20);
    Add(log);
    daemon.WaitForCodes(truth_);
    LogWriter next = NewDay(100 + day);
    log.AppendDistinct(404, 3);  // late, to the file that the link has left
    next.AppendDistinct(500, 2);
    truth_["404"] += 3;
    Add(next);
    daemon.WaitForCodes(truth_);
    watch.Look();
  }
  const int64_t differences = watch.ExpectAllCounted();
  PrintFigures({{"switches", 2 * kDays}, {"lines", Total(truth_)}, {"differences", differences}});
}

TEST_F(SymlinkTest, ASwitchDuringADowntimeLosesNothing) {
  LogWriter log = NewDay(1);
  log.AppendDistinct(200, 20);
  Add(log);
  Daemon daemon(Daemon::Following({link_}));
  CountsWatch watch(daemon, [&] { return truth_; });
  daemon.WaitForCodes(truth_);
  daemon.Crash();
  log.AppendDistinct(404, 3);
  truth_["404"] += 3;
  LogWriter next = NewDay(2);
  next.AppendDistinct(500, 2);
  Add(next);
  daemon.Restart();
  watch.ExpectAllCounted();
}

}  // namespace
}  // namespace logtally::testing
