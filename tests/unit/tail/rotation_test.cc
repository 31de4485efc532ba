// What logrotate, writers and operators do to files while they are followed, or while nobody looks.
#include <gmock/gmock.h>

#include "tail/file_identity.h"
#include "tail_fixture.h"

namespace logtally {
namespace {

using ::testing::UnorderedElementsAre;

class RotationTest : public TailFixture {
 protected:
  static constexpr absl::Duration kDrainQuiet = absl::Seconds(61);
};

TEST_F(RotationTest, CountsEachLineOnceWhenRotatedByRename) {
  Append("log", "one\n");
  Follow({"log"});
  EXPECT_EQ(Read(), Lines{"one"});
  Append("log", "two\n");
  RotateByRename("log");
  Append("log", "three\n");
  EXPECT_EQ(ReadAfter(), (Lines{"two", "three"}));
  EXPECT_EQ(Counters().rotations, 1);
  EXPECT_EQ(LostBytes(LossCause::kTruncation), 0);
  EXPECT_EQ(Notices(), "");
}

TEST_F(RotationTest, ReadsLateWritesToTheOldFileUntilItIsQuiet) {
  Append("log", "one\n");
  Follow({"log"});
  Read();
  RotateByRename("log");
  EXPECT_EQ(ReadAfter(), Lines{});
  for (int i = 0; i < 5; ++i) {
    Append("log.1", "late\n");
    EXPECT_EQ(ReadAfter(absl::Seconds(59)), Lines{"late"}) << "each write begins the quiet anew";
  }
  EXPECT_EQ(Files(), (Lines{"log draining 29/29", "log live 0/0"}));
  EXPECT_EQ(ReadAfter(kDrainQuiet), Lines{});
  EXPECT_EQ(ReadAfter(), Lines{});
  EXPECT_EQ(Files(), Lines{"log live 0/0"});
}

// Its name is that of the new file, whose events must not wake what was let go.
TEST_F(RotationTest, AFileThatWasLetGoIsNotReadAgain) {
  Append("log", "one\n");
  Follow({"log"});
  Read();
  RotateByRename("log");
  ReadAfter();
  EXPECT_EQ(ReadAfter(kDrainQuiet), Lines{});
  Append("log", "two\n");
  EXPECT_EQ(Read(), Lines{"two"}) << "at once, before the next pass";
  EXPECT_EQ(Notices(), "");
}

TEST_F(RotationTest, NeverLetsGoOfAFileWithUnreadBytes) {
  Append("log", "one\n");
  Follow({"log"});
  Read();
  RotateByRename("log");
  ReadAfter();
  Append("log.1", "very late\n");
  EXPECT_EQ(ReadAfter(10 * kDrainQuiet), Lines{"very late"});
}

TEST_F(RotationTest, WithoutANewFileTheOldOneIsKeptForAsLongAsItTakes) {
  Append("log", "one\n");
  Follow({"log"});
  Read();
  Rename("log", "log.1");
  EXPECT_EQ(ReadAfter(100 * kDrainQuiet), Lines{});
  Append("log.1", "two\n");
  EXPECT_EQ(ReadAfter(), Lines{"two"}) << "its writer has nowhere else to go";
  EXPECT_EQ(Notices(), "") << "a log between two files is not missing";
  Append("log", "three\n");
  EXPECT_EQ(ReadAfter(), Lines{"three"});
  EXPECT_EQ(Counters().rotations, 1);
}

TEST_F(RotationTest, HalfALineIsHandedOutAsUnterminatedWhenItsFileIsFinal) {
  Append("log", "one\nhalf");
  Follow({"log"});
  EXPECT_EQ(Read(), Lines{"one"});
  RotateByRename("log");
  EXPECT_EQ(ReadAfter(), Lines{});
  EXPECT_EQ(ReadAfter(kDrainQuiet), Lines{"<unterminated>"});
  EXPECT_EQ(bytes_read_, 8);
  Commit();
  CrashAndReopen();
  EXPECT_EQ(ReadAfter(kDrainQuiet), Lines{});
}

TEST_F(RotationTest, HalfALineAcrossARotationIsFinishedInTheOldFile) {
  Append("log", "ha");
  Follow({"log"});
  Read();
  RotateByRename("log");
  Append("log", "new\n");
  Append("log.1", "lf\n");
  EXPECT_EQ(ReadAfter(), (Lines{"half", "new"}));
}

TEST_F(RotationTest, ADeletedFileIsReadToItsEndAndItsNextOneFromItsBeginning) {
  Append("log", "one\n");
  Follow({"log"});
  EXPECT_EQ(Read(), Lines{"one"});
  Append("log", "two\n");
  Delete("log");
  EXPECT_EQ(ReadAfter(), Lines{"two"});
  Append("log", "three\n");
  EXPECT_EQ(ReadAfter(), Lines{"three"});
  EXPECT_EQ(ReadAfter(kDrainQuiet), Lines{});
  EXPECT_EQ(Files(), Lines{"log live 6/6"});
}

TEST_F(RotationTest, ADeletedFileThatStaysAwayIsMissingOnceItIsLetGo) {
  Append("log", "one\n");
  Follow({"log"});
  Read();
  Delete("log");
  ReadAfter();
  EXPECT_EQ(Notices(), "");
  ReadAfter(kDrainQuiet);
  ReadAfter();
  EXPECT_EQ(Notices(), "warning: log: no such file; waiting for it\n");
}

TEST_F(RotationTest, AFileThatIsMovedBackIsReadOn) {
  Append("log", "one\n");
  Follow({"log"});
  Read();
  Rename("log", "elsewhere");
  ReadAfter();
  Append("elsewhere", "two\n");
  Rename("elsewhere", "log");
  EXPECT_EQ(ReadAfter(), Lines{"two"});
  EXPECT_EQ(Files(), Lines{"log live 8/8"});
}

TEST_F(RotationTest, ARotatedNameThatTheGlobMatchesTooIsTheSameFile) {
  Append("log", "one\n");
  Follow({"log*"});
  Read();
  for (int i = 0; i < 3; ++i) {
    if (i > 0) Rename("log.1", "log.2");
    RotateByRename("log");
    Append("log", "new\n");
    EXPECT_EQ(ReadAfter(), Lines{"new"}) << i;
    if (i > 0) Delete("log.2");
  }
  EXPECT_EQ(Counters().rotations, 3);
}

// E1 and E2: the inode of a log that was just deleted is used again at once, its birth time is not.
TEST_F(RotationTest, ANewFileWithAnOldInodeIsANewFile) {
  Append("log", "one\n");
  options_.drain_quiet = absl::ZeroDuration();
  Follow({"log"});
  EXPECT_EQ(Read(), Lines{"one"});
  Commit();
  const uint64_t inode = StatPath(dir_ / "log")->inode;
  for (int tries = 0; tries < 200; ++tries) {
    Stop();
    Delete("log");
    Append("log", "two\n");  // as long as the old one, so that sizes say nothing
    const bool reused = StatPath(dir_ / "log")->inode == inode;
    Open();
    ASSERT_EQ(Read(), Lines{"two"}) << "inode reused: " << reused;
    Commit();
    if (reused) return;
  }
  // A file system that does not reuse inodes at once; the birth time is still part of the key.
  EXPECT_NE(StatPath(dir_ / "log")->btime_ns, 0);
}

TEST_F(RotationTest, TruncationInPlaceStartsTheFileAgain) {
  Append("log", "one\ntwo\n");
  Follow({"log"});
  EXPECT_EQ(Read(), (Lines{"one", "two"}));
  Commit();
  Truncate("log");
  Append("log", "new\n");
  EXPECT_EQ(ReadAfter(), Lines{"new"});
  EXPECT_EQ(Counters().truncations, 1);
  EXPECT_EQ(LostBytes(LossCause::kTruncation), 0);
  EXPECT_EQ(Notices(), "info: log: truncated; reading it from its beginning\n");
  const std::vector<PositionUpdate> updates = tailer_->positions();
  ASSERT_EQ(updates.size(), 2);
  EXPECT_EQ(updates[0].position.generation, 0);
  EXPECT_EQ(updates[0].position.state, FileState::kAwaitCopy);
  EXPECT_EQ(updates[0].stored_offset, 8);
  EXPECT_EQ(updates[1].position.generation, 1);
  EXPECT_EQ(updates[1].position.offset, 4);
  EXPECT_EQ(updates[1].stored_offset, std::nullopt);
}

TEST_F(RotationTest, TruncationIsNoticedWhenTheFileHasGrownBeyondTheOldOffsetSince) {
  Append("log", "one\n");
  Follow({"log"});
  EXPECT_EQ(Read(), Lines{"one"});
  Truncate("log");
  Append("log", "another one\nand one more\n");
  EXPECT_EQ(ReadAfter(), (Lines{"another one", "and one more"}));
  EXPECT_EQ(Counters().truncations, 1);
  EXPECT_EQ(LostBytes(LossCause::kTruncation), 0) << "the bytes that came later were not lost";
}

TEST_F(RotationTest, HalfALineIsNotGluedToAnotherTextAfterATruncation) {
  Append("log", "half");
  Follow({"log"});
  EXPECT_EQ(Read(), Lines{});
  Truncate("log");
  Append("log", "a new text\n");
  EXPECT_EQ(ReadAfter(), Lines{"a new text"});
  EXPECT_EQ(ReadAfter(), Lines{});
  EXPECT_EQ(LostBytes(LossCause::kTruncation), 4);
  EXPECT_EQ(Notices(),
            "info: log: truncated; reading it from its beginning\n"
            "warning: log: 4 of 4 bytes had not been read when it was truncated and are lost\n");
}

TEST_F(RotationTest, CountsTheBytesThatATruncationTookAway) {
  options_.read_bytes = 1000;
  const std::string text = ManyLines("log", 100);
  Append("log", text);
  Follow({"log"});
  const int64_t read = ReadBatch().bytes;
  Truncate("log");
  for (int pass = 0; pass < 3; ++pass) EXPECT_EQ(ReadAfter(), Lines{});
  EXPECT_EQ(LostBytes(LossCause::kTruncation), static_cast<int64_t>(text.size()) - read);
}

TEST_F(RotationTest, TruncationWhileNobodyLookedIsNoticedAtTheNextStart) {
  for (const std::string text : {"x\n", "a longer text than the last one\n"}) {
    Append("log", ManyLines("log", 1));
    Follow({"log"});
    Read();
    Commit();
    Stop();
    Truncate("log");
    Append("log", text);
    Open();
    EXPECT_EQ(Read(), Lines{text.substr(0, text.size() - 1)});
    EXPECT_EQ(Counters().truncations, 1);
    Commit();
  }
}

// E11: a writer without O_APPEND leaves a hole behind when its file is truncated.
TEST_F(RotationTest, AHoleAfterATruncationIsANamedLossAndNoPartOfALine) {
  Append("log", "0123456789\n");
  Follow({"log"});
  Read();
  Truncate("log");
  std::filesystem::resize_file(dir_ / "log", 11);
  Append("log", "new\n");
  EXPECT_EQ(ReadAfter(), Lines{"new"});
  EXPECT_EQ(LostBytes(LossCause::kNulHole), 11);
}

TEST_F(RotationTest, RotationWhileNobodyLookedIsFinishedInTheOldFileFirst) {
  Append("log", "one\n");
  Follow({"log"});
  EXPECT_EQ(Read(), Lines{"one"});
  Commit();
  Stop();
  Append("log", "two\n");
  RotateByRename("log");
  Append("log", "three\n");
  Open();
  EXPECT_EQ(Read(), (Lines{"two", "three"}));
  Append("log.1", "late\n");
  EXPECT_EQ(ReadAfter(), Lines{"late"});
  Commit();
  CrashAndReopen();
  EXPECT_EQ(Read(), Lines{});
  EXPECT_EQ(ReadAfter(kDrainQuiet), Lines{});
  EXPECT_EQ(Notices(), "");
}

TEST_F(RotationTest, TheOldestOfSeveralRotatedFilesIsReadFirst) {
  options_.read_bytes = 300;
  Append("z", "z0\n");
  Append("log", "a0\n");
  Follow({"log", "z"});
  Read();
  RotateByRename("log");
  ReadAfter();
  Commit();  // log.1 is draining, log is live
  Stop();
  Append("log.1", "a1\n" + ManyLines("old", 20));
  Append("log", "b0\n");
  Append("z", "z1\n");
  Rename("log.1", "log.2");
  RotateByRename("log");
  Append("log", "c0\n");
  Open();
  const Lines lines = Read();
  ASSERT_EQ(lines.size(), 24u);
  EXPECT_EQ(lines[0], "a1");
  EXPECT_EQ(lines[21], "b0");
  EXPECT_EQ(lines[22], "c0");
  EXPECT_EQ(lines[23], "z1");
}

TEST_F(RotationTest, AFileThatIsGoneAfterARestartIsANamedLoss) {
  options_.read_bytes = 300;
  Append("log", ManyLines("log", 20));
  Follow({"log"});
  const int64_t read = ReadBatch().bytes;
  Commit();
  Stop();
  const int64_t size = std::filesystem::file_size(dir_ / "log");
  Delete("log");
  Append("log", "new\n");
  Open();
  EXPECT_EQ(Read(), Lines{"new"});
  EXPECT_FALSE(tailer_->AtEnd()) << "it is still looked for";
  EXPECT_EQ(ReadAfter(), Lines{});
  EXPECT_TRUE(tailer_->AtEnd());
  EXPECT_EQ(LostBytes(LossCause::kGone), size - read);
  EXPECT_EQ(Notices(), "warning: log: the file that was read up to byte " + std::to_string(read) +
                           " is gone, renamed to where it cannot be found, or deleted; "
                           "at least " +
                           std::to_string(size - read) + " bytes after that are lost\n");
  Commit();
  CrashAndReopen();
  EXPECT_EQ(Notices(), "") << "said once";
}

TEST_F(RotationTest, AFileWhoseDirectoryCannotBeListedIsNotGivenUp) {
  std::filesystem::create_directory(dir_ / "mounted");
  Append("mounted/log", "one\n");
  Follow({"mounted/log"});
  Read();
  Commit();
  Stop();
  Rename("mounted", "elsewhere");
  Open();
  EXPECT_EQ(Notices(), "warning: mounted/log: no such file; waiting for it\n");
  Append("elsewhere/log", "two\n");
  Rename("elsewhere", "mounted");
  EXPECT_EQ(ReadAfter(), Lines{"two"});
}

TEST_F(RotationTest, AHundredRotationsLeaveNoDescriptorBehind) {
  Append("log", "one\n");
  Follow({"log"});
  Read();
  const size_t before = OpenDescriptors();
  for (int i = 0; i < 100; ++i) {
    Append("log", "old\n");
    RotateByRename("log");
    Append("log", "new\n");
    EXPECT_THAT(ReadAfter(), UnorderedElementsAre("old", "new"));
    EXPECT_EQ(ReadAfter(kDrainQuiet), Lines{});
    Commit();
  }
  ReadAfter();
  EXPECT_EQ(OpenDescriptors(), before);
  EXPECT_EQ(Counters().rotations, 100);
}

}  // namespace
}  // namespace logtally
