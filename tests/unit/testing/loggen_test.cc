#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

#include "testing/code_counts.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

class LoggenTest : public ::testing::Test {
 protected:
  // The log that loggen writes with these options.
  std::string Generate(std::vector<std::string> options) {
    options.insert(options.begin(), LOGTALLY_LOGGEN);
    options.insert(options.end(), {"-o", log_, "--truth", truth_});
    const ProcessResult result = RunToEnd(options);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return ReadFile(log_);
  }
  Truth LastTruth() const { return ReadTruth(truth_); }

 private:
  TempDir dir_;
  const std::string log_ = dir_ / "access.log";
  const std::string truth_ = dir_ / "truth.tsv";
};

// The status after the quoted request, or that of JSON, found without any of our parsers. The
// request itself is left alone: std::regex takes a stack frame for each byte that it repeats.
CodeCounts CountByRegex(const std::string& log) {
  static const std::regex kLine(R"re(" (\d{3}) (?:\d+|-)(?: |\n)|"status":"(\d{3})")re");
  CodeCounts counts;
  for (std::sregex_iterator it(log.begin(), log.end(), kLine), end; it != end; ++it) {
    ++counts[(*it)[(*it)[1].matched ? 1 : 2].str()];
  }
  return counts;
}

TEST_F(LoggenTest, TheSameSeedGivesTheSameBytes) {
  const std::string log = Generate({"--lines", "2000", "--seed", "5", "--odd", "50"});
  EXPECT_EQ(log, Generate({"--lines", "2000", "--seed", "5", "--odd", "50"}));
  EXPECT_NE(log, Generate({"--lines", "2000", "--seed", "6", "--odd", "50"}));
}

TEST_F(LoggenTest, TheTruthIsWhatTheLogHoldsInEveryFormat) {
  for (const char* format : {"nginx_combined", "nginx_main", "apache_common", "apache_combined",
                             "apache_vhost_combined", "nginx_json"}) {
    const std::string log = Generate({"--lines", "5000", "--format", format});
    EXPECT_EQ(LastTruth().codes, CountByRegex(log)) << format;
    EXPECT_EQ(LastTruth().rejected, 0) << format;
    EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 5000) << format;
  }
}

TEST_F(LoggenTest, OddLinesAreCountedOrRejectedAndNeverForgotten) {
  const std::string log = Generate({"--lines", "5000", "--odd", "300"});
  EXPECT_EQ(Total(LastTruth().codes) + LastTruth().rejected, 5000);
  EXPECT_GT(LastTruth().rejected, 200);
  for (const char* code : {"000", "009", "783", "999"}) {
    EXPECT_GT(LastTruth().codes[code], 0) << code;
  }
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 5000);
}

TEST_F(LoggenTest, OddLinesOfServersAllHaveAStatus) {
  const std::string log = Generate({"--lines", "5000", "--odd", "300", "--odd-kinds", "servers"});
  EXPECT_EQ(LastTruth().rejected, 0);
  EXPECT_GT(LastTruth().codes["000"], 0);
  EXPECT_EQ(LastTruth().codes, CountByRegex(log));
  const auto is_written = [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); };
  EXPECT_TRUE(std::all_of(log.begin(), log.end(), is_written));
}

TEST_F(LoggenTest, ClientsHaveDocumentationAddressesOnly) {
  static const std::regex kReserved(
      R"((192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}|2001:db8:[0-9a-f:]+)");
  std::istringstream log(Generate({"--lines", "20000"}));
  std::set<std::string> clients;
  for (std::string line; std::getline(log, line);) clients.insert(line.substr(0, line.find(' ')));
  EXPECT_GT(clients.size(), 1000u);
  for (const std::string& client : clients) {
    EXPECT_TRUE(std::regex_match(client, kReserved)) << client;
  }
}

TEST_F(LoggenTest, TimeRunsAtTheRateThatWasAskedFor) {
  const std::string log = Generate({"--lines", "121", "--rate", "2", "--start",
                                    "2023-10-10T13:55:00Z", "--format", "apache_common"});
  EXPECT_NE(log.find("[10/Oct/2023:13:55:00 +0000]"), std::string::npos);
  EXPECT_NE(log.find("[10/Oct/2023:13:56:00 +0000]"), std::string::npos);
  EXPECT_EQ(log.find("[10/Oct/2023:13:56:01 +0000]"), std::string::npos);
}

TEST_F(LoggenTest, AppendsWhileItFollowsAndLeavesTheTruthWhenStopped) {
  const TempDir dir;
  Process loggen(
      {LOGTALLY_LOGGEN, "--follow", "2000", "-o", dir / "live.log", "--truth", dir / "truth.tsv"});
  ASSERT_TRUE(WaitUntil([&] {
    return std::filesystem::exists(dir / "live.log") &&
           std::filesystem::file_size(dir / "live.log") > 20000;
  }));
  loggen.Signal(SIGTERM);
  EXPECT_EQ(loggen.Wait(), 0);
  EXPECT_EQ(ReadTruth(dir / "truth.tsv").codes, CountByRegex(ReadFile(dir / "live.log")));
}

TEST_F(LoggenTest, AMistakeIsAnsweredWithWhatWasExpected) {
  const ProcessResult result = RunToEnd({LOGTALLY_LOGGEN, "--start", "yesterday"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("expected a time such as"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace logtally::testing
