// More logs than descriptors.
#include <gmock/gmock.h>

#include "tail_fixture.h"
#include "testing/archives.h"

namespace logtally {
namespace {

class OpenFilesTest : public TailFixture {
 protected:
  static std::string NameOf(int i) { return "log-" + std::to_string(i) + ".log"; }
  Lines Settled(int passes = 4) {
    Lines all = Read();
    for (int pass = 0; pass < passes; ++pass) {
      for (std::string& line : ReadAfter()) all.push_back(std::move(line));
    }
    return all;
  }
};

TEST_F(OpenFilesTest, AllLogsAreReadThoughFewAreOpen) {
  options_.max_open_files = 5;
  constexpr int kLogs = 60;
  for (int i = 0; i < kLogs; ++i) Append(NameOf(i), "first of " + NameOf(i) + "\n");
  const size_t before = OpenDescriptors();
  Follow({"*.log"});
  EXPECT_EQ(Settled().size(), kLogs);
  EXPECT_LE(OpenDescriptors(), before + 5 + 1);  // and inotify
  for (int round = 0; round < 3; ++round) {
    for (int i = round; i < kLogs; i += 7) Append(NameOf(i), "more\n");
    EXPECT_EQ(Settled().size(), static_cast<size_t>((kLogs - round + 6) / 7));
  }
  Commit();
  CrashAndReopen();
  EXPECT_EQ(Settled(), Lines{});
}

TEST_F(OpenFilesTest, ParkedLogsThatAreRotatedAreFoundAgain) {
  options_.max_open_files = 5;
  constexpr int kLogs = 30;
  for (int i = 0; i < kLogs; ++i) Append(NameOf(i), "first of " + NameOf(i) + "\n");
  Follow({"*.log"});
  EXPECT_EQ(Settled().size(), kLogs);
  for (int i = 0; i < kLogs; ++i) {
    Append(NameOf(i), "late line of " + NameOf(i) + "\n");
    Rename(NameOf(i), NameOf(i) + ".1");
    Append(NameOf(i), "new\n");
  }
  EXPECT_EQ(Settled(40).size(), 2u * kLogs);
  for (int i = 0; i < kLogs; ++i) Append(NameOf(i) + ".1", "later still\n");
  EXPECT_EQ(Settled(10).size(), kLogs);
  EXPECT_EQ(LostBytes(LossCause::kGone), 0);
  EXPECT_TRUE(losses_.empty());
  clock_.Advance(absl::Minutes(3));
  Settled();
  Commit();
  CrashAndReopen();
  EXPECT_EQ(Settled(), Lines{});
}

TEST_F(OpenFilesTest, ATruncatedParkedLogIsNoticed) {
  options_.max_open_files = 2;
  for (int i = 0; i < 6; ++i) Append(NameOf(i), "first of " + NameOf(i) + "\n");
  Follow({"*.log"});
  EXPECT_EQ(Settled().size(), 6u);
  Truncate(NameOf(0));
  Append(NameOf(0), "0\n");
  EXPECT_EQ(Settled(), Lines{"0"});
  EXPECT_EQ(Counters().truncations, 1);
}

}  // namespace
}  // namespace logtally
