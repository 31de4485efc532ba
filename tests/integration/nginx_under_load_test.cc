// A real nginx under a real load, rotated in the middle of it.
#include <gtest/gtest.h>

#include <filesystem>

#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/nginx.h"

namespace logtally::testing {
namespace {

TEST(NginxUnderLoad, CountsEveryResponseOnceAcrossARotation) {
  Nginx nginx;
  Daemon daemon(Daemon::Following({nginx.access_log()}));
  daemon.WaitUntilReady();

  Wrk load(nginx.url(), absl::Seconds(3), 16);
  ASSERT_TRUE(WaitUntil([&] { return std::filesystem::file_size(nginx.access_log()) > 100'000; }))
      << "the load does not reach nginx";
  nginx.Rotate();
  load.Wait();
  nginx.Quit();

  const CodeCounts truth = nginx.Truth();
  ASSERT_GT(Total(truth), 5000) << "too little load to prove anything";
  EXPECT_GT(std::filesystem::file_size(nginx.access_log()), 0u) << "nothing after the rotation";
  daemon.WaitForCodes(truth);
  daemon.WaitForMetric("logtally_rotations_total{site=\"default\"}", 1);
  EXPECT_EQ(daemon.Metrics().Sum("logtally_lines_total", {{"result", "rejected"}}), 0);
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), truth);
  daemon.Stop();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), truth);
}

}  // namespace
}  // namespace logtally::testing
