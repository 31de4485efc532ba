// A server that writes its log into a FIFO.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <optional>

#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

class FifoTest : public ::testing::Test {
 protected:
  FifoTest() { EXPECT_EQ(mkfifo(path_.c_str(), 0600), 0); }

  // All that was written by any writer.
  void Leave(std::optional<LogWriter>& writer) {
    for (const auto& [code, count] : writer->truth()) truth_[code] += count;
    writer.reset();
  }

  TempDir dir_;
  const std::string path_ = dir_ / "access.fifo";
  CodeCounts truth_;
};

TEST_F(FifoTest, IsReadWhileWritersComeAndGo) {
  Daemon daemon(Daemon::Following({path_}));
  daemon.WaitForMessage("is a FIFO; reading it");
  std::optional<LogWriter> writer(path_);
  writer->Append(200, 100);
  writer->Append(404, 5);
  Leave(writer);
  daemon.WaitForCodes(truth_);
  writer.emplace(path_);
  writer->Append(500, 3);
  Leave(writer);
  daemon.WaitForCodes(truth_);

  // Nothing that a server still writes stops it from getting its log back after a restart.
  daemon.Stop();
  daemon.Restart();
  daemon.WaitForMessage("is a FIFO; reading it");
  writer.emplace(path_);
  writer->Append(301, 7);
  Leave(writer);
  daemon.WaitForCodes(truth_);
  daemon.Stop();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), truth_);
}

TEST_F(FifoTest, ThatIsReplacedIsReadUnderItsNameAgain) {
  Daemon daemon(Daemon::Following({path_}));
  daemon.WaitForMessage("is a FIFO; reading it");
  std::optional<LogWriter> writer(path_);
  writer->Append(200, 10);
  std::filesystem::rename(path_, dir_ / "old");
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  LogWriter next(path_);  // waits until the daemon has opened it
  next.Append(404, 2);
  Leave(writer);
  truth_["404"] = 2;
  daemon.WaitForCodes(truth_);
}

}  // namespace
}  // namespace logtally::testing
