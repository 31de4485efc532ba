// New files whose text is known already: copies, copytruncate, moves; and those that only look so.
#include <gmock/gmock.h>

#include "tail_fixture.h"

namespace logtally {
namespace {

using ::testing::UnorderedElementsAre;
using NewcomersTest = TailFixture;

TEST_F(NewcomersTest, ACopyOfAFollowedFileIsNotCountedAgain) {
  const std::string text = ManyLines("log", 50);
  Append("a.log", text);
  Follow({"*.log"});
  EXPECT_EQ(Read().size(), 50u);
  Append("b.log", text.substr(0, text.size() / 2));  // cp, half-way
  EXPECT_EQ(Read(), Lines{});
  EXPECT_FALSE(tailer_->AtEnd()) << "it is not known yet what it will be";
  Append("b.log", text.substr(text.size() / 2));
  Append("a.log", "the original goes on\n");
  EXPECT_EQ(ReadAfter(), Lines{"the original goes on"});
  EXPECT_EQ(ReadAfter(absl::Seconds(3)), Lines{});
  EXPECT_EQ(ReadAfter(), Lines{});
  EXPECT_EQ(Notices(), "info: b.log: is a copy of a.log; its " + std::to_string(text.size()) +
                           " bytes are not counted again\n");
  Commit();
  CrashAndReopen();
  EXPECT_EQ(Read(), Lines{});
  Append("b.log", "the copy has a life of its own\n");
  EXPECT_EQ(ReadAfter(), Lines{"the copy has a life of its own"});
}

TEST_F(NewcomersTest, TwoFilesThatOnlyBeginAlikeAreTwoFiles) {
  const std::string text = ManyLines("same", 50);
  Append("a.log", text);
  Follow({"*.log"});
  Read();
  Append("b.log", text + "another end\n");
  Append("a.log",
         "one end, which is long enough to fill the last bytes that are compared: "
         "a hundred and twenty-eight of them, so this has to go on for a while\n");
  EXPECT_EQ(ReadAfter().size(), 1u + 51u);
}

TEST_F(NewcomersTest, TwoFilesThatAreNewTogetherAreTwoFilesWhateverIsInThem) {
  Append("a.log", ManyLines("same", 50));
  Append("b.log", ManyLines("same", 50));
  Follow({"*.log"});
  EXPECT_EQ(Read().size(), 100u);
}

TEST_F(NewcomersTest, CopyTruncateUnderAGlobThatNamesTheCopyCountsEachLineOnce) {
  const std::string text = ManyLines("log", 50);
  Append("log", text);
  Follow({"log*"});
  EXPECT_EQ(Read().size(), 50u);
  Append("log", "between the last read and the copy\n");
  Copy("log", "log.1");
  Truncate("log");
  Append("log", "new\n");
  Lines lines = ReadAfter();
  for (int i = 0; i < 3; ++i) {
    for (std::string& line : ReadAfter()) lines.push_back(std::move(line));
  }
  EXPECT_THAT(lines, UnorderedElementsAre("between the last read and the copy", "new"));
}

TEST_F(NewcomersTest, ACopyThatIsShorterThanWhatWasReadIsNotCountedWhenItsOriginalIsTruncated) {
  Append("log", ManyLines("log", 50));
  Follow({"log*"});
  EXPECT_EQ(Read().size(), 50u);
  Copy("log", "log.1");
  EXPECT_EQ(ReadAfter(), Lines{});
  Append("log", "after the copy and before the truncation\n");
  EXPECT_EQ(ReadAfter(), Lines{"after the copy and before the truncation"});
  Truncate("log");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ReadAfter(), Lines{});
  EXPECT_EQ(LostBytes(LossCause::kTruncation), 0);
}

TEST_F(NewcomersTest, AFileMovedAcrossFileSystemsIsReadOnWhereItWas) {
  Append("log", ManyLines("log", 50));
  Follow({"*"});
  EXPECT_EQ(Read().size(), 50u);
  Commit();
  Stop();
  Copy("log", "new-place");
  Delete("log");
  Append("new-place", "one more\n");
  Open();
  EXPECT_EQ(Read(), Lines{"one more"});
  EXPECT_EQ(LostBytes(LossCause::kGone), 0);
  Commit();
  CrashAndReopen();
  EXPECT_EQ(Read(), Lines{});
  EXPECT_EQ(Notices(), "");
}

}  // namespace
}  // namespace logtally
