#include "report/text_writer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_split.h"
#include "report/text_layout.h"
#include "unit/report/summary_kit.h"

namespace logtally {
namespace {

using testing::AddCode;
using testing::BadHour;
using testing::Contains;
using testing::kNoon;
using testing::Minute;
using testing::SmallCatalogue;

std::string TextOf(const SummaryInput& input, const TextStyle& style = {}) {
  return WriteText(Summarise(input, SmallCatalogue), style);
}

std::vector<std::string> LinesOf(const std::string& text) { return absl::StrSplit(text, '\n'); }

SummaryInput OnlyErrorWithPath(const std::string& path) {
  SummaryInput input;
  AddCode(input, 404, {1, 0}, 0, 0, {{path, 1, 0}});
  return input;
}

TEST(TextWriter, NoLineIsWiderThanTheStyleSays) {
  SummaryInput input = BadHour();
  input.codes[404].details.list(ErrorList::kPaths).Add("/" + std::string(300, 'x'), 50);
  input.codes[404].details.list(ErrorList::kPaths).Add("/商品/" + std::string(300, 'x'), 50);
  input.sites = {std::string(200, 's'), std::string(200, 't')};
  input.source_names = {"/" + std::string(200, 'd') + "/logtally.db"};
  input.read_errors = {"open /" + std::string(300, 'e') + ": Permission denied"};
  testing::AddLosses(input);
  input.losses[0].path = "/" + std::string(300, 'l');
  input.window.to_unix = Minute(61);
  for (const size_t width : {60, 80, 81, 132}) {
    for (const bool unicode : {true, false}) {
      for (const std::string& line : LinesOf(TextOf(input, {false, unicode, width}))) {
        EXPECT_LE(ColumnsOf(line), width) << line;
      }
    }
  }
}

TEST(TextWriter, EndsEveryLineAndLeavesNoneWithTrailingSpaces) {
  const std::string text = TextOf(BadHour());
  ASSERT_FALSE(text.empty());
  EXPECT_EQ(text.back(), '\n');
  for (const std::string& line : LinesOf(text)) {
    EXPECT_TRUE(line.empty() || line.back() != ' ') << "\"" << line << "\"";
  }
}

TEST(TextWriter, ColorsOnlyWhenAsked) {
  EXPECT_FALSE(Contains(TextOf(BadHour()), "\x1b"));
  const std::string colored = TextOf(BadHour(), {true, true, 80});
  EXPECT_TRUE(Contains(colored, "\x1b[1;31m500 Internal Server Error\x1b[0m"));
  // Without its colours it is the same text.
  std::string plain;
  for (size_t i = 0; i < colored.size(); ++i) {
    if (colored[i] == '\x1b') {
      i = colored.find('m', i);
    } else {
      plain += colored[i];
    }
  }
  EXPECT_EQ(plain, TextOf(BadHour()));
}

TEST(TextWriter, SpeaksAsciiWhereNothingElseIsUnderstood) {
  SummaryInput input = BadHour();
  input.codes[404].details.list(ErrorList::kPaths).Add("/caf\xC3\xA9", 500);
  input.codes[404].details.list(ErrorList::kPaths).Add("/" + std::string(100, 'x'), 500);
  const std::string text = TextOf(input, {false, false, 80});
  EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; }));
  EXPECT_TRUE(Contains(text, "/caf\\xC3\\xA9"));
  EXPECT_TRUE(Contains(text, "RFC 9110 section 15.6.3"));
  EXPECT_TRUE(Contains(text, "12:00-13:00 UTC"));
  EXPECT_TRUE(Contains(text, "<= 41"));
  EXPECT_TRUE(Contains(text, "xxx...xxx"));
}

TEST(TextWriter, ALogLineCannotCommandTheTerminal) {
  SummaryInput input = OnlyErrorWithPath("/\x1b]0;owned\x07\x1b[2J\r\nadmin\xc2\x9b");
  input.sites = {"shop\x1b[31m"};
  input.source_names = {"access\x1b[2J.log"};
  input.rejects = {{"no\x1bmatch", 1}};
  input.read_errors = {"open /var/log/\x1b[2J: Permission denied"};
  input.losses = {{"\x1b", LossCause::kGone, "/log/\x1b[2J\n\xc2\x9b", {1, 9, 0, 0, 0}}};
  const std::string text = TextOf(input);
  for (const unsigned char c : text) {
    EXPECT_TRUE(c == '\n' || (c >= 0x20 && c != 0x7F)) << static_cast<int>(c);
  }
  EXPECT_FALSE(Contains(text, "\xc2\x9b"));
  EXPECT_TRUE(Contains(text, "9 B  /log/\\x1B[2J\\x0A\\xC2\\x9B\n"));
  EXPECT_TRUE(Contains(text, "/\\x1B]0;owned\\x07\\x1B[2J\\x0D\\x0Aadmin\\xC2\\x9B"));
}

