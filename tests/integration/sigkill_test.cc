// kill -9 at any moment under a writer and a rotating log: no line is lost, none is counted twice,
// and no scrape ever sees a counter fall.
#include <gtest/gtest.h>

#include <random>

#include "absl/time/clock.h"
#include "testing/busy_writer.h"
#include "testing/counts_watch.h"
#include "testing/daemon.h"
#include "testing/figures.h"
#include "testing/logrotate.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

constexpr int kLinesPerSecond = 4000;
constexpr absl::Duration kBetweenRotations = absl::Seconds(3);

// Mostly short lives, in which the start is what is killed; some long enough for commits.
absl::Duration NextLife(std::mt19937& random) {
  return absl::Milliseconds(random() % (random() % 8 == 0 ? 1800 : 250));
}

void Rotate(Logrotate& logrotate, BusyWriter& server) {
  logrotate.Rotate();
  server.Reopen();
}

void KillAgainAndAgain(int kills) {
  TempDir dir;
  BusyWriter server(dir / "access.log", kLinesPerSecond);
  // Renames by number; the file before the last is compressed, and its numbers go on growing.
  Logrotate logrotate(dir / "access.log", {"nocreate", "compress", "delaycompress"});
  Daemon daemon(Daemon::Following({dir / "access.log"}));
  CountsWatch watch(daemon, [&] { return server.truth(); });
  std::mt19937 random(20240610);
  absl::Time next_rotation = absl::Now() + kBetweenRotations;

  for (int kill = 1; kill <= kills; ++kill) {
    SCOPED_TRACE("kill " + std::to_string(kill));
    watch.LookFor(NextLife(random));
    // A third of the rotations meet a living daemon, which dies just after; a third a dead one; and
    // a third are two at once, so that what is compressed was not read to its end.
    const int rotates = absl::Now() < next_rotation ? 0 : 1 + static_cast<int>(random() % 3);
    if (rotates == 1) Rotate(logrotate, server);
    daemon.Crash();
    for (int i = 1; i < rotates; ++i) Rotate(logrotate, server);
    if (rotates > 0) next_rotation = absl::Now() + kBetweenRotations;
    watch.LookAtStore();
    daemon.Restart();
    if (::testing::Test::HasFailure()) break;
  }

  server.Stop();
  const int64_t differences = watch.ExpectAllCounted();
  PrintFigures({{"kills", kills},
                {"rotations", logrotate.rotations()},
                {"lines", server.log().lines()},
                {"differences", differences},
                {"looks", watch.looks()}});
  EXPECT_GT(watch.looks(), kills) << "too few looks to prove anything";
}

TEST(Sigkill, LosesNothingAndCountsNothingTwice) { KillAgainAndAgain(100); }

TEST(SigkillLongRun, LosesNothingAndCountsNothingTwice) { KillAgainAndAgain(1000); }

}  // namespace
}  // namespace logtally::testing
