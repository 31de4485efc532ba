#include "tail/container_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tail/line_splitter.h"

namespace logtally {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// As Docker writes it, but for the way in which some characters are escaped.
std::string Docker(std::string_view log, std::string_view stream = "stdout") {
  const std::string quoted =
      nlohmann::json(log).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  return "{\"log\":" + quoted + ",\"stream\":\"" + std::string(stream) +
         "\",\"time\":\"2026-11-22T18:00:00.123456789Z\"}";
}
std::string Cri(std::string_view tag, std::string_view text, std::string_view stream = "stdout") {
  return "2026-11-22T18:00:00.123456789Z " + std::string(stream) + " " + std::string(tag) + " " +
         std::string(text);
}

// A file in memory, read like a real one.
class ContainerLogTest : public ::testing::Test {
 protected:
  void Write(std::string_view line) { file_ += std::string(line) + "\n"; }

  // Reads from `offset` on in chunks of that size; "12:text" for a line that begins at byte 12.
  std::vector<std::string> ReadFrom(int64_t offset, size_t chunk_bytes = 1 << 20) {
    LineSplitter splitter(max_line_bytes_ * 10);
    splitter.StartAt(offset);
    container_ = ContainerLog(max_line_bytes_);
    std::vector<std::string> texts;
    for (size_t at = offset; at < file_.size(); at += chunk_bytes) {
      const std::string chunk = file_.substr(at, chunk_bytes);
      splitter.Append(chunk);
      std::vector<RawLine> lines;
      while (const auto line = splitter.Next()) lines.push_back(*line);
      container_.Unwrap(lines);
      for (const RawLine& line : lines) texts.push_back(TextOf(line));
      position_ = container_.unfinished_from().value_or(splitter.line_offset());
    }
    return texts;
  }
  std::vector<std::string> Read() { return ReadFrom(0); }

  static std::string TextOf(const RawLine& line) {
    return std::to_string(line.offset_bytes) + ":" +
           (line.kind == RawLine::Kind::kTooLong        ? "<too long>"
            : line.kind == RawLine::Kind::kUnterminated ? "<unterminated>"
                                                        : std::string(line.bytes));
  }