TEST(TextWriter, InvalidUtf8IsShownByteByByte) {
  EXPECT_TRUE(Contains(TextOf(OnlyErrorWithPath("/\xff\xfe/\xc3(")), "/\\xFF\\xFE/\\xC3("));
}

TEST(TextWriter, MarkupIsJustText) {
  EXPECT_TRUE(Contains(TextOf(OnlyErrorWithPath("/</script><b>")), "/</script><b>"));
}

TEST(TextWriter, APathOf8KilobytesIsCutInTheMiddle) {
  const std::string text = TextOf(OnlyErrorWithPath("/begin" + std::string(8192, 'x') + "/end"));
  EXPECT_TRUE(Contains(text, "/beginxxx"));
  EXPECT_TRUE(Contains(text, "xxx…xxx"));
  EXPECT_TRUE(Contains(text, "xxx/end\n"));
  EXPECT_LT(text.size(), 2000u);
}

TEST(TextWriter, AnEmptyPathIsNamed) {
  EXPECT_TRUE(Contains(TextOf(OnlyErrorWithPath("")), "1  (none)"));
}

TEST(TextWriter, FitsTheVerdictOnOneLineWhereItCan) {
  SummaryInput input;
  input.window = {kNoon, Minute(5), Minute(0), Minute(4)};
  input.sites = {"a"};
  AddCode(input, 200, {9, 0}, 0, 4);
  EXPECT_EQ(LinesOf(TextOf(input))[0], "a  2026-07-14 12:00–12:05 UTC  9 responses, no errors");
  EXPECT_TRUE(Contains(TextOf(input), "\nNo errors.\n"));
  AddCode(input, 500, {1, 0}, 2, 2);
  EXPECT_EQ(LinesOf(TextOf(input, {false, true, 132}))[0],
            "a  2026-07-14 12:00–12:05 UTC  10 responses, 1 error (10.00 %): server 1");
}

TEST(TextWriter, ManySitesAreCounted) {
  SummaryInput input = BadHour();
  input.sites = {"a", "b", "c"};
  EXPECT_EQ(LinesOf(TextOf(input))[0], "a, b, c  2026-07-14 12:00–13:00 UTC");
  input.sites = {"a", "b", "c", "d"};
  EXPECT_EQ(LinesOf(TextOf(input))[0], "4 sites  2026-07-14 12:00–13:00 UTC");
}

TEST(TextWriter, ExplainsACountThatMayBeTooHigh) {
  SummaryInput input;
  AddCode(input, 404, {100, 0}, 0, 0, {{"/often", 60, 10}, {"/chance", 20, 19}});
  const std::string text = TextOf(input);
  EXPECT_TRUE(Contains(text, "Paths  ≤ 60  /often"));
  EXPECT_FALSE(Contains(text, "/chance")) << "it may have come once";
  EXPECT_TRUE(Contains(text, "\n≤ at most so many"));
  EXPECT_FALSE(Contains(TextOf(OnlyErrorWithPath("/")), "≤"));
}

TEST(TextWriter, SaysWhenNoPathIsFrequent) {
  SummaryInput input;
  AddCode(input, 404, {100, 0}, 0, 0, {{"/a", 20, 19}, {"/b", 20, 19}});
  EXPECT_TRUE(Contains(TextOf(input), "Paths many different ones, none of them frequent"));
}

TEST(TextWriter, SaysThatPathsAreOfWholeHours) {
  SummaryInput input = BadHour();
  input.window.from_unix = Minute(10);
  EXPECT_TRUE(Contains(TextOf(input),
                       "Lists and samples are kept by the hour: 2026-07-14 12:00–13:00 UTC\n"));
}

TEST(TextWriter, SaysWhatIsNotInTheNumbers) {
  SummaryInput input = BadHour();
  input.source = SummarySource::kFiles;
  input.source_names = {"a", "b"};
  input.outside_lines = 2000;
  input.read_errors = {"open c: Permission denied"};
  const std::string text = TextOf(input);
  EXPECT_TRUE(Contains(text, "input: 68,413 lines, 68,401 counted, 12 rejected (0.02 %)\n"));
  EXPECT_TRUE(Contains(text, "  from: 2 files\n"));
  EXPECT_TRUE(Contains(text, "  rejected: 9 no_match, 3 too_long\n"));
  EXPECT_TRUE(Contains(text, "  no usable time: 4 lines, not counted here\n"));
  EXPECT_TRUE(Contains(text, "  outside the window: 2,000 lines\n"));
  EXPECT_TRUE(Contains(text, "  not read: open c: Permission denied\n"));
  input.untimed_counted = true;
  EXPECT_TRUE(Contains(TextOf(input), "  no usable time: 4 lines, counted all the same\n"));
}

