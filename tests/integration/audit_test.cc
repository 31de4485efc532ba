// `logtally audit`: the store is held against the logs that are left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "testing/archives.h"
#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using Json = nlohmann::json;

class AuditTest : public ::testing::Test {
 protected:
  static ProcessResult Audit(const Daemon& daemon, const std::vector<std::string>& options = {}) {
    std::vector<std::string> args = {"audit", "--state-dir", daemon.state_dir()};
    args.insert(args.end(), options.begin(), options.end());
    return RunLogtally(args);
  }
  // How many logs there are of each state.
  static std::map<std::string, int> States(const Daemon& daemon) {
    std::map<std::string, int> states;
    const Json json = Json::parse(Audit(daemon, {"--format", "json"}).out);
    for (const Json& log : json["logs"]) ++states[log["state"]];
    return states;
  }
  // With the real sqlite3, while the daemon is stopped.
  static void Execute(const Daemon& daemon, const std::string& sql) {
    const ProcessResult result =
        RunToEnd({SystemProgram("sqlite3", "sqlite3"), daemon.state_dir() + "/logtally.db", sql});
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }
  // What logrotate does with `compress` and `delaycompress`.
  void RotateAndCompress(LogWriter& log) {
    if (fs::exists(log.path() + ".1")) {
      WriteFile(log.path() + ".2.gz", Gzip(ReadFile(log.path() + ".1")));
      fs::remove(log.path() + ".1");
    }
    log.RotateByRename();
  }

  TempDir dir_;
};

TEST_F(AuditTest, FindsNoDifferenceAfterKillsAndRotations) {
  LogWriter log(dir_ / "access.log");
  log.Append(200, 50);
  log.AppendRaw("no access log line\n");
  Daemon daemon(Daemon::Following({log.path()}));
  for (int round = 0; round < 2; ++round) {
    log.Append(404, 7);
    daemon.WaitForCodes(log.truth());
    log.Append(500, 300);
    daemon.Crash();
    log.Append(503, 3);
    RotateAndCompress(log);
    log.Append(200, 20);
    daemon.Restart();
    daemon.WaitForCodes(log.truth());
  }
  daemon.Stop();
  const ProcessResult result = Audit(daemon);
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, MatchesRegex("checked 3 logs, [0-9.]+ KiB, [0-9]+ lines: no "
                                       "difference\n"));
  // 711 lines and the one that is none.
  EXPECT_THAT(result.out, HasSubstr(std::to_string(log.lines() + 1) + " lines"));
}

TEST_F(AuditTest, NamesTheFileTheGenerationAndTheCodeOfADifference) {
  LogWriter log(dir_ / "access.log");
  log.Append(200, 50);
  log.Append(404, 5);
  Daemon daemon(Daemon::Following({log.path()}));
  daemon.WaitForCodes(log.truth());
  RotateAndCompress(log);
  log.Append(200, 10);
  daemon.WaitForCodes(log.truth());
  daemon.Stop();
  Execute(daemon, "UPDATE file_text_code SET responses = responses + 3 WHERE code = 404");

  const ProcessResult text = Audit(daemon);
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_THAT(text.out, HasSubstr(log.path() +
                                  " (access.log.1)           0   404       8          5          "
                                  "+3\n"));
  EXPECT_THAT(text.out, HasSubstr(": 1 log differs"));
  const ProcessResult answer = Audit(daemon, {"--format", "json"});
  EXPECT_EQ(answer.exit_code, 1);
  const Json json = Json::parse(answer.out);
  EXPECT_EQ(json["differs"], true);
  int different = 0;
  for (const Json& log_json : json["logs"]) {
    if (log_json["state"] != "different") continue;
    ++different;
    EXPECT_EQ(log_json["path"], log.path());
    EXPECT_EQ(log_json["found_at"], log.path() + ".1");
    EXPECT_EQ(log_json["generation"], 0);
    EXPECT_EQ(log_json["codes"], Json::parse(R"([
      {"code": "200", "stored": 50, "recounted": 50},
      {"code": "404", "stored": 8, "recounted": 5}])"));
  }
  EXPECT_EQ(different, 1);
}

TEST_F(AuditTest, NamesARejectedLineThatWasNotStored) {
  LogWriter log(dir_ / "access.log");
  log.Append(200, 5);
  log.AppendRaw("no access log line\n");
  Daemon daemon(Daemon::Following({log.path()}));
  daemon.WaitForCodes(log.truth());
  daemon.Stop();
  ASSERT_EQ(Audit(daemon).exit_code, 0);
  Execute(daemon, "UPDATE file_text SET rejected_lines = 0");
  const ProcessResult result = Audit(daemon);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, HasSubstr("0  rejected       0          1          -1\n"));
}

