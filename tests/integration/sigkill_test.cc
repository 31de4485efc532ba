// kill -9 at any moment under a writer: no line is lost, none is counted twice, and no scrape ever
// sees a counter fall.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <random>
#include <thread>

#include "absl/time/clock.h"
#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

constexpr int kRounds = 20;

// Writes lines of several codes, in bursts, and rotates now and then, until it is stopped.
class BusyServer {
 public:
  explicit BusyServer(const std::string& path) : log_(path), thread_([this] { Run(); }) {}
  ~BusyServer() { Stop(); }

  void Stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  CodeCounts truth() const {
    std::lock_guard lock(mutex_);
    return log_.truth();
  }

 private:
  void Run() {
    static constexpr int kCodes[] = {200, 200, 200, 304, 404, 500, 499, 503};
    std::mt19937 random(7);
    int rotations = 0;
    for (int turn = 1; !stop_; ++turn) {
      {
        std::lock_guard lock(mutex_);
        log_.Append(kCodes[random() % std::size(kCodes)], 1 + static_cast<int>(random() % 20));
        if (turn % 1500 == 0) {
          log_.Rename(log_.path() + "." + std::to_string(++rotations));
          log_.Append(502, 3);
          log_.Reopen();
        }
      }
      absl::SleepFor(absl::Milliseconds(1));  // the pace of the load, not a wait for anything
    }
  }

  mutable std::mutex mutex_;
  LogWriter log_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

TEST(Sigkill, LosesNothingAndCountsNothingTwice) {
  TempDir dir;
  BusyServer server(dir / "access.log");
  Daemon daemon(Daemon::Following({dir / "access.log"}));
  const Database database(daemon.state_dir());
  std::mt19937 random(20240610);
  MetricsPage last;
  int scrapes = 0;

  for (int round = 1; round <= kRounds; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    // Scrapes until a random moment of the daemon's life, its start included.
    const absl::Time end = absl::Now() + absl::Milliseconds(random() % 1800);
    while (absl::Now() < end) {
      std::optional<MetricsPage> page = daemon.MetricsIfServed();
      if (!page) continue;
      ++scrapes;
      ASSERT_EQ(DurableCountersThatFell(last, *page), std::vector<std::string>());
      ASSERT_TRUE(IsWithin(page->ResponsesByCode(), server.truth())) << "counted too much";
      last = *std::move(page);
    }
    daemon.Crash();
    ASSERT_TRUE(IsWithin(last.ResponsesByCode(), database.ResponsesByCode()))
        << "what was shown was not durable";
    ASSERT_TRUE(IsWithin(database.ResponsesByCode(), server.truth())) << "stored too much";
    daemon.Restart();
    if (HasFatalFailure() || HasNonfatalFailure()) return;
  }

  server.Stop();
  daemon.WaitForCodes(server.truth());
  EXPECT_GT(scrapes, kRounds) << "too few scrapes to prove anything";
  EXPECT_EQ(DurableCountersThatFell(last, daemon.Metrics()), std::vector<std::string>());
  daemon.Stop();
  EXPECT_EQ(database.ResponsesByCode(), server.truth());
  EXPECT_EQ(database.Value("PRAGMA integrity_check"), "ok");
}

}  // namespace
}  // namespace logtally::testing
