// Somebody else has the database: as a writer who does not let go, as a reader for long, or when
// the daemon is dead.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>

#include "base/clock.h"
#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class LockedDatabaseTest : public ::testing::Test {
 protected:
  // sqlite3 that runs `sql` and then keeps what it holds until it is killed.
  static std::unique_ptr<Process> Sqlite(const std::string& database, const std::string& sql) {
    auto process = std::make_unique<Process>(std::vector<std::string>{
        SystemProgram("sqlite3", "sqlite3"), database, sql, ".shell echo it has begun; sleep 60"});
    EXPECT_TRUE(WaitUntil([&] { return process->out().find("it has begun") != std::string::npos; }))
        << process->err();
    return process;
  }

  TempDir dir_;
  LogWriter log_{dir_ / "access.log"};
};

TEST_F(LockedDatabaseTest, AWriterThatDoesNotLetGoIsWaitedFor) {
  Daemon daemon(Daemon::Following({log_.path()}));
  log_.Append(200, 100);
  daemon.WaitForCodes(log_.truth());
  const CodeCounts before = log_.truth();
  auto writer = Sqlite(daemon.state_dir() + "/logtally.db", "BEGIN IMMEDIATE;");
  const absl::Duration begin = SystemClock().Elapsed();
  ASSERT_TRUE(WaitUntil([&] {
    log_.Append(404, 100);
    return daemon.Metrics().Sum("logtally_commit_errors_total") >= 4;
  })) << daemon.err();
  const absl::Duration held = SystemClock().Elapsed() - begin;
  EXPECT_LT(held, absl::Seconds(12)) << "a try a second";
  EXPECT_EQ(daemon.Metrics().ResponsesByCode(), before);
  EXPECT_THAT(daemon.err(), HasSubstr("database is locked"));
  EXPECT_THAT(daemon.err(), HasSubstr("such as sqlite3 with a transaction"));
  log_.RotateByRename();
  log_.Append(500, 10);

  writer.reset();
  const absl::Duration freed = SystemClock().Elapsed();
  daemon.WaitForCodes(log_.truth());
  std::printf("locked for %.1f s; all %ld lines counted %.1f s later\n",
              absl::ToDoubleSeconds(held), static_cast<long>(log_.lines()),
              absl::ToDoubleSeconds(SystemClock().Elapsed() - freed));
  daemon.Stop();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), log_.truth());
}

TEST_F(LockedDatabaseTest, ALongReaderHoldsUpNothing) {
  Daemon daemon(Daemon::Following({log_.path()}));
  log_.Append(200, 100);
  daemon.WaitForCodes(log_.truth());
  const std::string database = daemon.state_dir() + "/logtally.db";
  auto reader = Sqlite(database, "BEGIN; SELECT count(*) FROM total;");
  for (int commit = 0; commit < 3; ++commit) {
    log_.Append(404 + commit, 100);
    daemon.WaitForCodes(log_.truth());
  }
  EXPECT_EQ(daemon.Metrics().Sum("logtally_commit_errors_total"), 0);
  std::printf("a long reader: the write-ahead log has %ld bytes\n",
              static_cast<long>(fs::file_size(database + "-wal")));
  reader.reset();
  daemon.Stop();
  EXPECT_EQ(fs::file_size(database + "-wal"), 0u);
}

TEST_F(LockedDatabaseTest, AStopUnderALongReaderLosesNothing) {
  Daemon daemon(Daemon::Following({log_.path()}));
  log_.Append(200, 100);
  daemon.WaitForCodes(log_.truth());
  auto reader = Sqlite(daemon.state_dir() + "/logtally.db", "BEGIN; SELECT count(*) FROM total;");
  log_.Append(404, 10);
  daemon.WaitForCodes(log_.truth());
  daemon.Stop();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), log_.truth());
  reader.reset();
  daemon.Restart();
  daemon.WaitForCodes(log_.truth());
}

// A reader that checkpoints, or that tidies up behind a dead writer, could corrupt the database.
TEST_F(LockedDatabaseTest, ReadersOfADeadDaemonsDatabaseWriteNothing) {
  Daemon daemon(Daemon::Following({log_.path()}));
  log_.Append(200, 100);
  daemon.WaitForCodes(log_.truth());
  daemon.Crash();
  const std::string database = daemon.state_dir() + "/logtally.db";
  const std::string file = ReadFile(database);
  const std::string wal = ReadFile(database + "-wal");
  ASSERT_FALSE(wal.empty());
  const ProcessResult summary =
      RunLogtally({"summary", "--state-dir", daemon.state_dir(), "--since", "1h"});
  EXPECT_EQ(summary.exit_code, 0) << summary.err;
  EXPECT_THAT(summary.out, HasSubstr("100"));
  EXPECT_TRUE(ReadFile(database) == file) << "the database was written to";
  EXPECT_TRUE(ReadFile(database + "-wal") == wal) << "the write-ahead log was written to";
  daemon.Restart();
  daemon.WaitForCodes(log_.truth());
}

}  // namespace
}  // namespace logtally::testing
