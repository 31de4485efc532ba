// Finished logs, counted from the command line.
#include <gtest/gtest.h>

#include <filesystem>

#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

class IngestTest : public ::testing::Test {
 protected:
  IngestTest() { std::filesystem::create_directory(state_dir_); }

  // Makes a log with that seed and adds it to the truth.
  std::string Generate(const std::string& name, const std::string& seed) {
    const ProcessResult result =
        RunToEnd({LOGTALLY_LOGGEN, "--lines", "20000", "--odd", "10", "--seed", seed, "--start",
                  "now-1h", "-o", dir_ / name, "--truth", dir_ / "truth.tsv"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    for (const auto& [code, count] : ReadTruth(dir_ / "truth.tsv").codes) truth_[code] += count;
    return dir_ / name;
  }
  void Ingest(std::vector<std::string> logs) {
    logs.insert(logs.begin(), "ingest");
    logs.insert(logs.end(), {"--state-dir", state_dir_});
    const ProcessResult result = RunLogtally(logs);
    EXPECT_EQ(result.exit_code, 0) << result.err;
  }
  CodeCounts Stored() const { return Database(state_dir_).ResponsesByCode(); }

  TempDir dir_;
  const std::string state_dir_ = dir_ / "state";
  CodeCounts truth_;
};

TEST_F(IngestTest, CountsEveryLine) {
  const std::string first = Generate("access.log.1", "1");
  const std::string second = Generate("access.log.2", "2");
  Ingest({first, second});
  EXPECT_EQ(Stored(), truth_);
}

TEST_F(IngestTest, TheSameFileTwiceAddsNothing) {
  const std::string log = Generate("access.log", "3");
  Ingest({log});
  Ingest({log});
  Ingest({log, log});
  EXPECT_EQ(Stored(), truth_);
}

TEST_F(IngestTest, AGrownFileAddsItsRest) {
  const std::string log = Generate("access.log", "4");
  Ingest({log});
  const std::string more = ReadFile(Generate("more.log", "5"));
  AppendFile(log, more);
  Ingest({log});
  EXPECT_EQ(Stored(), truth_);
}

TEST_F(IngestTest, ARenamedFileIsKnown) {
  const std::string log = Generate("access.log", "6");
  Ingest({log});
  std::filesystem::rename(log, log + ".1");
  Ingest({log + ".1"});
  EXPECT_EQ(Stored(), truth_);
}

TEST_F(IngestTest, ACompressedFileIsReadAsItsText) {
  const std::string log = Generate("access.log", "7");
  const ProcessResult packed = RunToEnd({SystemProgram("gzip", "gzip"), log});
  ASSERT_EQ(packed.exit_code, 0) << packed.err;
  Ingest({log + ".gz"});
  EXPECT_EQ(Stored(), truth_);
  Ingest({log + ".gz"});
  EXPECT_EQ(Stored(), truth_) << "twice adds nothing";
}

TEST_F(IngestTest, AFileThatCannotBeDecompressedIsRefusedAndNotReadAsText) {
  const std::string log = dir_ / "access.log.xz";
  WriteFile(log, {"\xfd\x37zXZ\0\0\4", 8});
  const ProcessResult result = RunLogtally({"ingest", log, "--state-dir", state_dir_});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find(log + ": it is compressed with xz"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("xzcat"), std::string::npos) << result.err;
}

TEST_F(IngestTest, TheDaemonAndIngestGoOnWhereTheOtherStopped) {
  const std::string log = Generate("access.log", "8");
  Daemon daemon(Daemon::Following({log}));
  daemon.WaitForCodes(AsLabels(truth_));
  daemon.Stop();
  const std::string more = ReadFile(Generate("more.log", "9"));
  AppendFile(log, more);
  const ProcessResult ingested = RunLogtally({"ingest", log, "--state-dir", daemon.state_dir()});
  EXPECT_EQ(ingested.exit_code, 0) << ingested.err;
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), truth_);
  daemon.Restart();
  daemon.WaitForCodes(AsLabels(truth_));
  daemon.Stop();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), truth_);
}

TEST_F(IngestTest, AMissingFileFailsAndIsNamed) {
  const std::string missing = dir_ / "no.log";
  const ProcessResult result = RunLogtally({"ingest", missing, "--state-dir", state_dir_});
  EXPECT_NE(result.exit_code, 0);
  EXPECT_NE(result.err.find(missing), std::string::npos) << result.err;
}

}  // namespace
}  // namespace logtally::testing
