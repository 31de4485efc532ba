// ext4 gives the inode of a deleted log to the next one at once: an inode is no identity.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "testing/counts_watch.h"
#include "testing/daemon.h"
#include "testing/figures.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

uint64_t InodeOf(const std::string& path) {
  struct stat status = {};
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status.st_ino;
}

// Rotates, deletes and creates while the daemon is down, `rounds` times; the new log is `lines(i)`
// long.
template <typename Lines>
void Reuse(int rounds, Lines lines) {
  TempDir dir;
  const std::string path = dir / "access.log";
  CodeCounts truth;
  Daemon::Options options = Daemon::Following({path});
  options.starts_at_once = false;
  Daemon daemon(options);
  CountsWatch watch(daemon, [&] { return truth; });
  int reused = 0;
  uint64_t inode = 0;
  for (int i = 0; i < rounds; ++i) {
    SCOPED_TRACE("round " + std::to_string(i));
    std::filesystem::remove(path);
    LogWriter log(path);
    log.AppendDistinct(i % 2 == 0 ? 200 : 404, lines(i));
    for (const auto& [code, count] : log.truth()) truth[code] += count;
    reused += InodeOf(path) == std::exchange(inode, InodeOf(path));
    daemon.Restart();
    daemon.WaitForCodes(truth);
    watch.Look();
    if (i % 2 == 0) {
      daemon.Crash();
    } else {
      daemon.Stop();
    }
    if (::testing::Test::HasFailure()) return;
  }
  daemon.Restart();
  // A log that was deleted while nobody looked may have had more in it: the ledger may say so.
  const int64_t differences = watch.ExpectAllCounted(0, Ledger::kAnything);
  PrintFigures({{"rounds", rounds},
                {"inodes_reused", reused},
                {"lines", Total(truth)},
                {"differences", differences}});
}

TEST(InodeReuse, ANewLogOfTheSameInodeIsANewLog) {
  Reuse(20, [](int i) { return 3 + i % 5; });
}

TEST(InodeReuse, ANewLogOfTheSameInodeThatIsLongerIsANewLog) {
  Reuse(20, [](int i) { return 3 + i; });
}

TEST(InodeReuse, ANewLogOfTheSameInodeAndSizeIsANewLog) {
  Reuse(20, [](int) { return 5; });
}

}  // namespace
}  // namespace logtally::testing
