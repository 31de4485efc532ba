// A pattern stands for the files of the future too.
#include <gtest/gtest.h>

#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

TEST(GlobNewFile, CountsAFileThatAppearsLaterFromItsFirstLine) {
  TempDir dir;
  LogWriter first(dir / "a.access.log");
  first.Append(200, 3);
  Daemon daemon(Daemon::Following({dir / "*.access.log"}));
  daemon.WaitForCodes({{"200", 3}});

  LogWriter second(dir / "b.access.log");
  second.Append(404, 2);
  LogWriter unrelated(dir / "b.error.log");
  unrelated.Append(500, 9);
  daemon.WaitForCodes({{"200", 3}, {"404", 2}});
  daemon.WaitForMetric("logtally_logs{site=\"default\",state=\"followed\"}", 2);
  daemon.Stop();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), (CodeCounts{{"200", 3}, {"404", 2}}));
}

TEST(GlobNewFile, AFileThatAppearedWhileWeWereStoppedIsReadFromItsFirstLine) {
  TempDir dir;
  LogWriter first(dir / "a.access.log");
  first.Append(200, 3);
  Daemon daemon(Daemon::Following({dir / "*.access.log"}));
  daemon.WaitForCodes({{"200", 3}});
  daemon.Stop();

  LogWriter second(dir / "b.access.log");
  second.Append(503, 4);
  daemon.Restart();
  daemon.WaitForCodes({{"200", 3}, {"503", 4}});
}

TEST(GlobNewFile, EachSiteCountsItsOwnFiles) {
  TempDir dir;
  LogWriter shop(dir / "shop.log");
  LogWriter blog(dir / "blog.log");
  shop.Append(200, 5);
  blog.Append(404, 2);
  WriteFile(dir / "logtally.yaml",
            "sites:\n  - name: shop\n    paths: [" + (dir / "shop*.log") +
                "]\n    labels: {team: sales}\n  - name: blog\n    paths: [" + (dir / "blog*.log") +
                "]\n    format: auto\n");
  Daemon daemon(Daemon::Configured(dir / "logtally.yaml"));
  daemon.WaitForCodes({{"200", 5}}, "shop");
  daemon.WaitForCodes({{"404", 2}}, "blog");
  EXPECT_EQ(daemon.Metrics().Sum("logtally_http_responses_total",
                                 {{"site", "shop"}, {"code", "200"}, {"team", "sales"}}),
            5);
  daemon.Stop();
  EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode("blog"), (CodeCounts{{"404", 2}}));
}

}  // namespace
}  // namespace logtally::testing
