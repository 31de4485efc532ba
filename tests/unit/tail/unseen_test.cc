// Logs that came and went between two looks.
#include <gmock/gmock.h>

#include <chrono>

#include "absl/time/clock.h"
#include "tail_fixture.h"
#include "testing/archives.h"

namespace logtally {
namespace {

using ::testing::ElementsAre;

class UnseenTest : public TailFixture {
 protected:
  void RotateNumbered(int keep) {
    for (int n = keep; n > 1; --n) {
      const std::string from = "log." + std::to_string(n - 1);
      if (!std::filesystem::exists(dir_ / from)) continue;
      Rename(from, "log." + std::to_string(n));
    }
    Rename("log", "log.1");
    Create("log");
  }
  // Looks until it is quiet.
  int64_t GapsInTheEnd() {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(ReadAfter(), Lines{});
    return Gaps();
  }
  int64_t Gaps() {
    LostBytes(LossCause::kRotationGap);
    int64_t gaps = 0;
    for (const Loss& loss : losses_) gaps += loss.cause == LossCause::kRotationGap ? 1 : 0;
    return gaps;
  }
};

TEST_F(UnseenTest, RotationsFasterThanTheLookLoseNothingWhileTheLogsAreKept) {
  for (const auto watch : {Tailer::Options::Watch::kInotify, Tailer::Options::Watch::kPoll}) {
    options_.watch = watch;
    Append("log", "0\n");
    Follow({"log"});
    EXPECT_EQ(Read(), Lines{"0"});
    for (int i = 1; i <= 5; ++i) {
      RotateNumbered(9);
      Append("log", std::to_string(i) + "\n");
    }
    EXPECT_THAT(ReadAfter(), ElementsAre("1", "2", "3", "4", "5"));
    EXPECT_EQ(GapsInTheEnd(), 0);
    EXPECT_EQ(Counters().rotations, 5);
    Commit();
    CrashAndReopen();
    EXPECT_EQ(ReadAfter(), Lines{});
    Stop();
    store_.Forget();
    for (const char* name : {"log", "log.1", "log.2", "log.3", "log.4", "log.5"}) Delete(name);
  }
}

TEST_F(UnseenTest, RotationsOfWhichTheMiddleIsDeletedAreAGapThatInotifyTells) {
  Append("log", "0\n");
  Follow({"log"});
  EXPECT_EQ(Read(), Lines{"0"});
  for (int i = 1; i <= 5; ++i) {
    RotateNumbered(2);
    Append("log", std::to_string(i) + "\n");
  }
  EXPECT_THAT(ReadAfter(), ElementsAre("3", "4", "5"));
  EXPECT_EQ(GapsInTheEnd(), 1);
  EXPECT_EQ(GapsInTheEnd(), 1) << "told once";
}

TEST_F(UnseenTest, AGapThatIsNotToldYetIsToldAtTheEnd) {
  Append("log", "0\n");
  Follow({"log"});
  EXPECT_EQ(Read(), Lines{"0"});
  for (int i = 1; i <= 5; ++i) RotateNumbered(2);
  tailer_->Conclude();
  EXPECT_EQ(Gaps(), 1);
}

TEST_F(UnseenTest, NamesThatCameDuringALookAreCountedInTheNextOne) {
  // Each look sees one of the logs; the names of both are told after the first one.
  Append("log", "0\n");
  Follow({"log"});
  EXPECT_EQ(Read(), Lines{"0"});
  for (int i = 1; i <= 4; ++i) {
    RotateNumbered(1);
    Append("log", std::to_string(i) + "\n");
    EXPECT_EQ(ReadAfter(), Lines{std::to_string(i)});
  }
  EXPECT_EQ(GapsInTheEnd(), 0) << "every one was seen";
}

TEST_F(UnseenTest, ALookInTheMidstOfARowOfRenamesIsNoGap) {
  for (const auto watch : {Tailer::Options::Watch::kInotify, Tailer::Options::Watch::kPoll}) {
    options_.watch = watch;
    Append("log", "0\n");
    Follow({"log"});
    EXPECT_EQ(Read(), Lines{"0"});
    for (int i = 1; i <= 4; ++i) {
      RotateNumbered(9);
      Append("log", std::to_string(i) + "\n");
    }
    Rename("log.4", "log.5");
    Rename("log.3", "log.4");
    Rename("log.2", "hidden");  // as readdir may miss a name that changes
    EXPECT_THAT(ReadAfter(), ElementsAre("1", "3", "4"));
    Rename("hidden", "log.3");
    EXPECT_EQ(ReadAfter(), Lines{"2"}) << "and nothing that is missed is forgotten";
    Rename("log.1", "log.2");
    Rename("log", "log.1");
    Create("log");
    EXPECT_EQ(GapsInTheEnd(), 0);
    Stop();
    store_.Forget();
    for (const char* name : {"log", "log.1", "log.2", "log.3", "log.4", "log.5"}) Delete(name);
  }
}

TEST_F(UnseenTest, ALateLineInAnOlderLogHidesNoYoungerOne) {
  Append("log", "0\n");
  Follow({"log"});
  EXPECT_EQ(Read(), Lines{"0"});
  Commit();
  Stop();
  RotateNumbered(9);
  Append("log", "1\n");
  RotateNumbered(9);
  std::filesystem::last_write_time(
      dir_ / "log.1", std::filesystem::last_write_time(dir_ / "log.1") - std::chrono::seconds(60));
  Append("log.2", "late\n");
  options_.known_since = absl::Now();  // of a commit, after the last look
  Open();
  EXPECT_THAT(Read(), ::testing::UnorderedElementsAre("1", "late"));
}

TEST_F(UnseenTest, ANumberThatIsMissingForGoodIsAGapWithoutInotifyToo) {
  options_.watch = Tailer::Options::Watch::kPoll;
  Append("log", "0\n");
  Follow({"log"});
  EXPECT_EQ(Read(), Lines{"0"});
  for (int i = 1; i <= 3; ++i) {
    RotateNumbered(9);
    Append("log", std::to_string(i) + "\n");
  }
  Delete("log.2");
  EXPECT_THAT(ReadAfter(), ElementsAre("2", "3"));
  EXPECT_EQ(Gaps(), 0) << "one look can be wrong";
  EXPECT_EQ(GapsInTheEnd(), 1);
  EXPECT_EQ(GapsInTheEnd(), 1) << "told once";
}

TEST_F(UnseenTest, NumberedLogsThatThePatternNamesTooAreNoGap) {
  Append("log", "0\n");
  Follow({"log*"});
  EXPECT_EQ(Read(), Lines{"0"});
  for (int i = 1; i <= 5; ++i) {
    RotateNumbered(9);
    Append("log", std::to_string(i) + "\n");
  }
  EXPECT_THAT(ReadAfter(), ::testing::UnorderedElementsAre("1", "2", "3", "4", "5"));
  EXPECT_EQ(GapsInTheEnd(), 0);
}

TEST_F(UnseenTest, AnArchiveBesideTheLogThatItIsMadeFromIsNotReadToo) {
  Append("log", "0\n");
  Follow({"log"});
  EXPECT_EQ(Read(), Lines{"0"});
  RotateNumbered(9);
  Append("log", "1\n");
  RotateNumbered(9);
  Append("log", "2\n");
  Append("log.1.gz", testing::Gzip("1\n"));
  EXPECT_THAT(ReadAfter(), ElementsAre("1", "2"));
  Delete("log.1");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ReadAfter(), Lines{});
}

TEST_F(UnseenTest, ARenameToAndFroIsNoGap) {
  Append("log", "0\n");
  Follow({"log"});
  EXPECT_EQ(Read(), Lines{"0"});
  for (int i = 0; i < 3; ++i) {
    Rename("log", "aside");
    Rename("aside", "log");
  }
  Append("log", "1\n");
  EXPECT_EQ(ReadAfter(), Lines{"1"});
  EXPECT_EQ(GapsInTheEnd(), 0);
}

}  // namespace
}  // namespace logtally
