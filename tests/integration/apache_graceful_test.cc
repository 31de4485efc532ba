// A real Apache, rotated with graceful restarts: its old processes end with their last response,
// and log it to the renamed file long after the new ones have begun the next.
#include <gtest/gtest.h>

#include <filesystem>

#include "testing/apache.h"
#include "testing/counts_watch.h"
#include "testing/daemon.h"
#include "testing/figures.h"
#include "testing/http.h"
#include "testing/logrotate.h"
#include "testing/nginx.h"

namespace logtally::testing {
namespace {

TEST(ApacheGraceful, CountsTheResponsesThatEndAfterTheRotation) {
  Apache apache;
  Logrotate logrotate(apache.access_log(), {"create 0644", "compress", "delaycompress"},
                      apache.reopen_command());
  Daemon daemon(Daemon::Following({apache.access_log()}));
  daemon.WaitUntilReady();
  CountsWatch watch(daemon, [&] { return apache.Truth(); });

  constexpr int kRotations = 3;
  Wrk load(apache.url(), absl::Seconds(5), 4);
  std::vector<std::unique_ptr<SlowClient>> late;
  for (int i = 0; i < kRotations; ++i) {
    watch.LookFor(absl::Milliseconds(700));
    late.push_back(std::make_unique<SlowClient>(apache.port()));
    logrotate.Rotate();
    // The new processes have opened the new file when it grows. On a busy machine the load may be
    // over by then: so one more request a look.
    EXPECT_TRUE(WaitUntil([&] {
      watch.Look();
      HttpGet(apache.url(), "/200");
      return std::filesystem::file_size(apache.access_log()) > 0;
    })) << "Apache did not reopen its log";
  }
  load.Wait();
  for (const auto& client : late) client->Finish();
  apache.Quit();

  const CodeCounts truth = apache.Truth();
  EXPECT_GT(Total(truth), 1000) << "too little load to prove anything";
  const int64_t differences = watch.ExpectAllCounted();
  PrintFigures({{"rotations", logrotate.rotations()},
                {"late", kRotations},
                {"lines", Total(truth)},
                {"differences", differences},
                {"looks", watch.looks()}});
}

}  // namespace
}  // namespace logtally::testing
