// A sudden death at the n-th change of the state directory, for n = 1, 2, 3 …: whatever was being
// written (migration, commit, checkpoint, lock, closing), the next start finds a state of one
// moment and counts every line once.
#include <gtest/gtest.h>

#include "testing/call_faults.h"
#include "testing/counts_watch.h"
#include "testing/daemon.h"
#include "testing/figures.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

// More changes than a life of the daemon in this story makes.
constexpr int kEndOfSweep = 5000;

// One short life: starts, counts, counts again, stops; it may die at any of these. Whether it died.
bool LivesAndMayDie(Daemon& daemon, LogWriter& log) {
  log.Append(200, 5);
  log.Append(404, 3);
  if (!daemon.TryRestart()) return true;
  const auto first = static_cast<double>(log.lines());
  bool counted = false;
  WaitUntil([&] {
    const std::optional<MetricsPage> page = daemon.MetricsIfServed();
    counted = page && page->Sum("logtally_http_responses_total") >= first;
    return counted || !daemon.Running();
  });
  log.Append(500, 2);
  // What was rotated before the first commit of all was never promised to be found.
  if (counted) log.RotateByRename();
  log.Append(503, 1);
  return daemon.StopOrDie() != 0;
}

// Dies at every `step`-th change from the first on.
void Sweep(const std::string& effect, int step) {
  int deaths = 0;
  int64_t lines = 0;
  int64_t differences = 0;
  bool reached_the_end = false;
  for (int n = 1; n < kEndOfSweep && !reached_the_end; n += step) {
    SCOPED_TRACE("death at change " + std::to_string(n));
    TempDir dir;
    LogWriter log(dir / "access.log");
    CallFaults faults;
    Daemon::Options options = Daemon::Following({log.path()});
    options.environment = faults.Environment();
    options.starts_at_once = false;
    Daemon daemon(options);
    faults.Set({{.call = "change", .folder = daemon.state_dir(), .effect = effect, .from = n}});
    reached_the_end = !LivesAndMayDie(daemon, log);
    deaths += !reached_the_end;

    faults.Clear();
    log.Append(304, 4);
    daemon.Restart();
    CountsWatch watch(daemon, [&] { return log.truth(); });
    differences += watch.ExpectAllCounted();
    lines += log.lines();
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_TRUE(reached_the_end);
  EXPECT_GT(deaths, 3) << "the library does not see what the daemon writes";
  PrintFigures({{"deaths", deaths}, {"lines", lines}, {"differences", differences}});
}

TEST(StateFaults, ADeathAtAnyChangeOfTheStateLosesNothing) { Sweep("die", 5); }

TEST(StateFaults, AWriteThatIsTornByADeathLosesNothing) { Sweep("tear", 9); }

TEST(StateFaultsLongRun, ADeathAtEveryChangeOfTheStateLosesNothing) { Sweep("die", 1); }

TEST(StateFaultsLongRun, EveryWriteTornByADeathLosesNothing) { Sweep("tear", 1); }

}  // namespace
}  // namespace logtally::testing
