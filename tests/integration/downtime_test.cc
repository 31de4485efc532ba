// The daemon was off while its logs were rotated, once or several times, compressed or moved: it
// finds the files again and reads what was unread, and only that.
#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>

#include "absl/time/clock.h"
#include "testing/counts_watch.h"
#include "testing/daemon.h"
#include "testing/figures.h"
#include "testing/logrotate.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

class DowntimeTest : public ::testing::Test {
 protected:
  // The daemon counts a part of the log and is stopped; more lines follow that it has not read.
  void BeginDowntime() {
    log_.AppendDistinct(200, 100);
    daemon_.WaitForCodes(log_.truth());
    daemon_.Stop();
    log_.AppendDistinct(404, 50);
  }
  // After `Rotate` has done its work `times` times, with lines in each file.
  template <typename RotateOnce>
  void RotateWhileDown(int times, RotateOnce rotate) {
    BeginDowntime();
    for (int i = 1; i <= times; ++i) {
      rotate(i);
      log_.Reopen();
      log_.AppendDistinct(500 + i % 5, 40);
    }
  }
  void ExpectAllCountedAfterARestart(int rotations) {
    daemon_.Restart();
    CountsWatch watch(daemon_, [&] { return log_.truth(); });
    const int64_t differences = watch.ExpectAllCounted();
    PrintFigures({{"rotations", rotations}, {"lines", log_.lines()}, {"differences", differences}});
  }
  static void Compress(const std::string& path, const char* suffix) {
    const bool gzip = std::string_view(suffix) == ".gz";
    const std::vector<std::string> command =
        gzip ? std::vector<std::string>{SystemProgram("gzip", "gzip"), path}
             : std::vector<std::string>{SystemProgram("zstd", "zstd"), "-q", "--rm", path};
    const ProcessResult result = RunToEnd(command);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_TRUE(std::filesystem::exists(path + suffix));
  }

  TempDir dir_;
  LogWriter log_{dir_ / "access.log"};
  Daemon daemon_{Daemon::Following({log_.path()})};
};

struct Rotations {
  std::string name;
  std::vector<std::string> directives;
};

void PrintTo(const Rotations& rotations, std::ostream* out) { *out << rotations.name; }

class DowntimeLogrotate : public DowntimeTest,
                          public ::testing::WithParamInterface<std::tuple<Rotations, int>> {};

TEST_P(DowntimeLogrotate, EverythingUnreadIsFoundAndCountedOnce) {
  const auto& [rotations, times] = GetParam();
  Logrotate logrotate(log_.path(), rotations.directives);
  RotateWhileDown(times, [&](int) { logrotate.Rotate(); });
  ExpectAllCountedAfterARestart(times);
}

INSTANTIATE_TEST_SUITE_P(
    Cells, DowntimeLogrotate,
    ::testing::Combine(
        ::testing::Values(
            Rotations{"Plain", {"nocreate"}}, Rotations{"Gzip", {"nocreate", "compress"}},
            Rotations{"DelayedGzip", {"nocreate", "compress", "delaycompress"}},
            Rotations{"Zstd",
                      {"nocreate", "compress", "compresscmd /usr/bin/zstd", "compressext .zst",
                       "compressoptions -3"}},
            Rotations{"OlddirGzip", {"nocreate", "olddir old", "createolddir 0755", "compress"}}),
        ::testing::Values(1, 2, 3, 5)),
    [](const auto& cell) {
      return std::get<0>(cell.param).name + std::to_string(std::get<1>(cell.param));
    });

TEST_F(DowntimeTest, NamesWithDatesAreFound) {
  Logrotate logrotate(log_.path(),
                      {"nocreate", kDateExt[0], kDateExt[1], "compress", "delaycompress"});
  RotateWhileDown(3, [&](int i) {
    // Names of whole seconds: one of each a rotation.
    // And a little more, as logrotate reads a clock that may be a tick behind.
    const int64_t before = absl::ToUnixSeconds(absl::Now());
    const absl::Time next = absl::FromUnixSeconds(before + 1) + absl::Milliseconds(50);
    if (i > 1) WaitUntil([&] { return absl::Now() >= next; });
    logrotate.Rotate();
  });
  ExpectAllCountedAfterARestart(3);
}

