// A real nginx that sends its log by syslog instead of writing it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_format.h"
#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/nginx.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

// Fewer at once than a unix socket keeps by default (net.unix.max_dgram_qlen is 10): nginx drops
// what it cannot send, and nobody can count that.
void GetEach(const Nginx& nginx, std::initializer_list<int> statuses) {
  for (const int status : statuses) {
    EXPECT_EQ(HttpGet(nginx.url(), absl::StrFormat("/%d", status)).status, status);
  }
}

// nginx answers first and logs then: its own log has to be looked at again and again, too.
void WaitForWhatNginxLogged(Daemon& daemon, const Nginx& nginx) {
  CodeCounts counted, truth;
  EXPECT_TRUE(WaitUntil([&] {
    truth = nginx.Truth();
    counted = daemon.Metrics().ResponsesByCode("shop");
    return !truth.empty() && counted == truth;
  })) << ::testing::PrintToString(counted)
      << ", not " << ::testing::PrintToString(truth) << "\n"
      << daemon.err();
}

TEST(SyslogUnixSocket, CountsWhatNginxSends) {
  TempDir dir;
  const std::string path = dir / "access.sock";
  WriteFile(dir / "logtally.yaml",
            absl::StrFormat("sites:\n  - name: shop\n    syslog: [\"unix:%s\"]\n", path));
  Daemon daemon(Daemon::Configured(dir / "logtally.yaml"));
  daemon.WaitForMessage("taking syslog messages for site shop");
  Nginx nginx("unix:" + path + ",tag=shop");
  WaitForWhatNginxLogged(daemon, nginx);  // what the start of nginx took
  GetEach(nginx, {200, 404, 404, 503, 301, 204});
  WaitForWhatNginxLogged(daemon, nginx);

  // A restart: the old socket is replaced, also if nobody could clean up.
  daemon.Crash();
  EXPECT_TRUE(std::filesystem::exists(path));
  daemon.Restart();
  daemon.WaitForMessage("taking syslog messages for site shop");
  const CodeCounts before = nginx.Truth();
  // nginx notices by a message that it loses.
  CodeCounts counted;
  EXPECT_TRUE(WaitUntil([&] {
    GetEach(nginx, {403});
    counted = daemon.Metrics().ResponsesByCode("shop");
    return counted["403"] > 0;
  }));
  EXPECT_TRUE(IsWithin(before, counted));
  EXPECT_TRUE(IsWithin(counted, nginx.Truth()));
  daemon.Stop();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(SyslogUdp, CountsWhatNginxSendsAndWhatTheKernelDrops) {
  Daemon daemon(Daemon::Options{.args = {"--syslog", "udp:127.0.0.1:0"}, .environment = {}});
  const std::string address = daemon.WaitForSyslogPort();
  Nginx nginx(address + ",nohostname");
  Wrk load(nginx.url(), absl::Seconds(1), 16);
  load.Wait();
  nginx.Quit();
  const CodeCounts truth = nginx.Truth();
  ASSERT_GT(Total(truth), 1000) << "too little load to prove anything";

  int64_t counted = 0, dropped = 0;
  EXPECT_TRUE(WaitUntil([&] {
    const MetricsPage page = daemon.Metrics();
    counted = static_cast<int64_t>(page.Sum("logtally_lines_total", {{"result", "counted"}}));
    dropped = static_cast<int64_t>(page.Sum("logtally_losses_total", {{"cause", "dropped"}}));
    return counted + dropped >= Total(truth);
  }));
  EXPECT_EQ(counted + dropped, Total(truth)) << dropped << " dropped";
  EXPECT_TRUE(IsWithin(daemon.Metrics().ResponsesByCode(), truth));
  EXPECT_EQ(daemon.Metrics().Sum("logtally_lines_total", {{"result", "rejected"}}), 0);
  if (dropped == 0) {
    daemon.Stop();
    EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), truth);
  }
}

TEST(SyslogUdp, AWrongAddressIsTold) {
  const ProcessResult result = RunLogtally({"serve", "--syslog", "tcp:127.0.0.1:514"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err,
              ::testing::HasSubstr("--syslog: expected an address such as udp:127.0.0.1:5140"));
}

}  // namespace
}  // namespace logtally::testing
