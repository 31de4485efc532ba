#include "parse/pattern_pieces.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace logtally {
namespace {

std::vector<std::string> PatternsOf(const PatternPieces& parts) {
  std::vector<std::string> patterns;
  for (const PatternPiece& piece : parts.pieces) patterns.push_back(piece.pattern);
  return patterns;
}

TEST(PatternPieces, AreWhatStandsBetweenPlainText) {
  const auto parts = TakeApart(R"re(^(?P<remote_addr>\S+) - \[([^\]]+)\] "(?P<request>[^"]*?)" )re"
                               R"re((?P<status>\d{3}) (?:\d+|-)$)re");
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->literals, (std::vector<std::string>{"", " - [", "] \"", "\" ", " ", ""}));
  EXPECT_EQ(PatternsOf(*parts),
            (std::vector<std::string>{R"re((?P<remote_addr>\S+))re", R"re(([^\]]+))re",
                                      R"re((?P<request>[^"]*?))re", R"re((?P<status>\d{3}))re",
                                      R"re((?:\d+|-))re"}));
  const auto& pieces = parts->pieces;
  EXPECT_EQ(pieces[0].group, 1u);
  EXPECT_EQ(pieces[1].group, 2u);
  EXPECT_EQ(pieces[4].group, std::nullopt);
  EXPECT_TRUE(pieces[0].is_run && !pieces[0].may_be_empty);
  EXPECT_TRUE(pieces[2].is_run && pieces[2].may_be_empty);
  EXPECT_FALSE(pieces[3].is_run);
  EXPECT_FALSE(pieces[4].is_run);
}

TEST(PatternPieces, KnowTheBytesThatTheyCanHold) {
  const auto bytes = [](const std::string& pattern) {
    const auto parts = TakeApart(pattern + "=");
    EXPECT_TRUE(parts) << pattern;
    std::string text;
    for (int byte = 0; parts && byte < 256; ++byte) {
      if (parts->pieces.at(0).bytes.test(static_cast<size_t>(byte))) {
        text += static_cast<char>(byte);
      }
    }
    return text;
  };
  EXPECT_EQ(bytes(R"(\d+)"), "0123456789");
  EXPECT_EQ(bytes(R"(\s+)"), "\t\n\f\r ");
  EXPECT_EQ(bytes(R"(a{2,3}b?)"), "ab");
  EXPECT_EQ(bytes(R"([a-c\d_-]*)"), "-0123456789_abc");
  EXPECT_EQ(bytes(R"([]x]+)"), "]x");
  EXPECT_EQ(bytes(R"((?:ab|\tc)+)"), "\tabc");
  EXPECT_EQ(bytes(R"([^=]+)").size(), 255u);
  EXPECT_EQ(bytes(R"((?:b+{,2}))"), ",2b{}") << "'{' without a digit is no count";
}

TEST(PatternPieces, KnowARunWithEscapes) {
  for (const char* pattern : {R"re((?:[^"\\]|\\.)*")re", R"re((?P<uri>(?:\\.|[^"\\])+)")re"}) {
    const auto parts = TakeApart(pattern);
    ASSERT_TRUE(parts) << pattern;
    const PatternPiece& piece = parts->pieces.at(0);
    EXPECT_TRUE(piece.is_run && piece.has_escapes) << pattern;
    EXPECT_FALSE(piece.bytes.test('"')) << pattern;
    EXPECT_EQ(piece.bytes.count(), 255u) << pattern;
  }
  // Here an escaped stop may end the piece, or its plain bytes hold a backslash.
  for (const char* pattern :
       {R"re((?:[^"\\]|\\.)*[a-z]*" )re", R"re([a-z]*(?:[^"\\]|\\.)*")re",
        R"re((?:a(?:[^"\\]|\\.)*)")re", R"re((?:(?:[^"\\]|\\.)*)*")re", R"re((?:[^"]|\\.)*")re",
        R"re((?:[^"\\]|\\.)?")re", R"re((?:[^"\\]|\\.)*\\)re", R"re((?:[^"\\]|\\.|\\")*")re",
        R"re((?:[^"\\]|\\[^"])*')re", R"re((?:[^"\\]|.\\)*")re"}) {
    const auto parts = TakeApart(pattern);
    EXPECT_FALSE(parts && parts->pieces.at(0).has_escapes) << pattern;
  }
}

TEST(PatternPieces, InDoubtThereAreNone) {
  for (const char* pattern : {
           R"(.* (?P<status>\d+))",           // the space may be part of the first piece
           R"((?P<status>\d+)(?P<uri>/.*))",  // two groups that touch
           R"((?P<status>\d+)?)",             // a group that may be left out
           R"(((?P<status>\d+)))",            // a named group in another
           R"((?P<status>\d+)|a)",
           R"((?i)a(?P<status>\d+))",
           R"(a(?i:b) (?P<status>\d+))",
           R"((?P<status>\d+)\b)",
           R"(\Qa\E(?P<status>\d+))",
           R"([[:alpha:]]+ (?P<status>\d+))",
           R"(\pL+ (?P<status>\d+))",
           R"(\x41(?P<status>\d+))",
           R"(a^(?P<status>\d+))",
           R"((?P<status>\d+)$$)",
           R"((?P<status>\d+)\\$$)",
       }) {
    EXPECT_FALSE(TakeApart(pattern)) << pattern;
  }
}

}  // namespace
}  // namespace logtally
