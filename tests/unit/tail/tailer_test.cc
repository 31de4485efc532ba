// Following files in peace: lines, restarts, globs, what cannot be read.
#include "tail/tailer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <random>
#include <vector>

#include "base/unique_fd.h"
#include "tail/read_ahead.h"
#include "tail_fixture.h"
#include "testing/archives.h"

namespace logtally {
namespace {

using TailerTest = TailFixture;

TEST_F(TailerTest, HandsOutEachLineOnceAsItIsWritten) {
  Append("log", "one\ntwo\r\n");
  Follow({"log"});
  EXPECT_EQ(Read(), (Lines{"one", "two"}));
  EXPECT_EQ(Read(), Lines{});
  Append("log", "three\n");
  EXPECT_EQ(ReadAfter(), Lines{"three"});
  EXPECT_EQ(last_path_, dir_ / "log");
  EXPECT_EQ(bytes_read_, 15);
}

TEST_F(TailerTest, HearsOfNewBytesAndNewFilesFromInotifyWithoutAnyTimePassing) {
  Append("a.log", "one\n");
  Follow({"*.log"});
  EXPECT_EQ(Read(), Lines{"one"});
  Append("a.log", "two\n");
  EXPECT_EQ(Read(), Lines{"two"});
  Append("b.log", "three\n");
  EXPECT_EQ(Read(), Lines{"three"});
}

TEST_F(TailerTest, WithoutInotifyTheReconcilePassFindsEverything) {
  options_.watch = Tailer::Options::Watch::kPoll;
  Append("a.log", "one\n");
  Follow({"*.log"});
  EXPECT_EQ(Read(), Lines{"one"});
  Append("a.log", "two\n");
  Append("b.log", "three\n");
  EXPECT_EQ(Read(), Lines{});
  EXPECT_EQ(ReadAfter(), (Lines{"two", "three"}));
}

TEST_F(TailerTest, HalfALineWaitsForItsOtherHalf) {
  Append("log", "one\ntw");
  Follow({"log"});
  EXPECT_EQ(Read(), Lines{"one"});
  Append("log", "o");
  EXPECT_EQ(ReadAfter(), Lines{});
  EXPECT_EQ(tailer_->UnterminatedTails().at(0).bytes, 3);
  Append("log", "\nthree\n");
  EXPECT_EQ(ReadAfter(), (Lines{"two", "three"}));
  EXPECT_TRUE(tailer_->UnterminatedTails().empty());
}

TEST_F(TailerTest, HalfALineIsReadAgainFromItsBeginningAfterACrash) {
  Append("log", "one\ntw");
  Follow({"log"});
  EXPECT_EQ(Read(), Lines{"one"});
  Commit();
  CrashAndReopen();
  EXPECT_EQ(Read(), Lines{});
  Append("log", "o\n");
  EXPECT_EQ(ReadAfter(), Lines{"two"});
}

TEST_F(TailerTest, ALineOfOneMebibyteIsTooLongAndTheNextOneIsNot) {
  Append("log", "one\n" + std::string(1 << 20, 'x') + "\ntwo\n");
  Follow({"log"});
  EXPECT_EQ(Read(), (Lines{"one", "<too long>", "two"}));
  EXPECT_EQ(bytes_read_, 4 + (1 << 20) + 1 + 4);
}

// A writer that goes on at its old offset after a truncation leaves such a hole. Whoever reads must
// be able to do something else meanwhile.
TEST_F(TailerTest, AHoleOfAGibibyteIsReadInManySteps) {
  Append("log", "one\n");
  std::filesystem::resize_file(dir_ / "log", int64_t{1} << 30);
  Append("log", "\ntwo\n");
  Follow({"log"});
  EXPECT_EQ(ReadBatch().lines.size(), 1u);
  EXPECT_EQ(ReadBatch().lines.size(), 0u);
  EXPECT_FALSE(tailer_->AtEnd()) << "but it gave way";
  EXPECT_EQ(Read(), (Lines{"", "two"}));
  EXPECT_EQ(LostBytes(LossCause::kNulHole), (int64_t{1} << 30) - 4);
  int64_t holes = 0;
  for (const Loss& loss : losses_) holes += loss.tally.losses;
  EXPECT_EQ(holes, 1) << "however many reads it takes";
}

TEST_F(TailerTest, GoesOnAfterARestartWhereTheLastCommitWas) {
  Append("log", "one\n");
  Follow({"log"});
  EXPECT_EQ(Read(), Lines{"one"});
  Commit();
  Append("log", "two\n");
  EXPECT_EQ(ReadAfter(), Lines{"two"});
  CrashAndReopen();
  EXPECT_EQ(Read(), Lines{"two"}) << "was not committed, so it comes again";
  Commit();
  CrashAndReopen();
  EXPECT_EQ(Read(), Lines{});
}

TEST_F(TailerTest, SaysOnlyPositionsThatChanged) {
  Append("a.log", "one\n");
  Append("b.log", "");
  Follow({"*.log"});
  EXPECT_EQ(tailer_->positions().size(), 2u) << "that an empty file was seen is to be durable";
  Read();
  Commit();
  Append("a.log", "two\n");
  ReadAfter();
  ASSERT_EQ(tailer_->positions().size(), 1u);
  const PositionUpdate update = tailer_->positions()[0];
  EXPECT_EQ(update.position.offset, 8);
  EXPECT_EQ(update.position.head_length, 8);
  EXPECT_EQ(update.position.anchor_length, 8);
  EXPECT_EQ(update.stored_offset, 4);
}

TEST_F(TailerTest, WhatIsReadBetweenPositionsAndMarkCommittedIsStillAChange) {
  Append("log", "one\n");
  Follow({"log"});
  Read();
  store_.Apply(tailer_->positions());
  Append("log", "two\n");
  ReadAfter();
  tailer_->MarkCommitted();
  ASSERT_EQ(tailer_->positions().size(), 1u);
  Commit();
  EXPECT_EQ(store_.All()[0].offset, 8);
}

TEST_F(TailerTest, FilesTakeTurns) {
  options_.read_bytes = 1000;
  Append("a.log", ManyLines("a", 100));
  Append("b.log", "short\n");
  Follow({"*.log"});
  EXPECT_EQ(std::string(ReadBatch().path), dir_ / "a.log");
  EXPECT_EQ(std::string(ReadBatch().path), dir_ / "b.log");
  EXPECT_FALSE(tailer_->AtEnd());
  Read();
  EXPECT_TRUE(tailer_->AtEnd());
}

TEST_F(TailerTest, AFileIndexStaysWithItsFile) {
  Append("a.log", "one\n");
  Append("b.log", "one\n");
  Follow({"*.log"});
  const FileIndex a = ReadBatch().file;
  const FileIndex b = ReadBatch().file;
  EXPECT_NE(a, b);
  Append("b.log", "two\n");
  EXPECT_EQ(ReadBatch().file, b);
}

TEST_F(TailerTest, StartsAtTheEndOfFilesThatExistAtTheVeryFirstStartOnly) {
  options_.start = Tailer::Options::Start::kEnd;
  Append("a.log", "old\nha");
  Follow({"*.log"});
  EXPECT_EQ(Read(), Lines{});
  Append("a.log", "lf\n");
  Append("b.log", "new\n");
  EXPECT_EQ(ReadAfter(), (Lines{"half", "new"})) << "a line that is not whole is not old";
  Commit();
  Stop();
  Append("c.log", "while away\n");
  Open();
  EXPECT_EQ(Read(), Lines{"while away"});
}

TEST_F(TailerTest, FollowsASymbolicLinkAndWhatItIsTurnedTo) {
  Append("first", "one\n");
  std::filesystem::create_symlink("first", dir_ / "log");
  Follow({"log"});
  EXPECT_EQ(Read(), Lines{"one"});
  Append("first", "two\n");
  EXPECT_EQ(Read(), Lines{"two"}) << "the link's target is watched too";
  Append("second", "three\n");
  Delete("log");
  std::filesystem::create_symlink("second", dir_ / "log");
  Append("first", "late\n");
  EXPECT_EQ(ReadAfter(), (Lines{"late", "three"}));
}

TEST_F(TailerTest, TwoPathsToOneFileAreOneFileInASiteAndTwoInTwoSites) {
  Append("a.log", "one\n");
  std::filesystem::create_hard_link(dir_ / "a.log", dir_ / "b.log");
  std::filesystem::create_symlink("a.log", dir_ / "c.log");
  Follow({"a.log", "*.log"});
  EXPECT_EQ(Read(), Lines{"one"});
  store_.Forget();
  FollowSites({{"site", {"a.log"}}, {"other", {"b.log"}}});
  EXPECT_EQ(Read(), (Lines{"one", "one"}));
}

TEST_F(TailerTest, FindsFilesInDirectoriesThatAppearLater) {
  Follow({"*/access.log"});
  EXPECT_EQ(Notices(), "info: */access.log: no file matches yet\n");
  std::filesystem::create_directory(dir_ / "a");
  Append("a/access.log", "one\n");
  EXPECT_EQ(ReadAfter(), Lines{"one"});
  Append("a/access.log", "two\n");
  EXPECT_EQ(Read(), Lines{"two"}) << "its directory is watched by now";
  EXPECT_EQ(Notices(), "");
}

TEST_F(TailerTest, SaysOnceThatALogIsMissingAndOnceThatItIsThere) {
  Follow({"log"});
  EXPECT_EQ(Notices(), "warning: log: no such file; waiting for it\n");
  ReadAfter();
  EXPECT_EQ(Notices(), "");
  EXPECT_EQ(Files(), Lines{"log failing 0/0"});
  Append("log", "one\n");
  EXPECT_EQ(ReadAfter(), Lines{"one"});
  EXPECT_EQ(Notices(), "info: log: all right again\n");
  EXPECT_EQ(Files(), Lines{"log live 4/4"});
}

TEST_F(TailerTest, FollowsNothingButRegularFiles) {
  std::filesystem::create_directory(dir_ / "directory");
  Append("file", "");
  Follow({"directory", "file/log"});
  EXPECT_EQ(Notices(),
            "warning: directory: is a directory; name the files in it, for example "
            "directory/*.log\n"
            "warning: stat file/log: Not a directory\n");
  EXPECT_EQ(Read(), Lines{});
}

// Rights do not bind root, so this drops the rights of the file system calls alone where it can.
class AsNobody {
 public:
  AsNobody() {
    if (geteuid() == 0) setfsuid(65534);
  }
  ~AsNobody() {
    if (geteuid() == 0) setfsuid(0);
  }
};

TEST_F(TailerTest, SaysWhatToDoAboutAFileThatMayNotBeReadAndReadsItWhenItMay) {
  std::filesystem::permissions(dir_.path(), std::filesystem::perms(0755));
  Append("log", "one\n");
  std::filesystem::permissions(dir_ / "log", std::filesystem::perms::none);
  const AsNobody nobody;
  Follow({"log"});
  EXPECT_EQ(Notices(),
            "warning: open log: Permission denied; let the user of this program read it "
            "(on Debian: group adm)\n");
  EXPECT_EQ(ReadAfter(), Lines{});
  EXPECT_EQ(Files(), Lines{"log failing 0/0"});
  {
    if (geteuid() == 0) setfsuid(0);
    std::filesystem::permissions(dir_ / "log", std::filesystem::perms(0644));
    if (geteuid() == 0) setfsuid(65534);
  }
  EXPECT_EQ(Read(), Lines{"one"}) << "inotify says that the rights changed";
  EXPECT_EQ(Notices(), "info: log: all right again\n");
}

TEST_F(TailerTest, SaysThatADirectoryMayNotBeRead) {
  std::filesystem::permissions(dir_.path(), std::filesystem::perms(0755));
  std::filesystem::create_directory(dir_ / "closed");
  std::filesystem::permissions(dir_ / "closed", std::filesystem::perms(0700));
  if (geteuid() != 0) std::filesystem::permissions(dir_ / "closed", std::filesystem::perms::none);
  const AsNobody nobody;
  Follow({"closed/*.log"});
  EXPECT_EQ(Notices(),
            "warning: closed/*.log: read directory closed: Permission denied; let the user of this "
            "program read it (on Debian: group adm)\n");
}

TEST_F(TailerTest, ReadsAnArchiveThatAPatternNamesOnce) {
  Append("log", "one\n");
  Append("log.2.gz", testing::Gzip("older\nlines\nand a half"));
  Append("log.3.zst", testing::Zstd("oldest\n"));
  Follow({"log*"});
  EXPECT_THAT(Read(),
              ::testing::UnorderedElementsAre("one", "older", "lines", "<unterminated>", "oldest"));
  EXPECT_TRUE(tailer_->AtEnd());
  EXPECT_EQ(Notices(), "");
  Commit();
  CrashAndReopen();
  EXPECT_EQ(Read(), Lines{});
  EXPECT_EQ(Files(), Lines{"log live 4/4"});
}

TEST_F(TailerTest, ADamagedArchiveIsANamedLossAndOneThatCannotBeReadATrouble) {
  const std::string archive = testing::Gzip(ManyLines("older", 2000));
  Append("log.2.gz", archive.substr(0, archive.size() / 2) + std::string(5000, '\xff'));
  Append("log.3.xz", std::string("\xfd"
                                 "7zXZ\0 no text\n",
                                 15));
  Follow({"log*"});
  EXPECT_GT(Read().size(), 100u) << "what comes before the damage is read";
  for (int pass = 0; pass < 2; ++pass) EXPECT_EQ(ReadAfter(absl::Minutes(2)), Lines{});
  LostBytes(LossCause::kGone);
  ASSERT_EQ(losses_.size(), 1u);
  EXPECT_EQ(losses_[0].cause, LossCause::kGone);
  EXPECT_EQ(losses_[0].path, dir_ / "log.2.gz");
  Commit();
  CrashAndReopen();
  EXPECT_EQ(Read(), Lines{});
  EXPECT_EQ(Files(), Lines{"log.3.xz failing 0/0"});
  EXPECT_TRUE(tailer_->AtEnd());
}

TEST_F(TailerTest, RefusesPatternsThatCannotBeMeant) {
  const auto refused = [&](const std::string& pattern) {
    return absl::IsInvalidArgument(Tailer::CheckSources({{"site", {pattern}}}));
  };
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused("access.log"));
  EXPECT_TRUE(refused("/var/log/nginx/"));
  EXPECT_TRUE(refused("/var/log/[ab.log"));
  EXPECT_FALSE(refused("/var/log/[]ab].log"));
  EXPECT_FALSE(refused("/var/log/\\[ab.log"));
  EXPECT_TRUE(
      absl::IsInvalidArgument(Tailer::Create(options_, {{"site", {"x"}}}, {}, clock_).status()));
}

TEST_F(TailerTest, OtherSourcesLeaveTheFilesThatAreStillNamedAsTheyAre) {
  Append("a.log", "one\n");
  Append("b.log", "ONE\n");
  Follow({"a.log", "b.log"});
  EXPECT_EQ(Read(), (Lines{"one", "ONE"}));
  Append("a.log", "two\nhalf");
  Append("b.log", "TWO\n");
  tailer_->SetSources(options_, SourcesOf({{"site", {"a.log", "c.log"}}}));
  EXPECT_EQ(Read(), Lines{"two"}) << "of a file that is no longer named nothing more comes";
  Append("c.log", "three\n");
  Append("a.log", " done\n");
  EXPECT_EQ(ReadAfter(), (Lines{"half done", "three"}));
  Commit();
  EXPECT_EQ(store_.All().size(), 3u) << "what was read of b.log stays read";
  tailer_->SetSources(options_, SourcesOf({{"site", {"a.log", "b.log"}}}));
  EXPECT_EQ(Read(), Lines{"TWO"});
  EXPECT_EQ(tailer_->Counters().size(), 1u);
}

TEST_F(TailerTest, IngestsFinishedFilesWithoutWaiting) {
  Append("a.log", "one\ntwo\nno end");
  Append("b.log", "three\n");
  options_.watch = Tailer::Options::Watch::kPoll;
  Follow({"a.log", "b.log"});
  Lines lines;
  while (!tailer_->AtEnd()) {
    for (const RawLine& line : ReadBatch().lines) lines.push_back(TextOf(line));
  }
  EXPECT_EQ(lines, (Lines{"one", "two", "three"}));
  ASSERT_EQ(tailer_->UnterminatedTails().size(), 1u);
  EXPECT_EQ(tailer_->UnterminatedTails()[0].path, dir_ / "a.log");
  EXPECT_EQ(tailer_->UnterminatedTails()[0].bytes, 6);
  Commit();
  EXPECT_EQ(store_.All().size(), 2u);
}

TEST_F(TailerTest, WaitEndsWhenAFileIsWrittenOrWhenItIsTold) {
  Append("log", "one\n");
  Follow({"log"});
  Read();
  int wake[2];
  ASSERT_EQ(pipe(wake), 0);
  // The fake clock stands still: no reconcile pass becomes due, so the events must do it.
  Append("log", "two\n");
  tailer_->Wait(absl::InfiniteDuration(), wake[0]);
  EXPECT_EQ(Read(), Lines{"two"});
  ASSERT_EQ(write(wake[1], "x", 1), 1);
  tailer_->Wait(absl::InfiniteDuration(), wake[0]);
  EXPECT_EQ(Read(), Lines{});
  close(wake[0]);
  close(wake[1]);
}

TEST_F(TailerTest, ArchivesThatCannotRunAheadAreReadWhenNothingElseIs) {
  std::mt19937 random(1);
  const auto noise = [&](int lines) {
    std::string text;
    for (int i = 0; i < lines; ++i) text += std::to_string(random()) + "\n";
    return text;
  };
  Append("log.1.gz", testing::Gzip(noise(100000)));
  Append("log.2.gz", testing::Gzip(noise(100000)));
  ASSERT_GT(std::filesystem::file_size(dir_ / "log.1.gz"), 300000u);
  Append("log.last", "plain\n");
  const testing::TempDir elsewhere;
  testing::WriteFile(elsewhere / "busy.gz", testing::Gzip(noise(300000)));
  const UniqueFd fd(open((elsewhere / "busy.gz").c_str(), O_RDONLY | O_CLOEXEC));
  std::vector<std::unique_ptr<ReadAhead>> others;
  while (ReadAhead::HasRoom()) {
    auto text = ArchiveText::Begin(fd.get(), ArchiveFormat::kGzip, "busy.gz");
    ASSERT_OK(text);
    others.push_back(ReadAhead::Start(*text));
  }
  Follow({"log*"});
  const Lines lines = Read();
  EXPECT_EQ(lines.size(), 200001u);
  EXPECT_EQ(lines.front(), "plain");
}

}  // namespace
}  // namespace logtally
