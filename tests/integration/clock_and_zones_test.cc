// Lines of any zone and order, a daemon in another zone, a clock that jumps: a line counts in the
// minute of its own time, and totals know no time.
#include <gtest/gtest.h>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "testing/call_faults.h"
#include "testing/counts_watch.h"
#include "testing/daemon.h"
#include "testing/figures.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

std::string LineAt(const std::string& time, int code) {
  return absl::StrFormat("192.0.2.7 - - [%s] \"GET / HTTP/1.1\" %d 17 \"-\" \"curl/7.88.1\"", time,
                         code);
}

class ClockAndZonesTest : public ::testing::Test {
 protected:
  void Append(const std::string& time, int code) { log_.AppendLine(LineAt(time, code), code); }
  // How many responses the minute that begins then has.
  std::string Responses(Daemon& daemon, const std::string& rfc3339) {
    absl::Time time;
    std::string why;
    EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, rfc3339, &time, &why)) << why;
    return Database(daemon.state_dir())
        .Value(absl::StrFormat(
            "SELECT coalesce(sum(responses), 0) FROM responses_by_minute WHERE time_unix = %d",
            absl::ToUnixSeconds(time)));
  }

  // Its lines are of long ago: their minutes are to stay.
  Daemon::Options Following() {
    WriteFile(dir_ / "logtally.yaml",
              "retention: {minutes: forever, hours: forever}\n"
              "sites: [{name: default, paths: [" +
                  log_.path() + "]}]\n");
    return Daemon::Configured(dir_ / "logtally.yaml");
  }

  TempDir dir_;
  LogWriter log_{dir_ / "access.log"};
};

TEST_F(ClockAndZonesTest, ALineCountsInItsOwnMinuteWhateverTheZoneOfTheDaemon) {
  Daemon::Options options = Following();
  options.environment["TZ"] = "America/New_York";
  Daemon daemon(options);
  CountsWatch watch(daemon, [&] { return log_.truth(); });
  int starts = 0;
  for (const char* zone : {"Asia/Kathmandu", "Europe/Berlin", "UTC", "Pacific/Kiritimati"}) {
    // One and the same minute, as servers in four zones write it.
    Append("10/Oct/2023:13:55:36 +0000", 200);
    Append("10/Oct/2023:08:55:01 -0500", 404);
    Append("10/Oct/2023:19:40:59 +0545", 500);
    Append("11/Oct/2023:03:55:00 +1400", 503);
    daemon.WaitForCodes(log_.truth());
    daemon.Crash();
    daemon.SetEnvironment("TZ", zone);
    daemon.Restart();
    ++starts;
  }
  daemon.WaitForCodes(log_.truth());
  EXPECT_EQ(Responses(daemon, "2023-10-10T13:55:00Z"), std::to_string(4 * starts));
  watch.ExpectAllCounted();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), log_.truth());
}

TEST_F(ClockAndZonesTest, TheHourThatIsTwiceAndTheHourThatIsMissing) {
  Daemon::Options options = Following();
  options.environment["TZ"] = "Europe/Berlin";
  Daemon daemon(options);
  CountsWatch watch(daemon, [&] { return log_.truth(); });
  Append("29/Oct/2023:02:30:00 +0200", 200);  // in summer time
  Append("29/Oct/2023:02:30:00 +0100", 404);  // an hour later
  Append("26/Mar/2023:01:59:59 +0100", 500);
  Append("26/Mar/2023:03:00:00 +0200", 503);  // the next second
  daemon.WaitForCodes(log_.truth());
  EXPECT_EQ(Responses(daemon, "2023-10-29T00:30:00Z"), "1");
  EXPECT_EQ(Responses(daemon, "2023-10-29T01:30:00Z"), "1");
  EXPECT_EQ(Responses(daemon, "2023-03-26T00:59:00Z"), "1");
  EXPECT_EQ(Responses(daemon, "2023-03-26T01:00:00Z"), "1");
  watch.ExpectAllCounted();
}

TEST_F(ClockAndZonesTest, TimeThatGoesBackwardsIsFree) {
  Daemon daemon(Following());
  CountsWatch watch(daemon, [&] { return log_.truth(); });
  for (int minute = 59; minute >= 0; --minute) {
    Append(absl::StrFormat("10/Oct/2023:13:%02d:30 +0000", minute), 200);
  }
  daemon.WaitForCodes(log_.truth());
  for (const char* minute : {"00", "30", "59"}) {
    EXPECT_EQ(Responses(daemon, absl::StrFormat("2023-10-10T13:%s:00Z", minute)), "1");
  }
  watch.ExpectAllCounted();
}

TEST_F(ClockAndZonesTest, ALineFromTheFutureCountsInTheTotals) {
  Daemon daemon(Following());
  CountsWatch watch(daemon, [&] { return log_.truth(); });
  log_.Append(200, 2);
  const auto in = [](absl::Duration ahead) {
    return absl::FormatTime("%d/%b/%Y:%H:%M:%S +0000", absl::Now() + ahead, absl::UTCTimeZone());
  };
  Append(in(absl::Hours(23)), 404);
  Append(in(absl::Hours(48)), 500);
  Append("10/Oct/9999:13:55:36 +0000", 503);
  daemon.WaitForCodes(log_.truth());
  EXPECT_EQ(daemon.Metrics().Sum("logtally_lines_untimed_total"), 2);
  watch.ExpectAllCounted();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), (CodeCounts{{"200", 2}, {"404", 1}}));
}

TEST_F(ClockAndZonesTest, AClockThatJumpsDoesNotStopTheCounting) {
  CallFaults faults;
  Daemon::Options options = Following();
  options.environment = faults.Environment();
  Daemon daemon(options);
  CountsWatch watch(daemon, [&] { return log_.truth(); });
  int jumps = 0;
  for (const char* seconds : {"+7200", "-7200", "+31536000", "-31536000", "+0"}) {
    SCOPED_TRACE(seconds);
    faults.Set({{.call = "clock", .effect = seconds}});
    log_.Append(200, 10);
    log_.Rename(log_.path() + "." + std::to_string(++jumps));
    log_.Reopen();
    log_.Append(404, 5);
    daemon.WaitForCodes(log_.truth());
    watch.Look();
  }
  EXPECT_GT(faults.hits(), 0) << "the daemon's clock is not the one that jumps";
  const int64_t differences = watch.ExpectAllCounted();
  PrintFigures({{"jumps", jumps}, {"lines", log_.lines()}, {"differences", differences}});
}

}  // namespace
}  // namespace logtally::testing
