// A log that cannot be read is a warning and a metric, never the end of the daemon.
#include <gtest/gtest.h>

#include <filesystem>

#include "testing/daemon.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

constexpr std::string_view kFailing = "logtally_logs{site=\"default\",state=\"failing\"}";

TEST(MissingLog, IsWarnedOfAndCountedOnceItAppears) {
  TempDir dir;
  const std::string path = dir / "later.log";
  Daemon daemon(Daemon::Following({path}));
  daemon.WaitForMessage("warning: ");
  daemon.WaitForMessage(path);
  daemon.WaitForMetric(kFailing, 1);

  LogWriter log(path);
  log.Append(200, 3);
  daemon.WaitForCodes(log.truth());
  daemon.WaitForMetric(kFailing, 0);
  daemon.Stop();
}

TEST(MissingLog, AFolderThatAppearsLaterIsNoticedToo) {
  TempDir dir;
  const std::string path = dir / "nginx/access.log";
  Daemon daemon(Daemon::Following({path}));
  daemon.WaitForMetric(kFailing, 1);
  std::filesystem::create_directory(dir / "nginx");
  LogWriter log(path);
  log.Append(404, 2);
  daemon.WaitForCodes(log.truth());
  daemon.Stop();
}

TEST(MissingLog, OneBadLogDoesNotStopTheOthers) {
  TempDir dir;
  LogWriter good(dir / "good.log");
  good.Append(200, 5);
  // Neither can be read by anyone, root included.
  std::filesystem::create_directory(dir / "folder.log");
  std::filesystem::create_symlink("loop.log", dir / "loop.log");
  Daemon daemon(Daemon::Following({dir / "folder.log", dir / "loop.log", good.path()}));
  daemon.WaitForCodes(good.truth());
  daemon.WaitForMetric(kFailing, 2);
  daemon.WaitForMessage(dir / "folder.log");
  daemon.WaitForMessage(dir / "loop.log");
  daemon.Stop();
}

TEST(MissingLog, IsSaidOnceAndNotAtEveryLook) {
  TempDir dir;
  LogWriter good(dir / "good.log");
  const std::string path = dir / "missing.log";
  Daemon daemon(Daemon::Following({path, good.path()}));
  daemon.WaitForMetric(kFailing, 1);
  // Three commits, a second apart: the missing log was looked for again in between.
  for (int i = 0; i < 3; ++i) {
    good.Append(200);
    daemon.WaitForCodes(good.truth());
  }
  const std::string err = daemon.err();
  const std::string warning = "warning: " + path;
  const size_t first = err.find(warning);
  ASSERT_NE(first, std::string::npos) << err;
  EXPECT_EQ(err.find(warning, first + 1), std::string::npos) << err;
  EXPECT_EQ(err.find(path + ": the lines look like"), std::string::npos) << err;
  daemon.Stop();
}

}  // namespace
}  // namespace logtally::testing
