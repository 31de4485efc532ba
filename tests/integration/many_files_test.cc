// Ten thousand logs with few descriptors: every line counts, and looking at idle logs is cheap.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "absl/time/clock.h"
#include "testing/counts_watch.h"
#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/figures.h"
#include "testing/log_writer.h"
#include "testing/process_usage.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

#if defined(__SANITIZE_THREAD__)
// Every step takes ten times as long, and no more threads meet for more logs.
constexpr int kLogs = 2'000;
#else
constexpr int kLogs = 10'000;
#endif
constexpr int kActive = 100;
constexpr int kDescriptors = 256;

// Processor time, user and system.
absl::Duration CpuTime(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  int64_t user = 0, system = 0;
  fields >> user >> system;
  return absl::Seconds(static_cast<double>(user + system) /
                       static_cast<double>(sysconf(_SC_CLK_TCK)));
}

TEST(ManyFiles, FarMoreLogsThanDescriptorsAreCounted) {
  // The daemon inherits it. Each test runs in a process of its own (ctest).
  const rlimit few = {kDescriptors, kDescriptors};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  TempDir dir;
  CodeCounts truth;
  const auto log = [&](int i) { return dir / ("site-" + std::to_string(i) + ".log"); };
  for (int i = 0; i < kLogs; ++i) {
    AppendFile(log(i), CombinedLine(200, "/" + std::to_string(i)) + "\n");
    ++truth["200"];
  }
  Daemon daemon(Daemon::Following({dir / "*.log"}));
  daemon.WaitForCodes(truth);
  EXPECT_LE(OpenFiles(daemon.pid()), kDescriptors);

  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < kActive; ++i) {
      AppendFile(log(i * (kLogs / kActive)), CombinedLine(404, "/" + std::to_string(round)) + "\n");
      ++truth["404"];
    }
    absl::SleepFor(absl::Milliseconds(50));  // the pace of the load
  }
  daemon.WaitForCodes(truth);

  // All active ones are rotated at once, and written to late.
  for (int i = 0; i < kActive; ++i) {
    const std::string path = log(i * (kLogs / kActive));
    ASSERT_EQ(std::rename(path.c_str(), (path + ".1").c_str()), 0);
    AppendFile(path + ".1", CombinedLine(500, "/late") + "\n");
    AppendFile(path, CombinedLine(503, "/new") + "\n");
    ++truth["500"];
    ++truth["503"];
  }
  daemon.WaitForCodes(truth);

  // Idle: what the looks alone cost.
  const absl::Duration before = CpuTime(daemon.pid());
  constexpr absl::Duration kSpan = absl::Seconds(5);
  absl::SleepFor(kSpan);  // the time over which it is measured
  const double share = absl::FDivDuration(CpuTime(daemon.pid()) - before, kSpan);
  // 5 % is the aim of a release build; this one may be a sanitizer's.
  EXPECT_LT(share, 0.5);
  EXPECT_LE(OpenFiles(daemon.pid()), kDescriptors);

  daemon.Crash();
  daemon.Restart();
  daemon.WaitForCodes(truth);
  daemon.Stop();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), truth);
  PrintFigures({{"logs", kLogs},
                {"active", kActive},
                {"descriptors", kDescriptors},
                {"idle_cpu_permille", static_cast<int64_t>(share * 1000)},
                {"lines", Total(truth)},
                {"differences", 0}});
}

}  // namespace
}  // namespace logtally::testing
