// Whatever stands in a log: every line is counted or rejected, and memory stays small.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <random>

#include "base/unique_fd.h"
#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
#include "testing/process_usage.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

class HostileLinesTest : public ::testing::Test {
 protected:
  void Append(std::string bytes) {
    bytes += '\n';
    lines_ += std::count(bytes.begin(), bytes.end(), '\n');
    log_.AppendRaw(bytes);
  }

  // Waits until all lines are accounted for.
  void WaitForAllLines(Daemon& daemon) {
    double accounted = 0;
    EXPECT_TRUE(WaitUntil([&] {
      const std::optional<MetricsPage> page = daemon.MetricsIfServed();
      if (page) accounted = page->Sum("logtally_lines_total");
      return accounted == static_cast<double>(lines_);
    })) << accounted
        << " lines of " << lines_ << " are accounted for; the daemon wrote:\n"
        << daemon.err();
  }

  TempDir dir_;
  LogWriter log_{dir_ / "access.log"};
  int64_t lines_ = 0;
};

TEST_F(HostileLinesTest, EveryLineOfBinaryGarbageIsAccountedFor) {
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) {
    std::string garbage(random() % 400, '\0');
    for (char& c : garbage) c = static_cast<char>(random());
    Append(garbage);
  }
  Daemon daemon(Daemon::Following({log_.path()}));
  WaitForAllLines(daemon);
  const MetricsPage page = daemon.Metrics();
  EXPECT_EQ(page.Sum("logtally_lines_total", {{"result", "counted"}}),
            page.Sum("logtally_http_responses_total"));
  EXPECT_EQ(page.Sum("logtally_lines_total", {{"result", "rejected"}}),
            page.Sum("logtally_lines_rejected_total"));
  daemon.Stop();
}

TEST_F(HostileLinesTest, OddButReadableLinesAreCounted) {
  Append(CombinedLine(404) + "\r");
  Append(CombinedLine(200, "/caf\xe9/\xff\xfe"));
  Append(CombinedLine(200, std::string("/nul\0byte", 9)));
  Append(CombinedLine(414, "/" + std::string(8 << 10, 'a')));
  Append(CombinedLine(783));
  Append(CombinedLine(0));
  Append(CombinedLine(9));
  Append("192.0.2.7 - - [10/Oct/2023:13:55:36 +0000] \"\\x16\\x03\\x01\" 400 157 \"-\" \"-\"");
  Daemon daemon(Daemon::Following({log_.path()}));
  daemon.WaitForCodes(
      {{"000", 1}, {"009", 1}, {"200", 2}, {"400", 1}, {"404", 1}, {"414", 1}, {"other", 1}});
  EXPECT_EQ(daemon.Metrics().Sum("logtally_lines_total"), static_cast<double>(lines_));
  daemon.Stop();
}

TEST_F(HostileLinesTest, WhatIsNoRecordIsRejectedByItsReason) {
  Append(CombinedLine(200));
  Append("");
  Append(std::string(300, '\0'));
  Append("Segmentation fault (core dumped)");
  Append("192.0.2.7 - - [10/Oct/2023:13:55:36 +0000] \"GET / HTTP/1.1\" - 0 \"-\" \"-\"");
  Append(std::string(100 << 10, 'x'));
  Daemon daemon(Daemon::Following({log_.path()}));
  WaitForAllLines(daemon);
  EXPECT_EQ(daemon.Metrics().SumBy("logtally_lines_rejected_total", "reason"),
            (std::map<std::string, int64_t>{
                {"empty", 2}, {"no_match", 1}, {"no_status", 1}, {"too_long", 1}}));
  daemon.Stop();
}

TEST_F(HostileLinesTest, ALineThatIsTooLongIsInTheLedger) {
  Append(CombinedLine(200));
  constexpr int64_t kBytes = 100 << 10;
  Append(std::string(kBytes, 'x'));
  Append(CombinedLine(404));
  Daemon daemon(Daemon::Following({log_.path()}));
  daemon.WaitForCodes({{"200", 1}, {"404", 1}});
  WaitForAllLines(daemon);
  EXPECT_EQ(
      daemon.Metrics().Sum("logtally_losses_total", {{"site", "default"}, {"cause", "too_long"}}),
      1);
  daemon.Stop();
  const std::vector<Loss> losses = Database(daemon.state_dir()).Losses();
  ASSERT_EQ(losses.size(), 1u);
  EXPECT_EQ(losses[0].cause, "too_long");
  EXPECT_EQ(losses[0].lines, 1);
  EXPECT_NEAR(static_cast<double>(losses[0].bytes), static_cast<double>(kBytes), 1);
}

