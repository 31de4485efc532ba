// A line that is not yet complete is not yet a line.
#include <gtest/gtest.h>

#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

class HalfLineTest : public ::testing::Test {
 protected:
  // Waits until a line written later than the half one has been counted, in another log: by
  // then the daemon had its chance to read the half line too.
  void LetTheDaemonLook() {
    other_.Append(304);
    daemon_.WaitForMetric("logtally_lines_total{site=\"default\",result=\"counted\"}",
                          static_cast<double>(log_.lines() + other_.lines()));
  }
  CodeCounts Truth() const {
    CodeCounts truth = log_.truth();
    for (const auto& [code, count] : other_.truth()) truth[code] += count;
    return truth;
  }

  TempDir dir_;
  LogWriter log_{dir_ / "access.log"};
  LogWriter other_{dir_ / "other.log"};
  Daemon daemon_{Daemon::Following({log_.path(), other_.path()})};
};

TEST_F(HalfLineTest, CountsALineWhenItsEndArrives) {
  log_.Append(200);
  log_.AppendHalf(404);
  LetTheDaemonLook();
  daemon_.WaitForCodes(Truth());
  log_.FinishHalf();
  daemon_.WaitForCodes(Truth());
  daemon_.Stop();
  EXPECT_EQ(Database(daemon_.state_dir()).ResponsesByCode(), Truth());
}

TEST_F(HalfLineTest, CountsItOnceAcrossARestart) {
  log_.AppendHalf(503);
  LetTheDaemonLook();
  daemon_.Stop();
  EXPECT_EQ(Database(daemon_.state_dir()).ResponsesByCode(), Truth());
  daemon_.Restart();
  LetTheDaemonLook();
  log_.FinishHalf();
  daemon_.WaitForCodes(Truth());
  EXPECT_EQ(daemon_.Metrics().Sum("logtally_lines_total", {{"result", "rejected"}}), 0);
}

TEST_F(HalfLineTest, CountsItOnceWhenTheFileIsRenamedBeforeItsEndArrives) {
  log_.AppendHalf(500);
  LetTheDaemonLook();
  log_.Rename(dir_ / "access.log.1");
  LogWriter next(log_.path());
  daemon_.WaitForMetric("logtally_rotations_total{site=\"default\"}", 1);
  log_.FinishHalf();  // into the renamed file
  daemon_.WaitForCodes(Truth());
  EXPECT_EQ(daemon_.Metrics().Sum("logtally_lines_total", {{"result", "rejected"}}), 0);
}

}  // namespace
}  // namespace logtally::testing
