// `logtally rebuild`: a new database from the logs that are left, and what only the old one knows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "testing/archives.h"
#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class RebuildTest : public ::testing::Test {
 protected:
  RebuildTest() : log_(dir_ / "access.log") {}

  // Appends lines of some time ago.
  void AppendFrom(absl::Duration ago, int code, int count) {
    const std::string time =
        absl::FormatTime("%d/%b/%Y:%H:%M:%S +0000", absl::Now() - ago, absl::UTCTimeZone());
    for (int i = 0; i < count; ++i) {
      log_.AppendLine(
          absl::StrFormat("192.0.2.7 - - [%s] \"GET / HTTP/1.1\" %d 17 \"-\" \"x\"", time, code),
          code);
    }
  }
  void CompressRotated() {
    WriteFile(log_.path() + ".1.gz", Gzip(ReadFile(log_.path() + ".1")));
    fs::remove(log_.path() + ".1");
  }
  ProcessResult Rebuild(const Daemon& daemon) const {
    return RunLogtally({"rebuild", "--state-dir", daemon.state_dir(), log_.path()});
  }
  static void ExpectNoDifference(const Daemon& daemon) {
    const ProcessResult audit = RunLogtally({"audit", "--state-dir", daemon.state_dir()});
    EXPECT_EQ(audit.exit_code, 0) << audit.out << audit.err;
  }
  static CodeCounts Totals(const Daemon& daemon) {
    CodeCounts counts;
    for (const DatabaseRow& row : Database(daemon.state_dir())
                                      .Query("SELECT code, sum(responses) AS n FROM "
                                             "response_totals GROUP BY code")) {
      counts[CodeText(std::stoll(row.at("code")))] = std::stoll(row.at("n"));
    }
    return counts;
  }
  static void Execute(const Daemon& daemon, const std::string& sql) {
    const ProcessResult result =
        RunToEnd({SystemProgram("sqlite3", "sqlite3"), daemon.state_dir() + "/logtally.db", sql});
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }
  static std::vector<std::string> KeptDatabases(const Daemon& daemon) {
    std::vector<std::string> kept;
    for (const auto& entry : fs::directory_iterator(daemon.state_dir())) {
      const std::string name = entry.path().filename();
      if (name.starts_with("logtally.db.before-rebuild-")) kept.push_back(entry.path());
      EXPECT_NE(name, "logtally.db.rebuilding");
    }
    return kept;
  }

  TempDir dir_;
  LogWriter log_;
};

TEST_F(RebuildTest, CountsTheLogsAfterTheDatabaseWasDestroyed) {
  log_.Append(200, 50);
  Daemon daemon(Daemon::Following({log_.path()}));
  daemon.WaitForCodes(log_.truth());
  log_.RotateByRename();
  log_.Append(404, 5);
  daemon.WaitForCodes(log_.truth());
  daemon.Stop();
  CompressRotated();
  WriteFile(daemon.state_dir() + "/logtally.db", std::string(20000, 'x'));

  const ProcessResult result = Rebuild(daemon);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("nothing older than the logs could be kept"));
  EXPECT_EQ(KeptDatabases(daemon).size(), 1u);
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), log_.truth());
  EXPECT_EQ(Totals(daemon), log_.truth());
  ExpectNoDifference(daemon);

  daemon.Restart();
  log_.Append(500, 2);
  daemon.WaitForCodes(log_.truth());
  daemon.Stop();
  ExpectNoDifference(daemon);
}

TEST_F(RebuildTest, KeepsOlderMinutesWhoseLogsAreGone) {
  AppendFrom(absl::Hours(3), 500, 4);
  Daemon daemon(Daemon::Following({log_.path()}));
  daemon.WaitForCodes(log_.truth());
  log_.RotateByRename();
  AppendFrom(absl::Hours(2), 200, 30);
  AppendFrom(absl::Hours(1), 404, 9);
  daemon.WaitForCodes(log_.truth());
  daemon.Stop();
  fs::remove(log_.path() + ".1");
  // What went wrong, somehow, and is to be mended; the hour of the gone log stays as it is.
  Execute(daemon,
          "UPDATE minute SET responses = responses + 100 WHERE code = 404;"
          "UPDATE hour SET responses = responses + 100 WHERE code = 404;"
          "UPDATE day SET responses = responses + 100 WHERE code = 404;"
          "UPDATE total SET responses = responses + 100 WHERE code = 404;"
          "UPDATE file_text_code SET responses = responses + 100 WHERE code = 404;");
  ASSERT_NE(Totals(daemon), log_.truth());

  const ProcessResult result = Rebuild(daemon);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), log_.truth()) << result.out;
  EXPECT_EQ(Totals(daemon), log_.truth());
  ASSERT_EQ(KeptDatabases(daemon).size(), 1u);
  ExpectNoDifference(daemon);

  daemon.Restart();
  daemon.WaitForCodes(log_.truth());
  daemon.Stop();
  EXPECT_EQ(Totals(daemon), log_.truth());
}

