#include "tail/pipe_input.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TempDir;

class PipeInputTest : public ::testing::Test {
 protected:
  void OpenPipe(StreamInput::Options options = {}) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    writer_.reset(ends[1]);
    input_ = std::make_unique<PipeInput>("site", "standard input", UniqueFd(ends[0]), options);
  }
  void Write(std::string_view bytes) { WriteTo(writer_.get(), bytes); }
  static void WriteTo(int fd, std::string_view bytes) {
    ASSERT_EQ(write(fd, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  // Everything that is there.
  std::vector<std::string> Read() {
    std::vector<std::string> texts;
    while (true) {
      LineBatch batch;
      const bool has_read = input_->Read(batch);
      bytes_ += batch.bytes;
      for (const RawLine& line : batch.lines) {
        texts.push_back(line.kind == RawLine::Kind::kTooLong        ? "<too long>"
                        : line.kind == RawLine::Kind::kUnterminated ? "<unterminated>"
                                                                    : std::string(line.bytes));
      }
      if (!has_read) return texts;
    }
  }
  bool PollSaysReadable() const {
    pollfd ready = {input_->fd(), POLLIN, 0};
    return poll(&ready, 1, 0) > 0;
  }

  TempDir dir_;
  UniqueFd writer_;
  std::unique_ptr<PipeInput> input_;
  int64_t bytes_ = 0;
};

TEST_F(PipeInputTest, HandsOutTheLinesOfAPipeUntilItEnds) {
  OpenPipe();
  EXPECT_THAT(Read(), IsEmpty());  // and does not wait
  EXPECT_FALSE(PollSaysReadable());
  Write("one\ntwo\r\nthr");
  EXPECT_TRUE(PollSaysReadable());
  EXPECT_THAT(Read(), ElementsAre("one", "two"));
  EXPECT_FALSE(PollSaysReadable());
  EXPECT_EQ(bytes_, 9);
  Write("ee\n");
  EXPECT_THAT(Read(), ElementsAre("three"));
  EXPECT_FALSE(input_->at_end());
  writer_.reset();
  EXPECT_TRUE(PollSaysReadable());
  EXPECT_THAT(Read(), IsEmpty());
  EXPECT_TRUE(input_->at_end());
  EXPECT_OK(input_->error());
  EXPECT_EQ(bytes_, 15);
}

TEST_F(PipeInputTest, WhatHasNoLineEndInTheEndIsUnterminated) {
  OpenPipe();
  Write("one\nhalf");
  writer_.reset();
  EXPECT_THAT(Read(), ElementsAre("one", "<unterminated>"));
  EXPECT_TRUE(input_->at_end());
  EXPECT_EQ(bytes_, 8);
  EXPECT_THAT(Read(), IsEmpty());
}

TEST_F(PipeInputTest, OneReadIsBounded) {
  OpenPipe({.max_line_bytes = 5, .read_bytes = 8});
  Write("1\n2\n3\n4\n5\n6\n");
  LineBatch batch;
  EXPECT_TRUE(input_->Read(batch));
  EXPECT_EQ(batch.lines.size(), 4u);
  EXPECT_EQ(batch.bytes, 8);
  EXPECT_THAT(Read(), ElementsAre("5", "6"));
  Write("123456\n");
  EXPECT_THAT(Read(), ElementsAre("<too long>"));
}

TEST_F(PipeInputTest, ARegularFileIsReadToItsEnd) {
  testing::WriteFile(dir_ / "access.log", "one\ntwo\n");
  input_ = std::make_unique<PipeInput>(
      "site", "standard input", UniqueFd(open((dir_ / "access.log").c_str(), O_RDONLY | O_CLOEXEC)),
      StreamInput::Options());
  EXPECT_THAT(Read(), ElementsAre("one", "two"));
  EXPECT_TRUE(input_->at_end());
}

TEST_F(PipeInputTest, WhatIsNoTextIsAnErrorThatEndsIt) {
  OpenPipe();
  Write("\x1f\x8b\x08 and so on\n");
  EXPECT_THAT(Read(), IsEmpty());
  EXPECT_TRUE(input_->at_end());
  EXPECT_EQ(input_->error().message(),
            "standard input: is compressed (gzip); decompress it first, for example with zcat or "
            "zstdcat");
  input_ = std::make_unique<PipeInput>("site", "standard input",
                                       UniqueFd(open(dir_.path().c_str(), O_RDONLY | O_CLOEXEC)),
                                       StreamInput::Options());
  EXPECT_THAT(Read(), IsEmpty());
  EXPECT_EQ(input_->error().message(), "read standard input: Is a directory");
}

TEST_F(PipeInputTest, ContainerLinesAreUnwrapped) {
  OpenPipe();
  Write("2026-11-22T18:00:00Z stdout P one \n2026-11-22T18:00:00Z stderr F error\n");
  EXPECT_THAT(Read(), IsEmpty());
  Write("2026-11-22T18:00:00Z stdout F two\n2026-11-22T18:00:00Z stdout P half\n");
  EXPECT_THAT(Read(), ElementsAre("one two"));
  writer_.reset();
  EXPECT_THAT(Read(), ElementsAre("<unterminated>"));
}

class FifoTest : public PipeInputTest {
 protected:
  FifoTest() {
    EXPECT_EQ(mkfifo(path_.c_str(), 0600), 0);
    auto input = PipeInput::OpenFifo("site", path_, {});
    EXPECT_OK(input);
    if (input.ok()) input_ = *std::move(input);
  }
  UniqueFd OpenWriter() const {
    return UniqueFd(open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK));
  }

  const std::string path_ = dir_ / "access.fifo";
};

TEST_F(FifoTest, DoesNotEndWhenItsWriterLeaves) {
  EXPECT_EQ(input_->name(), path_);
  writer_ = OpenWriter();
  ASSERT_TRUE(writer_.valid());
  Write("one\nhalf ");
  writer_.reset();
  EXPECT_THAT(Read(), ElementsAre("one"));
  EXPECT_FALSE(input_->at_end());
  EXPECT_FALSE(PollSaysReadable());  // or the program would never sleep again
  writer_ = OpenWriter();
  Write("a line\n");
  EXPECT_THAT(Read(), ElementsAre("half a line"));
}

TEST_F(FifoTest, ThatNobodyFindsAnyMoreIsReadUntilItIsEmpty) {
  writer_ = OpenWriter();
  Write("one\nhalf");
  input_->EndWhenEmpty();
  EXPECT_THAT(Read(), ElementsAre("one", "<unterminated>"));
  EXPECT_TRUE(input_->at_end());
}

TEST_F(FifoTest, SomethingElseIsNotOpenedAsOne) {
  testing::WriteFile(dir_ / "access.log", "");
  EXPECT_EQ(PipeInput::OpenFifo("site", dir_ / "access.log", {}).status().message(),
            dir_ / "access.log" + ": is no FIFO any more");
  EXPECT_THAT(std::string(PipeInput::OpenFifo("site", dir_ / "none", {}).status().message()),
              HasSubstr("none: No such file or directory"));
}

}  // namespace
}  // namespace logtally
