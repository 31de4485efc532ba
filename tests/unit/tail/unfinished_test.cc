// Texts that nobody followed while they were rotated, truncated, compressed or deleted.
#include <gmock/gmock.h>

#include "tail_fixture.h"
#include "testing/archives.h"

namespace logtally {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class UnfinishedTest : public TailFixture {
 protected:
  // Counts the whole of "log" and what comes until the stop; `unread` is appended afterwards.
  void StopBefore(const std::string& unread) {
    text_ = ManyLines("log", 50);
    Append("log", text_);
    Follow({"log"});
    EXPECT_EQ(Read().size(), 50u);
    Commit();
    Stop();
    text_ += unread;
    Append("log", unread);
  }
  // What several passes read.
  Lines ReadAll() {
    Lines all = Read();
    for (int pass = 0; pass < 4; ++pass) {
      for (std::string& line : ReadAfter()) all.push_back(std::move(line));
    }
    return all;
  }
  int64_t Losses(LossCause cause) {
    LostBytes(cause);
    int64_t losses = 0;
    for (const Loss& loss : losses_) losses += loss.cause == cause ? loss.tally.losses : 0;
    return losses;
  }

  std::string text_;  // of the first log
};

TEST_F(UnfinishedTest, ALogThatWasCompressedWhileNobodyLookedIsReadOnInItsArchive) {
  for (const bool gzip : {true, false}) {
    SCOPED_TRACE(gzip);
    const std::string name = gzip ? "log.1.gz" : "log-20240610.zst";
    StopBefore("unread one\nunread two\n");
    Append(name, gzip ? testing::Gzip(text_) : testing::Zstd(text_));
    Delete("log");
    Append("log", "new\n");
    Open();
    EXPECT_THAT(ReadAll(), ElementsAre("unread one", "unread two", "new"));
    EXPECT_TRUE(tailer_->AtEnd());
    EXPECT_EQ(Notices(), "info: " + name + ": has the text of log; read on from byte " +
                             std::to_string(text_.size() - 22) + "\n");
    EXPECT_EQ(Losses(LossCause::kGone), 0);
    Commit();
    CrashAndReopen();
    EXPECT_EQ(ReadAll(), Lines{});
    EXPECT_EQ(Notices(), "");
    Delete(name);
    Delete("log");
    store_.Forget();
  }
}

TEST_F(UnfinishedTest, AnArchiveIsReadOnAfterACrashInItsMiddle) {
  options_.read_bytes = 300;
  StopBefore(ManyLines("unread", 50));
  Append("log.1.gz", testing::Gzip(text_));
  Delete("log");
  Open();
  const size_t before = ReadBatch().lines.size();
  ASSERT_GT(before, 0u);
  Commit();
  ReadBatch();  // and not committed
  Rename("log.1.gz", "log.2.gz");
  CrashAndReopen();
  EXPECT_EQ(ReadAll().size(), 50 - before);
}

TEST_F(UnfinishedTest, SeveralRotationsWhileNobodyLookedAreReadOldestFirst) {
  StopBefore("a\n");
  Append("log.4.gz", testing::Gzip(text_));
  Delete("log");
  Append("log.3.zst", testing::Zstd("b\n"));
  Append("log.2", "c\n");
  Append("log.1", "d\n");
  Append("log", "e\n");
  Open();
  EXPECT_THAT(ReadAll(), ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_EQ(Losses(LossCause::kRotationGap), 0);
  Commit();
  CrashAndReopen();
  EXPECT_EQ(ReadAll(), Lines{});
}

TEST_F(UnfinishedTest, ANumberThatIsMissingInTheRowIsARotationGap) {
  StopBefore("a\n");
  Rename("log", "log.3");
  Append("log.1", "c\n");
  Append("log", "d\n");
  Open();
  EXPECT_THAT(ReadAll(), ElementsAre("a", "c", "d"));
  EXPECT_EQ(Losses(LossCause::kRotationGap), 1);
  Commit();
  CrashAndReopen();
  EXPECT_EQ(ReadAll(), Lines{});
  EXPECT_EQ(Losses(LossCause::kRotationGap), 1);
}

TEST_F(UnfinishedTest, OlderLogsThatWereThereBeforeTheFirstStartAreLeftAlone) {
  Append("log.2", "very old\n");
  Append("log.1", "old\n");
  StopBefore("a\n");
  Rename("log.2", "log.3");
  Rename("log.1", "log.2");
  Rename("log", "log.1");
  Append("log", "b\n");
  Open();
  EXPECT_THAT(ReadAll(), ElementsAre("a", "b"));
}

TEST_F(UnfinishedTest, ALogInAnOtherFolderIsFound) {
  std::filesystem::create_directory(dir_ / "old");
  std::filesystem::create_directory(dir_ / "other");
  options_.rotated_dirs = {dir_ / "elsewhere"};
  std::filesystem::create_directory(dir_ / "elsewhere");
  Append("other/log", "the log of somebody else\n");
  Append("other/log.1", "older lines of somebody else\n");
  StopBefore("a\n");
  Append("elsewhere/log-20240610.gz", testing::Gzip(text_));
  Delete("log");
  Append("old/log.1", "b\n");
  Append("log", "c\n");
  Open();
  EXPECT_THAT(ReadAll(), UnorderedElementsAre("a", "b", "c"));
}

TEST_F(UnfinishedTest, WhatCopyTruncateCopiedIsReadFromTheCopy) {
  for (const bool compressed : {false, true}) {
    SCOPED_TRACE(compressed);
    const std::string text = ManyLines("log", 50);
    Append("log", text);
    Follow({"log"});
    EXPECT_EQ(Read().size(), 50u);
    const std::string copied = text + "between the last read and the copy\n";
    Append("log.1" + std::string(compressed ? ".gz" : ""),
           compressed ? testing::Gzip(copied) : copied);
    Truncate("log");
    Append("log", "new\n");
    EXPECT_THAT(ReadAll(), UnorderedElementsAre("between the last read and the copy", "new"));
    EXPECT_EQ(Counters().recovered_truncations, 1);
    EXPECT_EQ(LostBytes(LossCause::kTruncation), 0);
    EXPECT_GT(Losses(LossCause::kTruncation), 0) << "what came after the copy nobody knows";
    Commit();
    CrashAndReopen();
    EXPECT_EQ(ReadAll(), Lines{});
    Stop();
    store_.Forget();
    Delete("log");
    std::filesystem::remove(dir_ / "log.1");
    std::filesystem::remove(dir_ / "log.1.gz");
  }
}

TEST_F(UnfinishedTest, ACrashBetweenTheTruncationAndTheCopyLosesNothing) {
  const std::string text = ManyLines("log", 50);
  Append("log", text);
  Follow({"log"});
  EXPECT_EQ(Read().size(), 50u);
  Commit();
  Append("log.1", text + "in the copy\n");
  Truncate("log");
  Append("log", "new\n");
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(ReadBatch().lines.size(), 1u);  // "new"; the copy waits for the next pass
  Commit();
  CrashAndReopen();
  EXPECT_THAT(ReadAll(), ElementsAre("in the copy"));
}

TEST_F(UnfinishedTest, ACopyThatEndsBeforeWhatWasReadHasNothingNewAndIsNoLogOfItsOwn) {
  const std::string text = ManyLines("log", 50);
  Append("log", text);
  Follow({"log"});
  EXPECT_EQ(Read().size(), 50u);
  Append("log.1", text);
  Append("log", "after the copy\n");
  EXPECT_EQ(ReadAfter(), Lines{"after the copy"});
  Truncate("log");
  EXPECT_EQ(ReadAll(), Lines{});
  EXPECT_EQ(LostBytes(LossCause::kTruncation), 0);
  Commit();
  Stop();
  Rename("log", "log.0");
  Append("log", "b\n");
  Open();
  EXPECT_EQ(ReadAll(), Lines{"b"});
}

TEST_F(UnfinishedTest, SeveralCopyTruncatesWhileNobodyLookedAreRead) {
  StopBefore("a\n");
  Append("log.3", text_);
  Append("log.2", "b\n");
  Append("log.1", "c\n");
  Truncate("log");
  Append("log", "d\n");
  Open();
  EXPECT_THAT(ReadAll(), UnorderedElementsAre("a", "b", "c", "d"));
}

TEST_F(UnfinishedTest, ATruncationWithoutACopyIsALossWithItsBytes) {
  StopBefore("");
  Open();
  Read();
  Commit();
  Truncate("log");
  EXPECT_EQ(ReadAll(), Lines{});
  EXPECT_EQ(Losses(LossCause::kTruncation), 1);
  EXPECT_EQ(LostBytes(LossCause::kTruncation), 0);
  Commit();
  CrashAndReopen();
  ReadAll();
  EXPECT_EQ(Losses(LossCause::kTruncation), 1) << "said once";
}

// With source_sync off, a power cut may take back from a log what was counted already.
TEST_F(UnfinishedTest, ALogThatCameBackShorterIsNotCountedAgain) {
  StopBefore("");
  const int64_t size = std::filesystem::file_size(dir_ / "log");
  std::filesystem::resize_file(dir_ / "log", size - 100);  // in the middle of a line
  Append("log", "written after the cut\nand so on\n");
  Open();
  // Long enough again, it cannot be told from a log that was truncated: so it is looked at once
  // more, shorter.
  Stop();
  std::filesystem::resize_file(dir_ / "log", size - 100);
  Open();
  EXPECT_EQ(ReadAll(), Lines{});
  EXPECT_EQ(Counters().truncations, 0);
  Append("log", "written after the cut\nand so on\n");
  EXPECT_THAT(ReadAll(), ElementsAre("written after the cut", "and so on"));
  Commit();
  CrashAndReopen();
  EXPECT_EQ(ReadAll(), Lines{});
}

}  // namespace
}  // namespace logtally
