#include "tail/read_ahead.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "testing/archives.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using testing::Gzip;
using testing::NumberedLines;

class ReadAheadTest : public ::testing::Test {
 protected:
  std::unique_ptr<ArchiveText> Begin(std::string_view bytes) {
    testing::WriteFile(path_, bytes);
    fd_.reset(open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    return BeginAgain();
  }
  std::unique_ptr<ArchiveText> BeginAgain() {
    auto text = ArchiveText::Begin(fd_.get(), ArchiveFormat::kGzip, path_);
    EXPECT_OK(text);
    return *std::move(text);
  }
  static std::unique_ptr<ReadAhead> Start(std::unique_ptr<ArchiveText> text) {
    auto ahead = ReadAhead::Start(text);
    EXPECT_NE(ahead, nullptr);
    EXPECT_EQ(text, nullptr) << "it is taken";
    return ahead;
  }
  static std::string ReadAll(ReadAhead& ahead) {
    std::string all;
    std::string room(100001, '\0');  // fits no buffer
    while (const size_t n = ahead.Next(room)) all.append(room, 0, n);
    return all;
  }

  testing::TempDir dir_;
  const std::string path_ = dir_ / "log.1.gz";
  UniqueFd fd_;
  // More than all buffers hold.
  const std::string lines_ = NumberedLines(60000);
};

TEST_F(ReadAheadTest, GivesTheTextOfAllMembers) {
  const auto ahead = Start(Begin(Gzip(lines_) + Gzip("") + Gzip("one\n") + Gzip(lines_)));
  EXPECT_EQ(ReadAll(*ahead), lines_ + "one\n" + lines_);
  EXPECT_EQ(ReadAll(*ahead), "") << "the end stays";
}

TEST_F(ReadAheadTest, WhatCameBehindTheEndTheTextItselfSays) {
  const std::string data = Gzip(lines_);
  const auto ahead = Start(Begin(data.substr(0, data.size() / 2)));
  std::string read = ReadAll(*ahead);
  EXPECT_GT(read.size(), lines_.size() / 3);
  const std::unique_ptr<ArchiveText> text = ahead->Stop();
  std::string room(1 << 20, '\0');
  EXPECT_TRUE(absl::IsUnavailable(text->Next(room).status())) << "it is not whole";
  testing::AppendFile(path_, data.substr(data.size() / 2));
  while (const size_t n = text->Next(room).value()) read.append(room, 0, n);
  EXPECT_EQ(read, lines_);
}

TEST_F(ReadAheadTest, DamageComesBehindAllThatCanBeRead) {
  const auto ahead = Start(Begin(Gzip(lines_) + "this is no member"));
  EXPECT_EQ(ReadAll(*ahead), lines_);
  std::string room(10, '\0');
  EXPECT_TRUE(absl::IsDataLoss(ahead->Stop()->Next(room).status()));
}

TEST_F(ReadAheadTest, EndsInTheMiddleWhenNobodyWantsMore) {
  auto ahead = Start(Begin(Gzip(lines_)));
  std::string room(10, '\0');
  EXPECT_EQ(ahead->Next(room), room.size());
  ahead.reset();  // waits for its thread, which waits for an empty buffer
  EXPECT_TRUE(ReadAhead::HasRoom());
}

TEST_F(ReadAheadTest, OnlySoManyRunAtOnce) {
  std::vector<std::unique_ptr<ReadAhead>> all;
  all.push_back(Start(Begin(Gzip(lines_))));
  while (ReadAhead::HasRoom()) all.push_back(Start(BeginAgain()));
  EXPECT_GE(all.size(), 2u);
  std::unique_ptr<ArchiveText> text = BeginAgain();
  EXPECT_EQ(ReadAhead::Start(text), nullptr);
  ASSERT_NE(text, nullptr) << "it is left alone";
  all.pop_back();
  EXPECT_NE(ReadAhead::Start(text), nullptr);
}

}  // namespace
}  // namespace logtally