TEST_F(AuditTest, ComparesOneCommitWhileTheDaemonCounts) {
  LogWriter log(dir_ / "access.log");
  log.Append(200, 10);
  Daemon daemon(Daemon::Following({log.path()}));
  daemon.WaitForCodes(log.truth());
  for (int round = 0; round < 10; ++round) {
    log.Append(200, 2000);
    log.Append(404, 10);
    if (round % 4 == 3) {
      // A log that came and went since the last commit nobody has counted yet, and audit says so.
      daemon.WaitForCodes(log.truth());
      RotateAndCompress(log);
    }
    const ProcessResult result = Audit(daemon);
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  }
  daemon.WaitForCodes(log.truth());
  EXPECT_EQ(Audit(daemon).exit_code, 0);
  daemon.Stop();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), log.truth());
}

TEST_F(AuditTest, ALogThatIsGoneIsNoDifference) {
  LogWriter log(dir_ / "access.log");
  log.Append(200, 10);
  Daemon daemon(Daemon::Following({log.path()}));
  daemon.WaitForCodes(log.truth());
  log.RotateByRename();
  log.Append(404, 20);
  daemon.WaitForCodes(log.truth());
  daemon.Stop();
  fs::remove(log.path() + ".1");
  const ProcessResult result = Audit(daemon);
  EXPECT_EQ(result.exit_code, 0) << result.out;
  EXPECT_THAT(result.out, HasSubstr("no difference; 1 log is not retained\n"));
}

TEST_F(AuditTest, AnOlderLogThatNobodyCountedIsADifference) {
  LogWriter log(dir_ / "access.log");
  log.Append(200, 10);
  WriteFile(dir_ / "access.log.7", CombinedLine(500) + "\n");
  // From before there was a store.
  fs::last_write_time(dir_ / "access.log.7",
                      fs::file_time_type::clock::now() - std::chrono::hours(1));
  Daemon daemon(Daemon::Following({log.path()}));
  daemon.WaitForCodes(log.truth());
  daemon.Stop();
  EXPECT_EQ(Audit(daemon).exit_code, 0);

  WriteFile(dir_ / "access.log.1.gz", Gzip(CombinedLine(404) + "\n" + CombinedLine(404) + "\n"));
  fs::last_write_time(dir_ / "access.log.1.gz",
                      fs::file_time_type::clock::now() + std::chrono::seconds(5));
  const ProcessResult result = Audit(daemon);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, HasSubstr("access.log.1.gz           0   404       0          2"));
  EXPECT_THAT(result.out, HasSubstr("no difference; 1 log was never counted\n"));
}

TEST_F(AuditTest, BytesThatAreNotCountedYetAreNoDifference) {
  LogWriter log(dir_ / "access.log");
  log.Append(200, 10);
  Daemon daemon(Daemon::Following({log.path()}));
  daemon.WaitForCodes(log.truth());
  daemon.Stop();
  log.Append(500, 1);
  const ProcessResult result = Audit(daemon);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, MatchesRegex("checked 1 log, .*: no difference; [0-9]+ B not counted "
                                       "yet\n"));
  EXPECT_EQ(States(daemon), (std::map<std::string, int>{{"unread", 1}}));
}

TEST_F(AuditTest, ACopyThatIsShorterThanWhatWasCountedIsNoDifference) {
  LogWriter log(dir_ / "access.log");
  log.Append(200, 100);
  Daemon daemon(Daemon::Following({log.path()}));
  daemon.WaitForCodes(log.truth());
  const std::string copy = ReadFile(log.path());
  log.Append(404, 5);
  daemon.WaitForCodes(log.truth());
  daemon.Stop();
  WriteFile(log.path() + ".1", copy);
  fs::remove(log.path());
  EXPECT_EQ(States(daemon), (std::map<std::string, int>{{"shorter", 1}}));
  EXPECT_EQ(Audit(daemon).exit_code, 0);
}

TEST_F(AuditTest, SaysWhereADatabaseWasLookedFor) {
  const ProcessResult result = RunLogtally({"audit", "--state-dir", dir_ / "nowhere"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr(dir_ / "nowhere/logtally.db"));
}

}  // namespace
}  // namespace logtally::testing
