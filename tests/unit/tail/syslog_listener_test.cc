#include "tail/syslog_listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "base/text.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using testing::TempDir;

constexpr char kHeader[] = "<190>Nov 22 18:00:00 web1 nginx: ";

// A server that logs to the listener, without ever waiting.
class Sender {
 public:
  explicit Sender(const std::string& address) {
    auto parsed = ParseSyslogAddress(address);
    EXPECT_OK(parsed);
    socket_.reset(socket(parsed->socket.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    EXPECT_EQ(connect(socket_.get(), reinterpret_cast<const sockaddr*>(&parsed->socket),
                      parsed->socket_size),
              0)
        << address << ": " << strerror(errno);
  }
  bool Send(std::string_view datagram) const {
    return send(socket_.get(), datagram.data(), datagram.size(), 0) ==
           static_cast<ssize_t>(datagram.size());
  }
  bool SendLine(std::string_view line) const { return Send(kHeader + std::string(line)); }

 private:
  UniqueFd socket_;
};

class SyslogListenerTest : public ::testing::TestWithParam<const char*> {
 protected:
  // "unix:" becomes a path in our folder.
  std::string Address() const {
    const std::string address = GetParam();
    return address == "unix:" ? address + path_ : address;
  }
  void Listen(StreamInput::Options options = {}) { Listen(Address(), options); }
  void Listen(const std::string& address, StreamInput::Options options = {}) {
    auto listener = SyslogListener::Open("site", address, options);
    ASSERT_OK(listener);
    listener_ = *std::move(listener);
  }
  std::vector<std::string> Read() {
    std::vector<std::string> texts;
    while (true) {
      LineBatch batch;
      const bool has_read = listener_->Read(batch);
      bytes_ += batch.bytes;
      for (const RawLine& line : batch.lines) {
        EXPECT_NE(line.kind, RawLine::Kind::kUnterminated);
        texts.push_back(line.kind == RawLine::Kind::kTooLong ? "<too long>"
                                                             : std::string(line.bytes));
      }
      if (!has_read) return texts;
      ++reads_;
    }
  }

  TempDir dir_;
  const std::string path_ = dir_ / "access.sock";
  std::unique_ptr<SyslogListener> listener_;
  int64_t bytes_ = 0;
  int reads_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Sockets, SyslogListenerTest,
                         ::testing::Values("udp:127.0.0.1:0", "udp:[::1]:0", "unix:"),
                         [](const auto& test) {
                           const std::string address = test.param;
                           return std::string(address.starts_with("unix")         ? "Unix"
                                              : address.find('[') == address.npos ? "Ipv4"
                                                                                  : "Ipv6");
                         });

TEST_P(SyslogListenerTest, HandsOutEachMessageWithoutItsHeader) {
  Listen();
  EXPECT_THAT(Read(), IsEmpty());
  const Sender sender(listener_->name());
  EXPECT_TRUE(sender.SendLine("one"));
  EXPECT_TRUE(sender.Send("two, without a header"));
  pollfd ready = {listener_->fd(), POLLIN, 0};
  EXPECT_EQ(poll(&ready, 1, 10'000), 1);
  EXPECT_THAT(Read(), ElementsAre("one", "two, without a header"));
  EXPECT_EQ(bytes_, static_cast<int64_t>(sizeof(kHeader) - 1 + 3 + 21));
  EXPECT_EQ(listener_->bytes_read(), bytes_);
  EXPECT_FALSE(listener_->at_end());
  EXPECT_EQ(listener_->TakeDrops(), 0);
}

TEST_P(SyslogListenerTest, LineEndsSeparateLinesAndEndThem) {
  Listen();
  const Sender sender(listener_->name());
  sender.SendLine("ended\n");
  sender.SendLine("a\r\nb\n\nc");
  sender.Send(std::string("<190>Nov 22 18:00:00 nginx: with a zero\n\0", 41));
  sender.SendLine("");
  EXPECT_THAT(Read(), ElementsAre("ended", "a", "b", "", "c", "with a zero", ""));
}

TEST_P(SyslogListenerTest, LongLinesAreRejectsNeverHalves) {
  Listen({.max_line_bytes = 1024});
  const Sender sender(listener_->name());
  sender.SendLine(std::string(1024, 'a'));
  sender.SendLine(std::string(1025, 'b'));
  sender.SendLine("short\n" + std::string(1025, 'c') + "\nshort");
  EXPECT_THAT(Read(),
              ElementsAre(std::string(1024, 'a'), "<too long>", "short", "<too long>", "short"));
  listener_->SetMaxLineBytes(2000);
  sender.SendLine(std::string(1025, 'b'));
  EXPECT_THAT(Read(), ElementsAre(std::string(1025, 'b')));
}

TEST_P(SyslogListenerTest, OneReadIsBounded) {
  Listen();
  const Sender sender(listener_->name());
  std::vector<std::string> sent;
  for (int i = 0; i < 100; ++i) {
    const std::string line = "line " + std::to_string(i);
    if (sender.SendLine(line)) sent.push_back(line);
  }
  const std::vector<std::string> read = Read();
  EXPECT_EQ(read, sent);  // a unix socket refuses more than the kernel keeps, but drops none
  EXPECT_EQ(reads_, static_cast<int>(sent.size() + 31) / 32);
}

using SyslogUdp = SyslogListenerTest;
INSTANTIATE_TEST_SUITE_P(Sockets, SyslogUdp, ::testing::Values("udp:127.0.0.1:0"),
                         [](const auto&) { return "Ipv4"; });

TEST_P(SyslogUdp, MessagesThatTheKernelDropsAreCounted) {
  Listen();
  const int small = 4096;
  ASSERT_EQ(setsockopt(listener_->fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
  const Sender sender(listener_->name());
  int64_t sent = 0;
  const auto send_many = [&] {
    for (int i = 0; i < 200; ++i) sent += sender.SendLine(std::string(200, 'x')) ? 1 : 0;
  };
  send_many();
  const int64_t drops = listener_->TakeDrops();  // before anything was read
  EXPECT_GT(drops, 0);
  EXPECT_EQ(listener_->TakeDrops(), 0);
  int64_t read = static_cast<int64_t>(Read().size());
  EXPECT_EQ(read + drops, sent);
  send_many();
  read += static_cast<int64_t>(Read().size());
  EXPECT_EQ(read + drops + listener_->TakeDrops(), sent);
}

TEST_P(SyslogUdp, AnAddressHasOneListener) {
  Listen();
  EXPECT_EQ(StdView(SyslogListener::Open("other", listener_->name(), {}).status().message()),
            "listen on " + listener_->name() + ": Address already in use");
  EXPECT_EQ(listener_->Advice(), "");
}

using SyslogUnix = SyslogListenerTest;
INSTANTIATE_TEST_SUITE_P(Sockets, SyslogUnix, ::testing::Values("unix:"),
                         [](const auto&) { return "Unix"; });

// Datagrams through unix sockets may be longer than a UDP datagram can be.
TEST_P(SyslogUnix, ADatagramThatTheKernelCutsOffEndsInALineThatIsTooLong) {
  Listen();
  const Sender sender(listener_->name());
  ASSERT_TRUE(sender.SendLine("whole\n" + std::string(100'000, 'x') + "\nlost as well"));
  EXPECT_THAT(Read(), ElementsAre("whole", "<too long>"));
}

TEST_P(SyslogUnix, ItsGroupMaySendWhateverTheUmask) {
  const mode_t before = umask(0077);
  Listen();
  umask(before);
  struct stat made;
  ASSERT_EQ(stat(path_.c_str(), &made), 0);
  EXPECT_EQ(made.st_mode, S_IFSOCK | 0660u);
}

TEST_P(SyslogUnix, TheFileIsRemovedAtTheEnd) {
  Listen();
  EXPECT_TRUE(fs::exists(path_));
  listener_.reset();
  EXPECT_FALSE(fs::exists(path_));
}

TEST_P(SyslogUnix, ASocketThatSomebodyElseHasPutThereStays) {
  Listen();
  fs::remove(path_);
  auto other = SyslogListener::Open("other", Address(), {});
  ASSERT_OK(other);
  listener_.reset();
  EXPECT_TRUE(fs::exists(path_));
}

TEST_P(SyslogUnix, ALeftoverIsReplaced) {
  {
    const SyslogAddress address = *ParseSyslogAddress(Address());
    const UniqueFd left(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(
        bind(left.get(), reinterpret_cast<const sockaddr*>(&address.socket), address.socket_size),
        0);
  }
  ASSERT_TRUE(fs::exists(path_));
  Listen();
  EXPECT_TRUE(Sender(Address()).SendLine("one"));
  EXPECT_THAT(Read(), ElementsAre("one"));
}

TEST_P(SyslogUnix, ASocketThatIsServedAndAnyOtherFileStay) {
  Listen();
  EXPECT_EQ(StdView(SyslogListener::Open("other", Address(), {}).status().message()),
            path_ + ": another process listens on this socket already");
  EXPECT_TRUE(Sender(Address()).SendLine("still served"));
  EXPECT_THAT(Read(), ElementsAre("still served"));
  testing::WriteFile(dir_ / "file", "precious");
  EXPECT_EQ(StdView(SyslogListener::Open("other", "unix:" + dir_ / "file", {}).status().message()),
            dir_ / "file" + ": is there already, and is no socket; it is not replaced");
  EXPECT_EQ(testing::ReadFile(dir_ / "file"), "precious");
}

TEST_P(SyslogUnix, WhatCannotBeOpenedIsTold) {
  const std::string address = "unix:" + dir_ / "none/access.sock";
  EXPECT_EQ(StdView(SyslogListener::Open("site", address, {}).status().message()),
            "listen on " + address + ": No such file or directory");
  EXPECT_THAT(std::string(SyslogListener::Open("site", "unix", {}).status().message()),
              StartsWith("expected an address such as "));
}

}  // namespace
}  // namespace logtally
