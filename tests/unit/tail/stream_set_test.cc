#include "tail/stream_set.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/unique_fd.h"
#include "tail/syslog_address.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TempDir;

class StreamSetTest : public ::testing::Test {
 protected:
  // A pass as the tailer makes it: FIFOs of the given paths, then the rest.
  void Pass(const std::vector<std::string>& fifos = {}) {
    troubles_.BeginPass();
    for (const std::string& path : fifos) streams_.NoteFifo("site", path, *StatPath(path));
    streams_.Reconcile();
    troubles_.EndPass();
  }
  void Use(std::vector<std::string> addresses) {
    streams_.Use({{.site = "site", .patterns = {}, .streams = std::move(addresses)}}, {});
  }
  std::string Fifo(const std::string& name) {
    EXPECT_EQ(mkfifo((dir_ / name).c_str(), 0600), 0);
    return dir_ / name;
  }
  static UniqueFd WriteToFifo(const std::string& path, std::string_view bytes) {
    UniqueFd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK));
    EXPECT_EQ(write(fd.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    return fd;
  }
  static void SendTo(const std::string& address, std::string_view datagram) {
    const SyslogAddress parsed = *ParseSyslogAddress(address);
    const UniqueFd fd(socket(parsed.socket.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(sendto(fd.get(), datagram.data(), datagram.size(), 0,
                     reinterpret_cast<const sockaddr*>(&parsed.socket), parsed.socket_size),
              static_cast<ssize_t>(datagram.size()));
  }
  // "name of the input: line", one batch a row.
  std::vector<std::string> Read() {
    std::vector<std::string> rows;
    while (true) {
      LineBatch batch;
      if (!streams_.Read(batch)) return rows;
      std::string row = NameOf(std::string(batch.path)) + ":";
      for (const RawLine& line : batch.lines) {
        row += " " + (line.kind == RawLine::Kind::kWhole ? std::string(line.bytes) : "<reject>");
      }
      EXPECT_EQ(batch.site, "site");
      rows.push_back(std::move(row));
    }
  }
  std::string NameOf(std::string path) const {
    if (const size_t at = path.find(dir_.path() + "/"); at != std::string::npos) {
      path.erase(at, dir_.path().size() + 1);
    }
    return path;
  }
  std::vector<std::string> Notices() {
    std::vector<std::string> texts;
    for (const TailNotice& notice : notices_) texts.push_back(NameOf(notice.text));
    notices_.clear();
    return texts;
  }
  std::vector<FollowedFile> Rows() const {
    std::vector<FollowedFile> rows;
    streams_.AppendRows(rows);
    return rows;
  }
  size_t Wakers() const {
    std::vector<pollfd> wakers;
    streams_.AppendWakers(wakers);
    return wakers.size();
  }

  TempDir dir_;
  FileIndex next_index_ = 7;
  std::vector<TailNotice> notices_;
  PathTroubles troubles_{notices_};
  StreamSet streams_{next_index_, troubles_, notices_};
};

TEST_F(StreamSetTest, WithoutStreamsThereIsNothingToDo) {
  Use({});
  Pass();
  EXPECT_THAT(Read(), IsEmpty());
  EXPECT_TRUE(streams_.AtEnd());
  EXPECT_EQ(Wakers(), 0u);
  EXPECT_THAT(Notices(), IsEmpty());
}

TEST_F(StreamSetTest, ReadsSocketsAndFifosInTurns) {
  Use({"udp:127.0.0.1:0"});
  const std::string fifo = Fifo("access.fifo");
  Pass({fifo});
  const std::vector<FollowedFile> rows = Rows();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].index, 7u);
  EXPECT_EQ(rows[1].index, 8u);
  const std::string udp = rows[0].path;
  EXPECT_THAT(udp, HasSubstr("udp:127.0.0.1:"));
  EXPECT_EQ(Wakers(), 2u);
  EXPECT_FALSE(streams_.AtEnd());
  EXPECT_EQ(Notices()[1], "access.fifo: is a FIFO; reading it for site site");
  SendTo(udp, "1");
  const UniqueFd writer = WriteToFifo(fifo, "a\n");
  EXPECT_THAT(Read(), ElementsAre(udp + ": 1", "access.fifo: a"));
  SendTo(udp, "2");
  LineBatch batch;
  EXPECT_TRUE(streams_.Read(batch));
  SendTo(udp, "3");
  EXPECT_EQ(write(writer.get(), "b\n", 2), 2);
  EXPECT_THAT(Read(), ElementsAre("access.fifo: b", udp + ": 3"));
  EXPECT_EQ(Rows()[1].offset, 4);
  EXPECT_EQ(Rows()[1].size, 4);
}

