// What the tailer does with streams and with the logs of containers.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "base/unique_fd.h"
#include "tail/syslog_address.h"
#include "tail_fixture.h"

namespace logtally {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class TailerStreams : public TailFixture {
 protected:
  void FollowAndListen(const std::vector<std::string>& names) {
    sources_ = SourcesOf({{"site", names}});
    sources_[0].streams = {"unix:" + dir_ / "a.sock"};
    Open();
  }
  void Send(std::string_view datagram) {
    const SyslogAddress address = *ParseSyslogAddress("unix:" + dir_ / "a.sock");
    const UniqueFd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    EXPECT_EQ(sendto(fd.get(), datagram.data(), datagram.size(), 0,
                     reinterpret_cast<const sockaddr*>(&address.socket), address.socket_size),
              static_cast<ssize_t>(datagram.size()));
  }
};

TEST_F(TailerStreams, LinesOfStreamsHaveNoText) {
  FollowAndListen({});
  Send("<190>Nov 22 18:00:00 nginx: one");
  const LineBatch& batch = ReadBatch();
  ASSERT_EQ(batch.lines.size(), 1u);
  EXPECT_EQ(batch.lines[0].bytes, "one");
  EXPECT_FALSE(batch.text.has_value());
  EXPECT_EQ(batch.site, "site");
  EXPECT_EQ(batch.bytes, 31);
  EXPECT_THAT(tailer_->positions(), IsEmpty());
  const std::vector<FollowedFile> files = tailer_->Files();
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].index, batch.file);
  EXPECT_EQ(files[0].path, batch.path);
  EXPECT_FALSE(tailer_->AtEnd());
}

TEST_F(TailerStreams, ABusyStreamLetsFilesHaveTheirTurn) {
  options_.read_bytes = 4;
  FollowAndListen({"log"});
  const std::string rest(200, 'x');  // no read takes more than one such line
  Append("log", "1" + rest + "\n2" + rest + "\n3" + rest + "\n");
  clock_.Advance(absl::Seconds(1));
  std::vector<std::string> turns;
  for (int i = 0; i < 4; ++i) {
    Send("stream");
    turns.push_back(TextOf(ReadBatch().lines.at(0)).substr(0, 1));
  }
  EXPECT_THAT(turns, ElementsAre("s", "1", "s", "2"));
}

TEST_F(TailerStreams, WaitingEndsWhenAStreamHasSomething) {
  FollowAndListen({});
  EXPECT_THAT(Read(), IsEmpty());
  Send("one");
  tailer_->Wait(absl::InfiniteDuration(), -1);  // or the test would never end
  EXPECT_THAT(Read(), ElementsAre("one"));
}

TEST_F(TailerStreams, AFifoThatAPathLeadsToIsAStream) {
  ASSERT_EQ(mkfifo((dir_ / "fifo").c_str(), 0600), 0);
  Follow({"fifo"});
  EXPECT_EQ(Notices(), "info: fifo: is a FIFO; reading it for site site\n");
  Append("fifo", "one\nhalf ");
  EXPECT_THAT(Read(), ElementsAre("one"));
  Append("fifo", "a line\n");
  EXPECT_THAT(ReadAfter(), ElementsAre("half a line"));
  EXPECT_THAT(Files(), ElementsAre("fifo live 16/16"));
}

TEST_F(TailerStreams, AStreamThatNobodyNamesAnyMoreIsClosed) {
  FollowAndListen({});
  sources_[0].streams.clear();
  tailer_->SetSources(options_, sources_);
  EXPECT_FALSE(std::filesystem::exists(dir_ / "a.sock"));
  EXPECT_TRUE(tailer_->AtEnd());
}

TEST_F(TailerStreams, ABadAddressIsNoSource) {
  EXPECT_THAT(std::string(Tailer::CheckSources({{"site", {}, {"tcp:1"}}}).message()),
              HasSubstr("got 'tcp:1'"));
}

