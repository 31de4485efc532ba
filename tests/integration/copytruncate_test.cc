// copytruncate: the log is copied, then cut to nothing, while its server goes on writing. What is
// in the copy is not lost; what fell between the copy and the cut is, and the ledger says so.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>

#include "base/unique_fd.h"
#include "testing/busy_writer.h"
#include "testing/counts_watch.h"
#include "testing/daemon.h"
#include "testing/figures.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

// logrotate's own steps: copy, fsync, truncate.
void CopyTruncate(const std::string& log, const std::string& copy) {
  const UniqueFd from(open(log.c_str(), O_RDWR | O_CLOEXEC));
  const UniqueFd to(open(copy.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644));
  ASSERT_TRUE(from.valid() && to.valid()) << log << " " << copy;
  char bytes[16 << 10];
  for (ssize_t got; (got = read(from.get(), bytes, sizeof bytes)) > 0;) {
    ASSERT_EQ(write(to.get(), bytes, got), got);
  }
  ASSERT_EQ(fsync(to.get()), 0);
  ASSERT_EQ(ftruncate(from.get(), 0), 0);
}

class CopytruncateTest : public ::testing::Test {
 protected:
  // The daemon sees nothing of what happens between these two.
  void Freeze(Daemon& daemon) { daemon.Signal(SIGSTOP); }
  void Thaw(Daemon& daemon) { daemon.Signal(SIGCONT); }

  TempDir dir_;
  const std::string path_ = dir_ / "access.log";
};

TEST_F(CopytruncateTest, TheRestIsReadFromTheCopy) {
  LogWriter log(path_);
  log.Append(200, 100);
  Daemon daemon(Daemon::Following({path_}));
  CountsWatch watch(daemon, [&] { return log.truth(); });
  daemon.WaitForCodes(log.truth());
  Freeze(daemon);
  log.Append(404, 50);
  CopyTruncate(path_, path_ + ".1");
  log.Append(500, 3);
  Thaw(daemon);
  watch.ExpectAllCounted(0, Ledger::kAnything);
}

TEST_F(CopytruncateTest, TheRestIsReadFromTheCopyThoughTheLogIsLongerAgain) {
  LogWriter log(path_);
  log.Append(200, 100);
  Daemon daemon(Daemon::Following({path_}));
  CountsWatch watch(daemon, [&] { return log.truth(); });
  daemon.WaitForCodes(log.truth());
  Freeze(daemon);
  log.Append(404, 50);
  CopyTruncate(path_, path_ + ".1");
  log.Append(500, 300);
  Thaw(daemon);
  watch.ExpectAllCounted(0, Ledger::kAnything);
}

TEST_F(CopytruncateTest, TheRestIsReadFromACompressedCopy) {
  LogWriter log(path_);
  log.Append(200, 100);
  Daemon daemon(Daemon::Following({path_}));
  CountsWatch watch(daemon, [&] { return log.truth(); });
  daemon.WaitForCodes(log.truth());
  Freeze(daemon);
  log.Append(404, 50);
  CopyTruncate(path_, path_ + ".1");
  EXPECT_EQ(RunToEnd({SystemProgram("gzip", "gzip"), path_ + ".1"}).exit_code, 0);
  log.Append(500, 3);
  Thaw(daemon);
  watch.ExpectAllCounted(0, Ledger::kAnything);
}

TEST_F(CopytruncateTest, TheRestIsReadFromTheCopyAfterARestart) {
  LogWriter log(path_);
  log.Append(200, 100);
  Daemon daemon(Daemon::Following({path_}));
  CountsWatch watch(daemon, [&] { return log.truth(); });
  daemon.WaitForCodes(log.truth());
  daemon.Crash();
  log.Append(404, 50);
  CopyTruncate(path_, path_ + "-20261122");
  log.Append(500, 3);
  daemon.Restart();
  watch.ExpectAllCounted(0, Ledger::kAnything);
}

TEST_F(CopytruncateTest, ACopyThatThePatternMatchesIsNotCountedAgain) {
  LogWriter log(path_);
  log.Append(200, 100);
  Daemon daemon(Daemon::Following({path_ + "*"}));
  CountsWatch watch(daemon, [&] { return log.truth(); });
  daemon.WaitForCodes(log.truth());
  for (int i = 1; i <= 3; ++i) {
    log.Append(404, 50);
    daemon.WaitForCodes(log.truth());
    CopyTruncate(path_, path_ + "." + std::to_string(i));
    log.Append(500, 3);
    daemon.WaitForCodes(log.truth());
  }
  watch.ExpectAllCounted(0, Ledger::kAnything);
}

TEST_F(CopytruncateTest, WithoutACopyTheLossIsNamedWithItsBytes) {
  LogWriter log(path_);
  log.Append(200, 100);
  Daemon daemon(Daemon::Following({path_}));
  daemon.WaitForCodes(log.truth());
  daemon.Stop();
  const auto read = static_cast<int64_t>(std::filesystem::file_size(path_));
  const CodeCounts counted = log.truth();
  daemon.Restart();
  daemon.WaitUntilReady();
  Freeze(daemon);
  log.Append(404, 50);
  std::filesystem::resize_file(path_, 0);
  Thaw(daemon);
  // How much was cut off nobody can know: it was never seen. That something was, must be said.
  CountsWatch watch(daemon, [&] { return log.truth(); });
  const int64_t missing = watch.ExpectMissingOnlyWithLosses(log);
  EXPECT_EQ(missing, 50) << "of a log of " << read << " bytes";
  EXPECT_EQ(Database(daemon.state_dir()).Losses("truncation").size(), 1u);
}

TEST_F(CopytruncateTest, UnderLoadWhatIsMissingIsInTheLedger) {
  constexpr int kRotations = 8;
  BusyWriter server(path_, 20'000);
  Daemon daemon(Daemon::Following({path_}));
  CountsWatch watch(daemon, [&] { return server.truth(); });
  daemon.WaitUntilReady();
  for (int i = 1; i <= kRotations; ++i) {
    watch.LookFor(absl::Milliseconds(700));
    CopyTruncate(path_, path_ + "." + std::to_string(i));
  }
  watch.LookFor(absl::Milliseconds(300));
  server.Stop();
  const int64_t lines = server.log().lines();
  const int64_t missing = watch.ExpectMissingOnlyWithLosses(server.log());
  int64_t in_no_file = lines;  // what even a reader of all files afterwards could not find
  for (const auto& entry : std::filesystem::directory_iterator(dir_.path())) {
    const std::string text = ReadFile(entry.path());
    in_no_file -= std::count(text.begin(), text.end(), '\n');
  }
  PrintFigures({{"rotations", kRotations},
                {"lines", lines},
                {"differences", missing},
                {"in_no_file", in_no_file},
                {"losses", static_cast<int64_t>(Database(daemon.state_dir()).Losses().size())}});
  // Reading at once must never do worse than reading the files afterwards.
  EXPECT_LE(missing, std::max<int64_t>(0, in_no_file) + 3);
}

}  // namespace
}  // namespace logtally::testing
