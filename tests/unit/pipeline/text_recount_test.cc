#include "pipeline/text_recount.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/retained_logs.h"
#include "pipeline_fixture.h"
#include "testing/archives.h"

namespace logtally {
namespace {

using ::testing::ElementsAre;

class TextRecountTest : public ::testing::Test {
 protected:
  OpenedText Open(std::string_view bytes) {
    testing::WriteFile(dir_ / "x.log", bytes);
    auto opened = OpenRetained({.path = dir_ / "x.log", .stat = *StatPath(dir_ / "x.log")});
    EXPECT_OK(opened);
    return *std::move(opened);
  }
  // The lines in the range; "<long>" and "<rest>" for those without bytes. Then where it ended.
  std::vector<std::string> LinesIn(std::string_view bytes, TextRange range,
                                   int64_t max_line_bytes = 10) {
    OpenedText text = Open(bytes);
    std::vector<std::string> lines;
    const auto end = ForEachLine(
        text.content, range, max_line_bytes, [&](std::span<const RawLine> some, int64_t) {
          for (const RawLine& line : some) {
            lines.push_back(line.kind == RawLine::Kind::kTooLong        ? "<long>"
                            : line.kind == RawLine::Kind::kUnterminated ? "<rest>"
                                                                        : std::string(line.bytes));
          }
          return absl::OkStatus();
        });
    EXPECT_OK(end);
    lines.push_back(std::to_string(*end));
    return lines;
  }

  testing::TempDir dir_;
};

TEST_F(TextRecountTest, CutsLinesAsTheDaemonDoes) {
  EXPECT_THAT(LinesIn("one\ntwo\r\n\n0123456789x\nlast\n", {4, 27}),
              ElementsAre("two", "", "<long>", "last", "27"));
  EXPECT_THAT(LinesIn(std::string("\0\0\0", 3) + "one\n", {0, 7}), ElementsAre("one", "7"));
}

TEST_F(TextRecountTest, ARestIsALineOnlyIfTheRangeEndsBehindIt) {
  EXPECT_THAT(LinesIn("one\nhal", {0, 7}), ElementsAre("one", "<rest>", "7"));
  EXPECT_THAT(LinesIn("one\nhal", {0, 1000}), ElementsAre("one", "7"));
  EXPECT_THAT(LinesIn("one\nhalf\n", {0, 4}), ElementsAre("one", "4"));
  EXPECT_THAT(LinesIn("", {0, 0}), ElementsAre("0"));
}

TEST_F(TextRecountTest, AnArchiveGivesTheSame) {
  const std::string text = testing::NumberedLines(20000);
  const auto plain = LinesIn(text, {0, std::ssize(text)});
  EXPECT_EQ(LinesIn(testing::Gzip(text), {0, std::ssize(text)}), plain);
  EXPECT_EQ(plain.size(), 20001u);
}

TEST_F(TextRecountTest, UnwrapsWhatAContainerRuntimeHasWrapped) {
  const std::string text =
      "2024-06-10T12:00:00.1Z stdout P one, \n"
      "2024-06-10T12:00:00.2Z stderr F [error] not an access log\n"
      "2024-06-10T12:00:00.3Z stdout F two\n";
  EXPECT_THAT(LinesIn(text, {0, std::ssize(text)}, 100),
              ElementsAre("one, two", std::to_string(text.size())));
}

TEST_F(TextRecountTest, BytesBehindAnOffset) {
  OpenedText text = Open(testing::Zstd("0123456789"));
  EXPECT_EQ(BytesBehind(text.content, 4).value_or(-1), 6);
  EXPECT_EQ(BytesBehind(text.content, 10).value_or(-1), 0);
}

}  // namespace
}  // namespace logtally