TEST_F(DowntimeTest, PlainGzipAndZstdSideBySide) {
  RotateWhileDown(5, [&](int i) {
    const std::string rotated = log_.path() + "." + std::to_string(6 - i);
    log_.Rename(rotated);
    if (i % 3 == 1) Compress(rotated, ".gz");
    if (i % 3 == 2) Compress(rotated, ".zst");
  });
  ExpectAllCountedAfterARestart(5);
}

TEST_F(DowntimeTest, ACompressedFileIsReadOnceAcrossDowntimes) {
  RotateWhileDown(1, [&](int) {
    log_.Rename(log_.path() + ".1");
    Compress(log_.path() + ".1", ".gz");
  });
  daemon_.Restart();
  daemon_.WaitForCodes(log_.truth());
  daemon_.Crash();
  log_.AppendDistinct(503, 3);
  std::filesystem::rename(log_.path() + ".1.gz", log_.path() + ".2.gz");
  ExpectAllCountedAfterARestart(1);
}

TEST_F(DowntimeTest, ADeathWhileReadingTheRotatedFilesCountsNothingTwice) {
  RotateWhileDown(3, [&](int i) {
    const std::string rotated = log_.path() + "." + std::to_string(4 - i);
    log_.Rename(rotated);
    Compress(rotated, i == 2 ? ".zst" : ".gz");
  });
  for (int i = 0; i < 10; ++i) {
    daemon_.TryRestart();
    absl::SleepFor(absl::Milliseconds(3 * i));  // a moment of its start, another in each round
    daemon_.Crash();
  }
  ExpectAllCountedAfterARestart(3);
}

TEST_F(DowntimeTest, AFileThatIsGoneWithUnreadLinesIsALossOfThatManyBytes) {
  log_.AppendDistinct(200, 100);
  daemon_.WaitForCodes(log_.truth());
  // Seen by the daemon, but not read: half a line keeps the offset where it is.
  log_.AppendHalf(404);
  const auto offset = std::filesystem::file_size(log_.path());
  ASSERT_TRUE(WaitUntil([&] {
    const std::optional<MetricsPage> page = daemon_.MetricsIfServed();
    return page && page->Sum("logtally_unread_bytes") > 0;
  })) << "the daemon does not know of the half line";
  daemon_.Stop();
  log_.FinishHalf();
  log_.AppendDistinct(404, 49);
  const CodeCounts written = log_.truth();
  std::filesystem::remove(log_.path());
  log_.Reopen();
  log_.AppendDistinct(500, 40);
  daemon_.Restart();
  CountsWatch watch(daemon_, [&] { return log_.truth(); });
  const int64_t missing = watch.ExpectMissingOnlyWithLosses(log_);
  EXPECT_EQ(missing, 50);
  const std::vector<Loss> losses = Database(daemon_.state_dir()).Losses("gone");
  ASSERT_EQ(losses.size(), 1u) << "of a file that was read up to about byte " << offset;
  EXPECT_EQ(losses[0].path, log_.path());
  EXPECT_GT(losses[0].bytes, 0) << "of the half line it knew";
}

TEST_F(DowntimeTest, OfSeveralRotationsTheOneThatIsGoneIsNamed) {
  RotateWhileDown(3, [&](int i) { log_.Rename(log_.path() + "." + std::to_string(4 - i)); });
  std::filesystem::remove(log_.path() + ".3");  // the one with the 50 unread lines
  daemon_.Restart();
  CountsWatch watch(daemon_, [&] { return log_.truth(); });
  EXPECT_EQ(watch.ExpectMissingOnlyWithLosses(log_), 50);
  EXPECT_EQ(Database(daemon_.state_dir()).Losses("gone").size(), 1u);
}

}  // namespace
}  // namespace logtally::testing
