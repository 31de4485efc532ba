// A line that is written in pieces, with a death, a restart or a rotation between any two of them.
#include <gtest/gtest.h>

#include <ostream>

#include "testing/counts_watch.h"
#include "testing/daemon.h"
#include "testing/figures.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

enum class Between { kNothing, kStop, kCrash, kRename, kRenameWhileDown };

void PrintTo(Between between, std::ostream* out) {
  static const char* const kNames[] = {"Nothing", "Stop", "Crash", "Rename", "RenameWhileDown"};
  *out << kNames[static_cast<int>(between)];
}

class SlowWriterTest : public ::testing::TestWithParam<Between> {
 protected:
  // Waits until a line of another log has been counted: the daemon had its chance to read the
  // piece.
  void LetTheDaemonLook() {
    other_.Append(304);
    daemon_.WaitForCodes(Truth());
  }
  CodeCounts Truth() const {
    CodeCounts truth = other_.truth();
    for (const auto& [code, count] : truth_) truth[code] += count;
    return truth;
  }
  void Meanwhile(LogWriter& log, int round) {
    const std::string aside = log.path() + "." + std::to_string(round);
    switch (GetParam()) {
      case Between::kNothing:
        return;
      case Between::kStop:
        daemon_.Stop();
        return daemon_.Restart();
      case Between::kCrash:
        daemon_.Crash();
        return daemon_.Restart();
      case Between::kRename:
        log.Rename(aside);
        return next_.Reopen();
      case Between::kRenameWhileDown:
        daemon_.Crash();
        log.Rename(aside);
        next_.Reopen();
        return daemon_.Restart();
    }
  }

  TempDir dir_;
  LogWriter next_{dir_ / "access.log"};  // the server's next worker
  LogWriter other_{dir_ / "other.log"};
  CodeCounts truth_;
  Daemon daemon_{Daemon::Following({dir_ / "access.log", dir_ / "other.log"})};
};

TEST_P(SlowWriterTest, ALineInTwoPiecesIsCountedWhenItsEndArrives) {
  CountsWatch watch(daemon_, [&] { return Truth(); });
  daemon_.WaitUntilReady();
  int round = 0;
  const size_t size = CombinedLine(404).size() + 1;
  // Cut in the time, in the status (4|04), before the newline.
  const size_t status = CombinedLine(404).find("\" 404") + 2;
  for (const size_t cut : {size_t{25}, status + 1, size - 1}) {
    SCOPED_TRACE("cut at byte " + std::to_string(cut));
    LogWriter log(dir_ / "access.log");
    log.Append(200, 2);
    truth_["200"] += 2;
    const std::string line = CombinedLine(404, "/") + "\n";
    log.AppendRaw(std::string_view(line).substr(0, cut));
    LetTheDaemonLook();
    Meanwhile(log, ++round);
    watch.Look();
    LetTheDaemonLook();
    log.AppendRaw(std::string_view(line).substr(cut));
    ++truth_["404"];
    daemon_.WaitForCodes(Truth());
    if (HasFailure()) return;
  }
  const int64_t differences = watch.ExpectAllCounted();
  PrintFigures({{"cuts", round}, {"lines", Total(Truth())}, {"differences", differences}});
}

std::string NameOf(const ::testing::TestParamInfo<Between>& between) {
  return ::testing::PrintToString(between.param);
}

INSTANTIATE_TEST_SUITE_P(Between, SlowWriterTest,
                         ::testing::Values(Between::kNothing, Between::kStop, Between::kCrash,
                                           Between::kRename, Between::kRenameWhileDown),
                         NameOf);

}  // namespace
}  // namespace logtally::testing