TEST_F(RebuildTest, ServeGoesOnAndCountsNothingTwice) {
  AppendFrom(absl::Hours(2), 200, 60);
  log_.AppendRaw("no access log line\n");
  Daemon daemon(Daemon::Following({log_.path()}));
  daemon.WaitForCodes(log_.truth());
  log_.RotateByRename();
  AppendFrom(absl::Hours(1), 404, 9);
  daemon.WaitForCodes(log_.truth());
  daemon.Stop();
  // What comes while nothing runs, in a log that is then rotated and compressed.
  AppendFrom(absl::Minutes(30), 503, 3);
  fs::rename(log_.path() + ".1", log_.path() + ".2");
  log_.RotateByRename();
  CompressRotated();
  AppendFrom(absl::Minutes(20), 200, 5);
  log_.AppendHalf(301);

  const ProcessResult result = Rebuild(daemon);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(Totals(daemon), log_.truth()) << result.out;
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), log_.truth());
  ExpectNoDifference(daemon);

  log_.FinishHalf();
  daemon.Restart();
  log_.Append(200, 4);
  daemon.WaitForCodes(log_.truth());
  log_.RotateByRename();
  log_.Append(200, 4);
  daemon.WaitForCodes(log_.truth());
  EXPECT_EQ(daemon.Metrics().Sum("logtally_lines_total", {{"result", "rejected"}}), 1);
  daemon.Stop();
  EXPECT_EQ(Totals(daemon), log_.truth());
  ExpectNoDifference(daemon);
}

TEST_F(RebuildTest, WorksWithoutAnyDatabase) {
  log_.Append(200, 5);
  const std::string state_dir = dir_ / "state";
  const ProcessResult result = RunLogtally({"rebuild", "--state-dir", state_dir, log_.path()});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(Database(state_dir).ResponsesByCode(), log_.truth());
}

TEST_F(RebuildTest, RemovesWhatARebuildLeftThatWasKilled) {
  log_.Append(200, 5);
  const std::string state_dir = dir_ / "state";
  fs::create_directories(state_dir + "/logtally.db.rebuilding");
  WriteFile(state_dir + "/logtally.db.rebuilding/logtally.db", "half of it");
  const ProcessResult result = RunLogtally({"rebuild", "--state-dir", state_dir, log_.path()});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_FALSE(fs::exists(state_dir + "/logtally.db.rebuilding"));
  EXPECT_EQ(Database(state_dir).ResponsesByCode(), log_.truth());
}

TEST_F(RebuildTest, AKillOnTheWayChangesNothing) {
  const ProcessResult made = RunToEnd({LOGTALLY_LOGGEN, "--lines", "150000", "--start", "now-2h",
                                       "-o", log_.path(), "--truth", dir_ / "truth.tsv"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const std::string state_dir = dir_ / "state";
  ASSERT_EQ(RunLogtally({"ingest", log_.path(), "--state-dir", state_dir}).exit_code, 0);
  const CodeCounts before = Database(state_dir).ResponsesByCode();
  ASSERT_EQ(before, ReadTruth(dir_ / "truth.tsv").codes);
  {
    Process rebuild({LOGTALLY_PROGRAM, "rebuild", "--state-dir", state_dir, log_.path()});
    EXPECT_TRUE(WaitUntil([&] {
      return fs::exists(state_dir + "/logtally.db.rebuilding/logtally.db") || !rebuild.Running();
    }));
    rebuild.Signal(SIGKILL);
    EXPECT_TRUE(rebuild.Wait().has_value());
  }
  EXPECT_EQ(Database(state_dir).ResponsesByCode(), before);
  EXPECT_EQ(Database(state_dir).Value("PRAGMA integrity_check"), "ok");
  const ProcessResult again = RunLogtally({"rebuild", "--state-dir", state_dir, log_.path()});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(Database(state_dir).ResponsesByCode(), before);
  EXPECT_FALSE(fs::exists(state_dir + "/logtally.db.rebuilding"));
}

TEST_F(RebuildTest, IsRefusedBesideADaemon) {
  log_.Append(200, 5);
  Daemon daemon(Daemon::Following({log_.path()}));
  daemon.WaitForCodes(log_.truth());
  const ProcessResult result = Rebuild(daemon);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("is already running on the state directory"));
  daemon.Stop();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), log_.truth());
}

}  // namespace
}  // namespace logtally::testing