TEST(TextWriter, SaysNothingOfLossesWhereThereIsNoneAndAllOfEachWhereThereIsOne) {
  SummaryInput input = BadHour();
  EXPECT_FALSE(Contains(TextOf(input), "lost:"));
  input.losses = {
      {"shop.example", LossCause::kGone, "/log/a.log", {1, 0, 0, Minute(1), Minute(9)}}};
  const std::string text = TextOf(input);
  EXPECT_TRUE(Contains(text, "\n  lost: once, perhaps; how much is not known\n"));
  EXPECT_TRUE(Contains(text, "\n    gone: once, perhaps; how much is not known, 12:01 to 12:09\n"));
  EXPECT_TRUE(Contains(text, "\n      A log with unread lines is gone"));
  EXPECT_TRUE(Contains(text, "\n      Keep rotated logs beside the log"));
  EXPECT_TRUE(Contains(text, "\n      ?  /log/a.log\n"));
}

TEST(TextWriter, NamesTheFiveLogsThatLostMost) {
  SummaryInput input = BadHour();
  testing::AddLosses(input);
  const std::string text = TextOf(input);
  EXPECT_TRUE(Contains(text, "6.0 KiB  /var/log/shop/6.log\n"));
  EXPECT_TRUE(Contains(text, "2.0 KiB  /var/log/shop/2.log\n      and 2 other logs\n"));
  EXPECT_FALSE(Contains(text, "/var/log/shop/1.log"));
}

// Nobody was there to see when it happened: the time of a loss is that of the reading.
TEST(TextWriter, ALossInAFileThatWasJustReadHasNoTime) {
  SummaryInput input = BadHour();
  input.source = SummarySource::kFiles;
  input.losses = {{"", LossCause::kNulHole, "a.log", {1, 4096, 0, Minute(1), Minute(1)}}};
  EXPECT_TRUE(Contains(TextOf(input), "\n    nul_hole: once, at least 4.0 KiB\n"));
}

TEST(TextWriter, OneCodeAskedForIsShownAlone) {
  SummaryInput input = BadHour();
  input.only_code = 502;
  const std::string text = TextOf(input);
  EXPECT_TRUE(Contains(text, "  shown: code 502 alone; shares are of all responses\n"));
  EXPECT_TRUE(Contains(text, "GATEWAY SIDE\n502 Bad Gateway"));
  EXPECT_FALSE(Contains(text, "Internal Server Error"));
  EXPECT_FALSE(Contains(text, "No errors."));
  input.only_code = 503;
  EXPECT_TRUE(Contains(TextOf(input), "\nNo response with code 503.\n"));
}

TEST(TextWriter, SaysPlainlyThatThereIsNothingAndWhatToCheck) {
  SummaryInput stored;
  stored.source_names = {"logtally.db"};
  stored.sites = {"shop"};
  stored.window = {kNoon, Minute(60), std::nullopt, std::nullopt};
  EXPECT_EQ(TextOf(stored),
            "shop  2026-07-14 12:00–13:00 UTC  no responses\n"
            "input: 0 lines, 0 counted, none rejected\n"
            "  from: logtally.db\n"
            "\n"
            "No lines in this window.\n"
            "  Check the window: its times are UTC unless they say otherwise.\n"
            "  Check that the daemon runs, that it may read the logs, and that the web server\n"
            "  writes to them.\n");
  SummaryInput files;
  files.source = SummarySource::kFiles;
  files.source_names = {"access.log"};
  EXPECT_EQ(TextOf(files),
            "all of the files given  no responses\n"
            "input: 0 lines, 0 counted, none rejected\n"
            "  from: access.log\n"
            "\n"
            "No lines.\n"
            "  Check that the files given are the right ones and are not empty.\n");
}

TEST(TextWriter, SaysThatTheFormatMayBeWrongWhenEveryLineIsRejected) {
  SummaryInput input;
  input.source = SummarySource::kFiles;
  input.source_names = {"error.log"};
  input.rejects = {{"no_match", 512}};
  const std::string text = TextOf(input);
  EXPECT_TRUE(Contains(text, "input: 512 lines, 0 counted, 512 rejected (100 %)\n"));
  EXPECT_TRUE(Contains(text, "No status could be read from any line.\n"));
  EXPECT_FALSE(Contains(text, "No lines."));
}

}  // namespace
}  // namespace logtally
