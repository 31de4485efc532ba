// A real nginx that sends its log by syslog instead of writing it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include <filesystem>

#include "absl/strings/str_format.h"
#include "base/unique_fd.h"
#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
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
  Nginx nginx(Nginx::Options{.syslog_server = "unix:" + path + ",tag=shop"});
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
  Nginx nginx(Nginx::Options{.syslog_server = address + ",nohostname"});
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

// A daemon that does not run for a while, as on a machine that is out of memory or suspended.
TEST(SyslogUdp, MessagesThatFindNoRoomAreLosses) {
  Daemon daemon(Daemon::Options{.args = {"--syslog", "udp:127.0.0.1:0"}, .environment = {}});
  const std::string address = daemon.WaitForSyslogPort();
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.find(':') + 1))));
  const UniqueFd sender(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(connect(sender.get(), reinterpret_cast<const sockaddr*>(&to), sizeof(to)), 0);

  kill(daemon.pid(), SIGSTOP);
  const std::string datagram = "<190>Nov 22 18:00:00 nginx: " + CombinedLine(404);
  constexpr int kSent = 50'000;
  for (int i = 0; i < kSent; ++i) {
    ASSERT_EQ(send(sender.get(), datagram.data(), datagram.size(), 0),
              static_cast<ssize_t>(datagram.size()));
  }
  kill(daemon.pid(), SIGCONT);
  double counted = 0, lost = 0;
  const std::string losses = "logtally_losses_total{site=\"default\",cause=\"dropped\"}";
  EXPECT_TRUE(WaitUntil([&] {
    const MetricsPage page = daemon.Metrics();
    counted = static_cast<double>(page.ResponsesByCode()["404"]);
    lost = page.Value(losses).value_or(0);
    return counted + lost >= kSent;
  }));
  EXPECT_EQ(counted + lost, kSent) << counted << " counted, " << lost << " lost";
  EXPECT_GT(counted, 0);
  EXPECT_GT(lost, 0);
  daemon.WaitForMessage("messages came faster than they were read");
  // The losses are as durable as the counts.
  daemon.Crash();
  daemon.Restart();
  daemon.WaitForMetric(losses, lost);
}

TEST(SyslogUdp, AWrongAddressIsTold) {
  const ProcessResult result = RunLogtally({"serve", "--syslog", "tcp:127.0.0.1:514"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err,
              ::testing::HasSubstr("--syslog: expected an address such as udp:127.0.0.1:5140"));
}

}  // namespace
}  // namespace logtally::testing