  std::string file_;
  int64_t max_line_bytes_ = 200;
  ContainerLog container_{0};
  int64_t position_ = 0;  // where a restart would go on
};

TEST_F(ContainerLogTest, ItsFormatIsToldByTheFirstLine) {
  EXPECT_EQ(DetectContainerFormat(Docker("a\n")), ContainerFormat::kDockerJson);
  EXPECT_EQ(
      DetectContainerFormat(
          R"({"log":"a\n","stream":"stderr","attrs":{"tag":"x"},"time":"2026-11-22T18:00:00Z"})"),
      ContainerFormat::kDockerJson);
  EXPECT_EQ(DetectContainerFormat(Cri("F", "a")), ContainerFormat::kCri);
  EXPECT_EQ(DetectContainerFormat("2026-11-22T18:00:00.1+02:00 stderr P a"), ContainerFormat::kCri);
  EXPECT_EQ(DetectContainerFormat("2026-11-22T18:00:00.1Z stdout F"), ContainerFormat::kCri);
  for (const std::string_view plain :
       {"", "{", R"({"log":)", R"({"log":"a)", R"({"log":"a\)", R"({"log":"a"})",
        R"({"log":"a","stream":"stdin","time":"x"})",
        R"({"log":"a","stream":"stdout","status":"2"})",
        R"({"log":"a","stream":"stdout","time":"x")", R"({"status":"200","log":"a"})",
        "192.0.2.7 - - [22/Nov/2026:18:00:00 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"-\"",
        "2026-11-22T18:00:00.1Z stdin F a", "2026-11-22T18:00:00.1Z stdout X a",
        "2026-11-22T18:00:00.1Z stdout Full a", "2026-11-22T18:00:00.1Z GET /stdout F 200",
        "short stdout F a", "2026-11-22 18:00:00.12345Z stdout F a", "2026-11-22T18:00:00Z"}) {
    EXPECT_EQ(DetectContainerFormat(plain), ContainerFormat::kNone) << plain;
  }
}

TEST_F(ContainerLogTest, APlainLogStaysAsItIs) {
  Write("first");
  Write(Docker("second\n"));
  Write(Cri("F", "third"));
  EXPECT_THAT(Read(),
              ElementsAre("0:first", "6:" + Docker("second\n"),
                          std::to_string(7 + Docker("second\n").size()) + ":" + Cri("F", "third")));
  EXPECT_EQ(position_, static_cast<int64_t>(file_.size()));
}

TEST_F(ContainerLogTest, OnlyStandardOutputIsTheLog) {
  Write(Docker("error\n", "stderr"));
  const size_t second = file_.size();
  Write(Docker("line \"1\" \\ \t\x01 \u00e9\n"));
  Write(Docker("error\n", "stderr"));
  EXPECT_THAT(Read(), ElementsAre(std::to_string(second) + ":line \"1\" \\ \t\x01 \u00e9"));
  EXPECT_EQ(position_, static_cast<int64_t>(file_.size()));
  file_.clear();
  Write(Cri("F", "error", "stderr"));
  const size_t line = file_.size();
  Write(Cri("F", "line"));
  Write(Cri("P", "error", "stderr"));
  EXPECT_THAT(Read(), ElementsAre(std::to_string(line) + ":line"));
  EXPECT_EQ(container_.unfinished_from(), std::nullopt);
}

TEST_F(ContainerLogTest, ALineEndOfATerminalBelongsToNoLine) {
  Write(Docker("a\r\n"));
  Write(Docker("\n"));
  EXPECT_THAT(Read(), ElementsAre("0:a", std::to_string(Docker("a\r\n").size() + 1) + ":"));
}

// The law: whatever the chunks and wherever the program was stopped, each line comes out once.
class PartsTest : public ContainerLogTest {
 protected:
  void ReadsOnceHoweverItIsCutAndStopped(const std::vector<std::string>& expected) {
    ASSERT_THAT(Read(), ::testing::ElementsAreArray(expected));
    for (size_t chunk = 1; chunk <= file_.size(); chunk = chunk < 90 ? chunk + 1 : chunk * 2) {
      ASSERT_EQ(ReadFrom(0, chunk), expected) << chunk;
    }
    const std::string whole = file_;
    for (size_t size = 0; size <= whole.size(); ++size) {
      file_ = whole.substr(0, size);
      position_ = 0;
      std::vector<std::string> lines = Read();
      file_ = whole;
      // A restart tells the format anew, by the first line that it reads.
      for (std::string& line : ReadFrom(position_)) lines.push_back(std::move(line));
      ASSERT_EQ(lines, expected) << size;
    }
  }
};

TEST_F(PartsTest, OfDockerAreJoined) {
  Write(Docker("whole\n"));
  const size_t begin = file_.size();
  Write(Docker("one "));
  Write(Docker("error\n", "stderr"));
  Write(Docker("two "));
  Write(Docker("half an error", "stderr"));
  Write(Docker("three\n"));
  const size_t last = file_.size();
  Write(Docker("last\n"));
  ReadsOnceHoweverItIsCutAndStopped(
      {"0:whole", std::to_string(begin) + ":one two three", std::to_string(last) + ":last"});
}

TEST_F(PartsTest, OfCriAreJoined) {
  Write(Cri("F", "whole"));
  const size_t begin = file_.size();
  Write(Cri("P", "one "));
  Write(Cri("F", "error", "stderr"));
  Write(Cri("P", "two "));
  Write(Cri("F", ""));
  const size_t last = file_.size();
  Write(Cri("F:x", "last"));
  ReadsOnceHoweverItIsCutAndStopped(
      {"0:whole", std::to_string(begin) + ":one two ", std::to_string(last) + ":last"});
}

TEST_F(PartsTest, ThatAreTooLongTogetherAreOneReject) {
  max_line_bytes_ = 100;
  const std::string sixty(60, 'x');
  Write(Cri("P", sixty));
  Write(Cri("P", sixty));
  Write(Cri("P", sixty));
  Write(Cri("F", "end"));
  const size_t last = file_.size();
  Write(Cri("F", "last"));
  ReadsOnceHoweverItIsCutAndStopped({"0:<too long>", std::to_string(last) + ":last"});
}

TEST_F(PartsTest, MayHaveAsManyBytesTogetherAsALineMayHave) {
  max_line_bytes_ = 100;
  const std::string fifty(50, 'x');
  Write(Docker(fifty));
  Write(Docker(fifty + "\r\n"));
  ReadsOnceHoweverItIsCutAndStopped({"0:" + fifty + fifty});
}

TEST_F(ContainerLogTest, WhatIsNotWrappedIsHandedOutAsItIs) {
  Write(Docker("a\n"));
  const size_t garbage = file_.size();
  Write("garbage");
  const size_t half = file_.size();
  Write(R"({"log":"half)");
  EXPECT_THAT(Read(), ElementsAre("0:a", std::to_string(garbage) + ":garbage",
                                  std::to_string(half) + R"(:{"log":"half)"));
}

TEST_F(ContainerLogTest, AWrappedLineThatIsTooLongEndsTheLineThatItMayBelongTo) {
  Write(Cri("P", "one "));
  const size_t long_line = file_.size();
  Write(Cri("P", std::string(3000, 'x')));
  const size_t last = file_.size();
  Write(Cri("F", "two"));
  EXPECT_THAT(Read(), ElementsAre("0:<too long>", std::to_string(last) + ":two"));
  EXPECT_THAT(
      ReadFrom(static_cast<int64_t>(long_line)),
      ElementsAre(std::to_string(long_line) + ":<too long>", std::to_string(last) + ":two"));
}

TEST_F(ContainerLogTest, ALineWhoseLastPartNeverComesIsUnterminated) {
  Write(Docker("one "));
  EXPECT_THAT(Read(), IsEmpty());
  EXPECT_EQ(position_, 0);
  const auto line = container_.Finish();
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(TextOf(*line), "0:<unterminated>");
  EXPECT_EQ(container_.Finish(), std::nullopt);
}

TEST_F(ContainerLogTest, AFileThatStartsAgainMayHaveAnotherFormat) {
  Write(Docker("one "));
  Read();
  container_.StartAgain();
  std::vector<RawLine> lines = {{"plain", 0, RawLine::Kind::kWhole}};
  container_.Unwrap(lines);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(TextOf(lines[0]), "0:plain");
  EXPECT_EQ(container_.unfinished_from(), std::nullopt);
}

TEST_F(ContainerLogTest, LeavesTheLinesBeforeAlone) {
  const std::string wrapped = Cri("F", "mine");
  std::vector<RawLine> lines = {{"other", 3, RawLine::Kind::kWhole},
                                {wrapped, 0, RawLine::Kind::kWhole}};
  ContainerLog container(100);
  container.Unwrap(lines, 1);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(TextOf(lines[0]), "3:other");
  EXPECT_EQ(TextOf(lines[1]), "0:mine");
}

// A JSON parser is the judge of what the escapes mean.
TEST_F(ContainerLogTest, UnescapesAsAJsonParserDoes) {
  constexpr std::string_view kPieces[] = {
      "a",       " ",       "\\\"",        "\\\\",    "\\/",     "\\b",     "\\f",
      "\\t",     "\\r",     "\\n",         "\\u0041", "\\u00e9", "\\u20ac", "\\ud83d\\ude00",
      "\\u0000", "\\u003C", "\u00e9\u20ac"};
  std::mt19937 random(3);
  max_line_bytes_ = 1 << 20;
  for (int i = 0; i < 2000; ++i) {
    std::string escaped;
    for (size_t n = random() % 12; n > 0; --n) escaped += kPieces[random() % std::size(kPieces)];
    file_ = "{\"log\":\"" + escaped + "x\\n\",\"stream\":\"stdout\",\"time\":\"t\"}\n";
    std::string expected = nlohmann::json::parse(file_)["log"];
    expected.pop_back();
    ASSERT_THAT(Read(), ElementsAre("0:" + expected)) << escaped;
  }
}

TEST_F(ContainerLogTest, HostileTextIsHarmless) {
  constexpr std::string_view kPieces[] = {"{\"log\":\"",
                                          "\\u",
                                          "\\ud83d",
                                          "\\",
                                          "\"",
                                          "\",\"stream\":\"stdout\"",
                                          "x",
                                          "\\n",
                                          "}",
                                          "\\udc00",
                                          "stdout",
                                          "\",\"time\":\"t\"}",
                                          "\n",
                                          "P ",
                                          "2026-11-22T18:00:00Z stdout P ",
                                          "2026-11-22T18:00:00Z stdout F ",
                                          "\\u12"};
  std::mt19937 random(5);
  for (int i = 0; i < 5000; ++i) {
    file_ = i % 2 == 0 ? Docker("a") + "\n" : Cri("P", "a") + "\n";
    for (size_t n = random() % 40; n > 0; --n) file_ += kPieces[random() % std::size(kPieces)];
    file_ += "\n";
    Read();
    EXPECT_LE(position_, static_cast<int64_t>(file_.size()));
  }
}

}  // namespace
}  // namespace logtally
