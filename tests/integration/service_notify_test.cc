// What systemd is told: ready when the first commit is done, alive while it is, and the end.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <sstream>
#include <vector>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

// The receiving end of sd_notify(3).
class NotifySocket {
 public:
  explicit NotifySocket(const std::string& path)
      : fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      ADD_FAILURE() << "bind " << path << ": " << strerror(errno);
    }
  }

  // Waits until `assignment` ("READY=1") has come `times` times from now on; all else that came
  // is kept in said().
  bool WaitFor(const std::string& assignment, int times = 1, absl::Duration patience = kPatience) {
    const absl::Duration end = SystemClock().Elapsed() + patience;
    while (times > 0) {
      const absl::Duration rest = end - SystemClock().Elapsed();
      pollfd ready = {.fd = fd_.get(), .events = POLLIN, .revents = 0};
      if (rest <= absl::ZeroDuration() ||
          poll(&ready, 1, static_cast<int>(absl::ToInt64Milliseconds(rest))) <= 0) {
        return false;
      }
      char message[4096];
      const ssize_t size = recv(fd_.get(), message, sizeof message, 0);
      std::istringstream lines(
          std::string(message, static_cast<size_t>(std::max<ssize_t>(size, 0))));
      for (std::string line; std::getline(lines, line);) {
        said_.push_back(line);
        if (line == assignment) --times;
      }
    }
    return true;
  }
  // Takes all that has come, of a process that is dead.
  void TakeWhatCame() { WaitFor("nothing", 1, absl::Milliseconds(100)); }
  const std::vector<std::string>& said() const { return said_; }

 private:
  UniqueFd fd_;
  std::vector<std::string> said_;
};

class ServiceNotifyTest : public ::testing::Test {
 protected:
  Daemon::Options Options(std::map<std::string, std::string> environment) {
    Daemon::Options options = Daemon::Following({log_.path()});
    options.environment = std::move(environment);
    options.environment["NOTIFY_SOCKET"] = socket_path_;
    return options;
  }

  TempDir dir_;
  const std::string socket_path_ = dir_ / "notify";
  NotifySocket systemd_{socket_path_};
  LogWriter log_{dir_ / "access.log"};
};

TEST_F(ServiceNotifyTest, IsReadyAfterTheFirstCommit) {
  log_.Append(200, 3);
  Daemon daemon(Options({}));
  ASSERT_TRUE(systemd_.WaitFor("READY=1")) << daemon.err();
  EXPECT_EQ(daemon.Get("/-/ready").status, 200);
  EXPECT_GE(daemon.Metrics().Sum("logtally_commit_seq"), 1);
  EXPECT_EQ(Database(daemon.state_dir()).Query("SELECT * FROM status_codes LIMIT 1").size(), 1u);
  daemon.Stop();
}

// The end of a reload is said as READY=1 too.
TEST_F(ServiceNotifyTest, AReloadBeforeTheFirstCommitDoesNotMakeItReady) {
  const std::string config = dir_ / "logtally.yaml";
  WriteFile(config, "sites:\n  - name: shop\n    paths: [" + log_.path() + "]\n");
  Daemon::Options options = Daemon::Configured(config);
  options.environment["NOTIFY_SOCKET"] = socket_path_;
  Daemon daemon(options);
  ASSERT_TRUE(systemd_.WaitFor("READY=1")) << daemon.err();
  daemon.Stop();
  ASSERT_TRUE(systemd_.WaitFor("STOPPING=1"));
  const size_t said_before = systemd_.said().size();

  const ProcessResult broken =
      RunToEnd({SystemProgram("sqlite3", "sqlite3"), Database(daemon.state_dir()).path(),
                "CREATE TRIGGER broken BEFORE UPDATE ON meta BEGIN SELECT RAISE(ABORT, 'broken'); "
                "END"});
  ASSERT_EQ(broken.exit_code, 0) << broken.err;
  daemon.Restart();
  daemon.WaitForMessage("the commit is tried again");
  daemon.Reload();
  daemon.WaitForMessage("configuration reloaded");
  EXPECT_EQ(daemon.Get("/-/ready").status, 503);
  daemon.Crash();
  systemd_.TakeWhatCame();
  for (size_t i = said_before; i < systemd_.said().size(); ++i) {
    EXPECT_NE(systemd_.said()[i], "READY=1");
  }
}

TEST_F(ServiceNotifyTest, PingsTheWatchdogWhileItWorks) {
  Daemon daemon(Options({{"WATCHDOG_USEC", "1000000"}}));
  ASSERT_TRUE(systemd_.WaitFor("READY=1")) << daemon.err();
  EXPECT_TRUE(systemd_.WaitFor("WATCHDOG=1", 3)) << ::testing::PrintToString(systemd_.said());
  daemon.Stop();
}

TEST_F(ServiceNotifyTest, DoesNotPingAWatchdogThatDoesNotExist) {
  Daemon daemon(Options({}));
  ASSERT_TRUE(systemd_.WaitFor("READY=1")) << daemon.err();
  log_.Append(200);
  daemon.WaitForCodes(log_.truth());
  daemon.Stop();
  EXPECT_TRUE(systemd_.WaitFor("STOPPING=1"));
  for (const std::string& said : systemd_.said()) EXPECT_NE(said, "WATCHDOG=1");
}

TEST_F(ServiceNotifyTest, SaysThatItStops) {
  Daemon daemon(Options({}));
  ASSERT_TRUE(systemd_.WaitFor("READY=1")) << daemon.err();
  daemon.Stop();
  EXPECT_TRUE(systemd_.WaitFor("STOPPING=1")) << ::testing::PrintToString(systemd_.said());
}

}  // namespace
}  // namespace logtally::testing
