#include "tail/line_splitter.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace logtally {
namespace {

struct Line {
  std::string bytes;
  int64_t offset;
  RawLine::Kind kind;
  bool operator==(const Line&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Line& line) {
  return out << line.offset << ":'" << line.bytes << "'/" << static_cast<int>(line.kind);
}

constexpr auto kWhole = RawLine::Kind::kWhole;
constexpr auto kTooLong = RawLine::Kind::kTooLong;
constexpr auto kUnterminated = RawLine::Kind::kUnterminated;

// The lines of `chunk`, taken as they must be: all of them, before the next chunk.
void Split(LineSplitter& splitter, const std::string& chunk, std::vector<Line>& lines) {
  const std::string copy = chunk;  // gone after this call, as a read buffer is
  splitter.Append(copy);
  while (const std::optional<RawLine> line = splitter.Next()) {
    lines.push_back({std::string(line->bytes), line->offset_bytes, line->kind});
  }
}

std::vector<Line> SplitAll(const std::vector<std::string>& chunks, int64_t max_line_bytes = 100) {
  LineSplitter splitter(max_line_bytes);
  std::vector<Line> lines;
  for (const std::string& chunk : chunks) Split(splitter, chunk, lines);
  return lines;
}

TEST(LineSplitter, HandsOutEachLineWithItsOffsetAndWithoutItsEnd) {
  EXPECT_EQ(SplitAll({"one\ntwo\r\n\n\r\nthree"}),
            (std::vector<Line>{
                {"one", 0, kWhole}, {"two", 4, kWhole}, {"", 9, kWhole}, {"", 10, kWhole}}));
}

TEST(LineSplitter, ALineThatComesInPiecesIsOneLine) {
  EXPECT_EQ(SplitAll({"on", "", "e", "\ntw", "o\r", "\nthree\nfo"}),
            (std::vector<Line>{{"one", 0, kWhole}, {"two", 4, kWhole}, {"three", 9, kWhole}}));
}

TEST(LineSplitter, OnlyTheLastCarriageReturnBelongsToTheEnd) {
  EXPECT_EQ(SplitAll({"a\rb\r\r\n"}), (std::vector<Line>{{"a\rb\r", 0, kWhole}}));
}

TEST(LineSplitter, ALineAsLongAsTheLimitIsWholeAndOneByteMoreIsTooLong) {
  EXPECT_EQ(SplitAll({"1234\n12345\n1234\r\n12345\r\nx\n"}, 4),
            (std::vector<Line>{{"1234", 0, kWhole},
                               {"", 5, kTooLong},
                               {"1234", 11, kWhole},
                               {"", 17, kTooLong},
                               {"x", 24, kWhole}}));
}

TEST(LineSplitter, TheLineAfterOneThatIsTooLongIsWhole) {
  EXPECT_EQ(SplitAll({"12345678", "9012", "34\nok\nmore"}, 4),
            (std::vector<Line>{{"", 0, kTooLong}, {"ok", 15, kWhole}}));
}

TEST(LineSplitter, BytesThatAreNoTextAreBytes) {
  const std::string nul("x\0\0\xff", 4);
  EXPECT_EQ(SplitAll({nul + "\n"}), (std::vector<Line>{{nul, 0, kWhole}}));
}

TEST(LineSplitter, ARunOfNulsBeforeALineIsAHoleWhateverItsLengthAndWhereverItIsCut) {
  const std::string nuls(5, '\0');
  for (const auto& chunks :
       std::vector<std::vector<std::string>>{{"a\n" + nuls + nuls + "b\n" + nuls},
                                             {"a\n" + nuls, nuls + "b\n", nuls},
                                             {"a\n", nuls, nuls, "b", "\n" + nuls}}) {
    LineSplitter splitter(4);
    std::string lines;
    int64_t hole_bytes = 0;
    for (const std::string& chunk : chunks) {
      splitter.Append(chunk);
      while (const auto line = splitter.Next()) {
        lines += std::string(line->bytes) + "@" + std::to_string(line->offset_bytes) + " ";
      }
      hole_bytes += splitter.TakeHoleBytes();
    }
    EXPECT_EQ(lines, "a@0 b@12 ");
    EXPECT_EQ(hole_bytes, 15);
    EXPECT_EQ(splitter.line_offset(), 19);
    EXPECT_EQ(splitter.end_offset(), 19);
  }
}

TEST(LineSplitter, AFinalFileGivesUpItsUnterminatedLineOnce) {
  LineSplitter splitter(100);
  std::vector<Line> lines;
  Split(splitter, "one\nha", lines);
  EXPECT_EQ(splitter.line_offset(), 4);
  EXPECT_EQ(splitter.end_offset(), 6);
  const std::optional<RawLine> last = splitter.Finish();
  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(last->offset_bytes, 4);
  EXPECT_EQ(last->kind, kUnterminated);
  EXPECT_TRUE(last->bytes.empty());
  EXPECT_EQ(splitter.line_offset(), 6);
  EXPECT_FALSE(splitter.Finish().has_value());
}

TEST(LineSplitter, StartsAnywhereAndForgetsWhatCameBefore) {
  LineSplitter splitter(4);
  std::vector<Line> lines;
  Split(splitter, "1234567", lines);
  splitter.StartAt(1000);
  Split(splitter, "abc\n", lines);
  EXPECT_EQ(lines, (std::vector<Line>{{"abc", 1000, kWhole}}));
}

// The promise of the fuzz target, on seeds that every test run sees.
TEST(LineSplitter, HowTheBytesAreCutIntoChunksDoesNotMatter) {
  std::mt19937 random(1);
  const std::string_view kAlphabet = "ab\r\n\n";
  for (int round = 0; round < 3000; ++round) {
    std::string bytes;
    for (size_t size = random() % 60; bytes.size() < size;) {
      bytes += kAlphabet[random() % kAlphabet.size()];
    }
    std::vector<std::string> chunks;
    for (size_t at = 0; at < bytes.size();) {
      chunks.push_back(bytes.substr(at, random() % 8));
      at += chunks.back().size();
    }
    const int64_t limit = random() % 7;
    ASSERT_EQ(SplitAll(chunks, limit), SplitAll({bytes}, limit)) << "round " << round;
  }
}

}  // namespace
}  // namespace logtally
