// Rotation by rename: the server goes on writing to the old file for a while.
#include <gtest/gtest.h>

#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

class RenameRotationTest : public ::testing::Test {
 protected:
  TempDir dir_;
  LogWriter log_{dir_ / "access.log"};
};

TEST_F(RenameRotationTest, CountsLateWritesToTheOldFile) {
  log_.Append(200, 10);
  Daemon daemon(Daemon::Following({log_.path()}));
  daemon.WaitForCodes(log_.truth());

  LogWriter old_file(log_.path());  // a worker that reopens later than the others
  log_.RotateByRename();
  log_.Append(404, 3);
  daemon.WaitForMetric("logtally_rotations_total{site=\"default\"}", 1);
  old_file.Append(500, 2);

  CodeCounts truth = log_.truth();
  truth["500"] = 2;
  daemon.WaitForCodes(truth);
  daemon.Stop();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), truth);
}

TEST_F(RenameRotationTest, CountsWhatIsWrittenBetweenRenameAndReopen) {
  log_.Append(200, 10);
  Daemon daemon(Daemon::Following({log_.path()}));
  daemon.WaitForCodes(log_.truth());

  log_.Rename(dir_ / "access.log.1");
  log_.Append(503, 4);
  daemon.WaitForCodes(log_.truth());
  log_.Reopen();
  log_.Append(200, 1);
  daemon.WaitForCodes(log_.truth());
  daemon.Stop();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), log_.truth());
}

TEST_F(RenameRotationTest, FollowsRotationAfterRotation) {
  Daemon daemon(Daemon::Following({log_.path()}));
  daemon.WaitUntilReady();
  for (int round = 1; round <= 5; ++round) {
    log_.Append(200, 100);
    daemon.WaitForCodes(log_.truth());
    log_.Rename(dir_ / ("access.log." + std::to_string(round)));
    log_.Append(404, 1);
    log_.Reopen();
    daemon.WaitForMetric("logtally_rotations_total{site=\"default\"}", round);
  }
  daemon.WaitForCodes(log_.truth());
  daemon.Stop();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), log_.truth());
}

TEST_F(RenameRotationTest, ReadsTheRestOfAFileThatWasRotatedWhileWeWereStopped) {
  log_.Append(200, 10);
  Daemon daemon(Daemon::Following({log_.path()}));
  daemon.WaitForCodes(log_.truth());
  daemon.Stop();

  log_.Append(404, 3);  // never read under its own name
  log_.RotateByRename();
  log_.Append(500, 2);
  daemon.Restart();
  daemon.WaitForCodes(log_.truth());
  daemon.Stop();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), log_.truth());
}

}  // namespace
}  // namespace logtally::testing