TEST_F(StreamSetTest, StreamsThatAreStillNamedStayAsTheyAre) {
  const std::string address = "unix:" + dir_ / "a.sock";
  Use({address, "unix:" + dir_ / "b.sock"});
  const std::string fifo = Fifo("access.fifo");
  Pass({fifo});
  SendTo(address, "sent before");
  const UniqueFd writer = WriteToFifo(fifo, "half ");
  Read();
  SendTo(address, "sent before the change");
  Use({address});
  Pass({fifo});
  EXPECT_FALSE(std::filesystem::exists(dir_ / "b.sock"));
  EXPECT_EQ(write(writer.get(), "a line\n", 7), 7);
  EXPECT_THAT(Read(), ::testing::UnorderedElementsAre("unix:a.sock: sent before the change",
                                                      "access.fifo: half a line"));
  EXPECT_EQ(Rows()[0].index, 7u);
}

TEST_F(StreamSetTest, WhatCannotBeOpenedIsToldOnceAndTriedAgain) {
  const std::string address = "unix:" + dir_ / "run/a.sock";
  Use({address});
  Pass();
  Pass();
  EXPECT_EQ(Notices().size(), 1u);
  ASSERT_EQ(troubles_.current().size(), 1u);
  EXPECT_THAT(troubles_.current().begin()->second.text, HasSubstr("No such file or directory"));
  EXPECT_THAT(Rows(), IsEmpty());
  EXPECT_FALSE(streams_.AtEnd());
  std::filesystem::create_directory(dir_ / "run");
  Pass();
  EXPECT_EQ(Rows().size(), 1u);
  EXPECT_THAT(troubles_.current(), IsEmpty());
}

TEST_F(StreamSetTest, AFifoThatIsReplacedIsReadToItsEndAndThenTheNewOne) {
  const std::string fifo = Fifo("access.fifo");
  Use({});
  Pass({fifo});
  const UniqueFd old_writer = WriteToFifo(fifo, "old\n");
  ASSERT_EQ(std::rename(fifo.c_str(), (dir_ / "old.fifo").c_str()), 0);
  Fifo("access.fifo");
  Pass({fifo});
  const UniqueFd writer = WriteToFifo(fifo, "new\n");
  EXPECT_THAT(Read(), ElementsAre("access.fifo: old", "access.fifo: new"));
  Read();
  Pass({fifo});
  EXPECT_EQ(Rows().size(), 1u);
  EXPECT_EQ(Rows()[0].index, 8u);
  std::filesystem::remove(fifo);
  Pass();
  Read();
  Pass();
  EXPECT_THAT(Rows(), IsEmpty());
  EXPECT_TRUE(streams_.AtEnd());
}

TEST_F(StreamSetTest, DropsAreLossesAndTold) {
  Use({"udp:127.0.0.1:0"});
  Pass();
  Notices();
  std::vector<pollfd> wakers;
  streams_.AppendWakers(wakers);
  const int small = 4096;
  ASSERT_EQ(setsockopt(wakers[0].fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
  EXPECT_THAT(streams_.TakeLosses(absl::FromUnixSeconds(1000)), IsEmpty());
  for (int i = 0; i < 100; ++i) SendTo(Rows()[0].path, std::string(200, 'x'));
  const std::vector<Loss> losses = streams_.TakeLosses(absl::FromUnixSeconds(1060));
  LineBatch batch;
  while (streams_.Read(batch)) continue;
  const int64_t dropped = 100 - static_cast<int64_t>(batch.lines.size());
  ASSERT_EQ(losses.size(), 1u);
  EXPECT_EQ(losses[0].site, "site");
  EXPECT_EQ(losses[0].cause, LossCause::kDropped);
  EXPECT_EQ(losses[0].path, Rows()[0].path);
  EXPECT_EQ(losses[0].tally,
            (LossTally{.losses = dropped, .lines = dropped, .from_unix = 1000, .to_unix = 1060}));
  EXPECT_THAT(streams_.TakeLosses(absl::FromUnixSeconds(1061)), IsEmpty());
  Pass();
  Pass();
  EXPECT_THAT(Notices(), ElementsAre(HasSubstr(": " + std::to_string(dropped) +
                                               " messages came faster than they were read")));
}

TEST_F(StreamSetTest, LinesThatAreTooLongAreLosses) {
  streams_.Use({{.site = "site", .patterns = {}, .streams = {"udp:127.0.0.1:0"}}},
               {.max_line_bytes = 10});
  Pass();
  SendTo(Rows()[0].path, "too long, by far");
  SendTo(Rows()[0].path, "short");
  SendTo(Rows()[0].path, "short\nbut this is too long\nshort\n");
  Read();
  const std::vector<Loss> losses = streams_.TakeLosses(absl::FromUnixSeconds(1000));
  ASSERT_EQ(losses.size(), 1u);
  EXPECT_EQ(losses[0].cause, LossCause::kTooLong);
  EXPECT_EQ(losses[0].tally,
            (LossTally{.losses = 2, .lines = 2, .from_unix = 1000, .to_unix = 1000}));
}

TEST_F(StreamSetTest, SourcesAreCheckedBeforeTheyAreUsed) {
  EXPECT_OK(StreamSet::Check({{"a", {}, {"-", "udp:127.0.0.1:514"}}, {"b", {"/b.log"}}}));
  EXPECT_THAT(std::string(StreamSet::Check({{"a", {}, {"tcp:x"}}}).message()),
              HasSubstr("got 'tcp:x'"));
}

}  // namespace
}  // namespace logtally
