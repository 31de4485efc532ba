// Logs that came and went between two looks.
#include <gmock/gmock.h>

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
    EXPECT_EQ(ReadAfter(), Lines{});
    EXPECT_EQ(Gaps(), 0);
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
  EXPECT_EQ(Gaps(), 1);
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
  EXPECT_EQ(Gaps(), 0);
}

}  // namespace
}  // namespace logtally