TEST_F(TailerStreams, LinesThatAreTooLongAreLosses) {
  options_.max_line_bytes = 1024;
  FollowAndListen({});
  Send(std::string(2000, 'x'));
  EXPECT_THAT(Read(), ElementsAre("<too long>"));
  const std::vector<Loss> losses = tailer_->TakeLosses();
  ASSERT_EQ(losses.size(), 1u);
  EXPECT_EQ(losses[0].cause, LossCause::kTooLong);
}

class TailerContainers : public TailFixture {
 protected:
  static std::string Part(std::string_view text, std::string_view stream = "stdout") {
    return Line("P", text, stream);
  }
  static std::string Whole(std::string_view text, std::string_view stream = "stdout") {
    return Line("F", text, stream);
  }
  int64_t StoredOffset() const { return store_.All().at(0).offset; }

 private:
  static std::string Line(std::string_view tag, std::string_view text, std::string_view stream) {
    return "2026-11-22T18:00:00Z " + std::string(stream) + " " + std::string(tag) + " " +
           std::string(text) + "\n";
  }
};

TEST_F(TailerContainers, APositionStaysBeforeALineWhoseLastPartIsMissing) {
  const std::string before = Whole("one") + Whole("error", "stderr");
  Append("log", before + Part("two "));
  Follow({"log"});
  EXPECT_THAT(Read(), ElementsAre("one"));
  Commit();
  EXPECT_EQ(StoredOffset(), static_cast<int64_t>(before.size()));

  Append("log", Whole("error", "stderr") + Part("three "));
  EXPECT_THAT(ReadAfter(), IsEmpty());
  Commit();
  EXPECT_EQ(StoredOffset(), static_cast<int64_t>(before.size()));
  CrashAndReopen();
  EXPECT_THAT(Read(), IsEmpty());
  Append("log", Whole("four") + Whole("five"));
  EXPECT_THAT(ReadAfter(), ElementsAre("two three four", "five"));
  Commit();
  EXPECT_EQ(StoredOffset(), static_cast<int64_t>(std::filesystem::file_size(dir_ / "log")));
  EXPECT_EQ(bytes_read_, StoredOffset());
  CrashAndReopen();
  EXPECT_THAT(Read(), IsEmpty());
}

TEST_F(TailerContainers, StandardErrorIsReadAndPassedOver) {
  Append("log", Whole("error", "stderr"));
  Follow({"log"});
  EXPECT_EQ(ReadBatch().bytes, static_cast<int64_t>(Whole("error", "stderr").size()));
  EXPECT_TRUE(tailer_->AtEnd());
  Commit();
  EXPECT_EQ(StoredOffset(), static_cast<int64_t>(Whole("error", "stderr").size()));
}

TEST_F(TailerContainers, PartsAreJoinedHoweverSmallTheReadsAre) {
  Append("log", Whole("one") + Part("two ") + Whole("e", "stderr") + Part("three ") +
                    Whole("four") + Whole("five"));
  for (options_.read_bytes = 1; options_.read_bytes < 100; options_.read_bytes += 7) {
    store_.Forget();
    Follow({"log"});
    std::vector<std::string> lines;
    while (!tailer_->AtEnd()) {
      for (const RawLine& line : ReadBatch().lines) lines.push_back(TextOf(line));
    }
    ASSERT_THAT(lines, ElementsAre("one", "two three four", "five")) << options_.read_bytes;
    Commit();
  }
}

TEST_F(TailerContainers, ARotatedLogEndsWithAnUnterminatedLineIfAPartIsMissing) {
  Append("log", Whole("one") + Part("two "));
  Follow({"log"});
  EXPECT_THAT(Read(), ElementsAre("one"));
  RotateByRename("log");
  EXPECT_THAT(ReadAfter(), IsEmpty());
  EXPECT_THAT(ReadAfter(absl::Seconds(61)), ElementsAre("<unterminated>"));
}

TEST_F(TailerContainers, ATextThatStartsAgainMayBePlain) {
  Append("log", Whole("one") + Part("two "));
  Follow({"log"});
  EXPECT_THAT(Read(), ElementsAre("one"));
  Truncate("log");
  Append("log", "plain\n");
  EXPECT_THAT(ReadAfter(), ElementsAre("plain"));
}

}  // namespace
}  // namespace logtally
