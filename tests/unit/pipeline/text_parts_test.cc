#include "pipeline/text_parts.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "base/unique_fd.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

constexpr int64_t kMebibyte = 1 << 20;

class TextPartsTest : public ::testing::Test {
 protected:
  std::vector<TextRange> Parts(const std::string& text, TextRange range, int parts) {
    testing::WriteFile(dir_ / "log", text);
    fd_ = UniqueFd(open((dir_ / "log").c_str(), O_RDONLY | O_CLOEXEC));
    auto content = LogContent::Open(fd_.get(), dir_ / "log");
    EXPECT_OK(content);
    return PartsOf(*content, range, parts);
  }
  static std::string LinesOf(std::string_view line, int64_t size) {
    std::string text;
    while (std::ssize(text) < size) text.append(line).append("\n");
    return text;
  }

  testing::TempDir dir_;
  UniqueFd fd_;
};

TEST_F(TextPartsTest, EachBeginsWhereALineDoesAndTogetherTheyAreTheRange) {
  const std::string text = LinesOf("some line of a log, not too short", 70 * kMebibyte);
  const std::vector<TextRange> parts = Parts(text, {34, std::ssize(text)}, 3);
  ASSERT_EQ(parts.size(), 3u);
  int64_t end = 34;
  for (const TextRange& part : parts) {
    EXPECT_EQ(part.begin, end);
    EXPECT_EQ(text[static_cast<size_t>(part.begin) - 1], '\n');
    EXPECT_GT(part.end - part.begin, 20 * kMebibyte);
    end = part.end;
  }
  EXPECT_EQ(end, std::ssize(text));
}

TEST_F(TextPartsTest, ASmallOneIsOnePart) {
  const std::string text = LinesOf("line", kMebibyte);
  EXPECT_EQ(Parts(text, {0, std::ssize(text)}, 8).size(), 1u);
}

TEST_F(TextPartsTest, WhatHasNoLineEndsIsOnePart) {
  const std::string text(40 * kMebibyte, 'x');
  EXPECT_EQ(Parts(text, {0, std::ssize(text)}, 2).size(), 1u);
}

TEST_F(TextPartsTest, LinesOfAContainerMayGoOnInTheNextOne) {
  const std::string text =
      LinesOf("2024-06-10T12:00:00.123456789Z stdout P the first part of a line", 40 * kMebibyte);
  EXPECT_EQ(Parts(text, {0, std::ssize(text)}, 2).size(), 1u);
}

TEST_F(TextPartsTest, AnEndThatNobodyKnowsCannotBeCutBefore) {
  const std::string text = LinesOf("line", 40 * kMebibyte);
  EXPECT_EQ(Parts(text, {0, std::numeric_limits<int64_t>::max()}, 2).size(), 1u);
}

}  // namespace
}  // namespace logtally
