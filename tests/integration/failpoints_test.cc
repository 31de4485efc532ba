// The process dies at each named step of a commit, a stop, a start, a backup and a restore: after
// the next start the database holds the truth.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <set>

#include "absl/strings/str_format.h"
#include "base/failpoint.h"
#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

namespace fs = std::filesystem;

constexpr int kDied = 137;

bool IsOfARestore(std::string_view name) {
  static const std::set<std::string_view> kRestore = {
      "during_restore_copy", "before_restore_is_named", "before_quarantine",
      "during_quarantine",   "after_quarantine",        "after_restore"};
  return kRestore.contains(name);
}
bool IsOfAStop(std::string_view name) {
  return name == "before_ended_cleanly" || name.ends_with("_checkpoint");
}

class FailpointsTest : public ::testing::Test {
 protected:
  FailpointsTest() {
    WriteFile(dir_ / "logtally.yaml",
              absl::StrFormat("backup: {period: 1s}\nsites:\n  - {name: default, paths: [%s]}\n",
                              log_.path()));
  }

  // Runs a daemon that is to die at the failpoint, with a writer, until it has.
  void RunToDeath(const std::string& state_dir, const std::string& failpoint, bool stop) {
    Process daemon({LOGTALLY_PROGRAM, "serve", "--config.file", dir_ / "logtally.yaml",
                    "--state-dir", state_dir, "--web.listen-address", "127.0.0.1:0"},
                   {.environment = {{"LOGTALLY_FAILPOINT", failpoint}}, .working_dir = ""});
    bool asked = false;
    std::optional<int> exit_code;
    EXPECT_TRUE(WaitUntil([&] {
      log_.Append(200 + static_cast<int>(log_.lines() % 7), 5);
      if (stop && !asked && daemon.err().find("listening on") != std::string::npos) {
        daemon.Signal(SIGTERM);
        asked = true;
      }
      exit_code = daemon.Wait(absl::ZeroDuration());
      return exit_code.has_value();
    })) << daemon.err();
    EXPECT_EQ(exit_code, kDied) << daemon.err();
  }

  TempDir dir_;
  LogWriter log_{dir_ / "access.log"};
};

TEST_F(FailpointsTest, EachOneLeavesAStoreThatHoldsTheTruthAfterTheNextStart) {
#ifdef NDEBUG
  std::printf("NOT TESTED: a build without asserts has no failpoints\n");
  GTEST_SKIP() << "a build without asserts has no failpoints";
#endif
  int deaths = 0;
  for (const std::string_view name : kFailpoints) {
    // The first passage is often of an empty commit, so the third as well.
    for (const char* passage : {":1", ":3"}) {
      const bool is_rare = IsOfAStop(name) || IsOfARestore(name) || name.ends_with("_migration") ||
                           name.ends_with("_pruning") || name == "during_first_sync";
      if (is_rare && std::string_view(passage) != ":1" && name != "during_quarantine") continue;
      if (name == "during_quarantine" && std::string_view(passage) == ":3") passage = ":2";
      const std::string failpoint = std::string(name) + passage;
      SCOPED_TRACE(failpoint);
      const std::string state_dir = dir_ / ("state" + std::to_string(++deaths));
      if (IsOfARestore(name)) {
        Daemon::Options options = Daemon::Configured(dir_ / "logtally.yaml");
        options.state_dir = state_dir;
        Daemon before(options);
        log_.Append(404, 20);
        before.WaitForCodes(log_.truth());
        before.Stop();
        WriteFile(state_dir + "/logtally.db", "damaged");
      }
      RunToDeath(state_dir, failpoint, IsOfAStop(name));
      Daemon::Options options = Daemon::Configured(dir_ / "logtally.yaml");
      options.state_dir = state_dir;
      Daemon after(options);
      after.WaitForCodes(log_.truth());
      after.Stop();
      EXPECT_EQ(Database(state_dir).ResponsesByCode(), log_.truth());
      EXPECT_EQ(Database(state_dir).Value("PRAGMA integrity_check"), "ok");
      if (HasFailure()) return;
    }
  }
  std::printf("failpoints: %d names, %d deaths, 0 lines lost or counted twice\n",
              static_cast<int>(std::size(kFailpoints)), deaths);
}

}  // namespace
}  // namespace logtally::testing