// What a writer without O_APPEND leaves behind a truncation, with the first line at its end.
TEST_F(HostileLinesTest, TheLineBehindAHoleOfZeroesIsCounted) {
  int holes = 0;
  for (const int64_t hole : {10, 5000, 70'000, 200'000, 3'000'000}) {
    Append(CombinedLine(200));
    log_.AppendRaw(std::string(hole, '\0'));
    Append(CombinedLine(404));
    ++holes;
  }
  Daemon daemon(Daemon::Following({log_.path()}));
  daemon.WaitForCodes({{"200", holes}, {"404", holes}});
  EXPECT_EQ(daemon.Metrics().Sum("logtally_lines_total", {{"result", "rejected"}}), 0);
  daemon.Stop();
  const std::vector<Loss> losses = Database(daemon.state_dir()).Losses();
  int64_t bytes = 0;
  for (const Loss& loss : losses) {
    EXPECT_EQ(loss.cause, "nul_hole");
    bytes += loss.bytes;
  }
  EXPECT_GE(bytes, 3'270'000) << "of the holes longer than a line may be";
}

TEST_F(HostileLinesTest, AWriterWithoutAppendLosesNothingBehindATruncation) {
  const std::string path = dir_ / "plain.log";
  const UniqueFd fd(open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
  const auto write_lines = [&](int code, int count) {
    std::string lines;
    for (int i = 0; i < count; ++i) lines += CombinedLine(code) + "\n";
    ASSERT_EQ(write(fd.get(), lines.data(), lines.size()), static_cast<ssize_t>(lines.size()));
  };
  write_lines(200, 2000);
  Daemon daemon(Daemon::Following({path}));
  daemon.WaitForCodes({{"200", 2000}});
  ASSERT_EQ(ftruncate(fd.get(), 0), 0);
  write_lines(404, 10);  // at its old offset: zeroes come first
  daemon.WaitForCodes({{"200", 2000}, {"404", 10}});
  daemon.Stop();
  EXPECT_FALSE(Database(daemon.state_dir()).Losses("nul_hole").empty());
}

TEST_F(HostileLinesTest, LinesOfAMebibyteDoNotGrowMemory) {
  for (int i = 0; i < 150; ++i) {
    Append(std::string(1 << 20, i % 2 == 0 ? 'x' : '\0'));
    Append(CombinedLine(200));
  }
  // And one without an end, which is no line yet.
  log_.AppendRaw(std::string(50 << 20, 'y'));
  Daemon daemon(Daemon::Following({log_.path()}));
  WaitForAllLines(daemon);
  daemon.WaitForCodes({{"200", 150}});
  EXPECT_LT(PeakMemoryBytes(daemon.pid()), kMemoryLimitBytes);
  EXPECT_LT(daemon.Metrics().Sum("process_resident_memory_bytes"),
            static_cast<double>(kMemoryLimitBytes));
  daemon.Stop();
}

TEST_F(HostileLinesTest, ANewTargetInEveryLineDoesNotGrowMemory) {
  std::string lines;
  for (int i = 0; i < 200'000; ++i) {
    lines += CombinedLine(404, "/" + std::to_string(i) + "/no/such/page") + "\n";
  }
  log_.AppendRaw(lines);
  Daemon daemon(Daemon::Following({log_.path()}));
  daemon.WaitForCodes({{"404", 200'000}});
  EXPECT_LT(PeakMemoryBytes(daemon.pid()), kMemoryLimitBytes);
  daemon.Stop();
}

TEST_F(HostileLinesTest, LoggenAndTheDaemonAgreeOnOddLines) {
  const ProcessResult made =
      RunToEnd({LOGTALLY_LOGGEN, "--lines", "20000", "--odd", "200", "--start", "now-1h", "-o",
                dir_ / "odd.log", "--truth", dir_ / "truth.tsv"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const Truth truth = ReadTruth(dir_ / "truth.tsv");
  Daemon daemon(Daemon::Following({dir_ / "odd.log"}));
  daemon.WaitForCodes(AsLabels(truth.codes));
  EXPECT_EQ(daemon.Metrics().Sum("logtally_lines_total", {{"result", "rejected"}}),
            static_cast<double>(truth.rejected));
  daemon.Stop();
}

}  // namespace
}  // namespace logtally::testing
