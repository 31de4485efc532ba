// The database is damaged, at rest or under the running daemon: it is put aside, the newest backup
// takes its place, and what was counted since is read again. No scrape sees a counter fall.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <functional>

#include "absl/strings/str_format.h"
#include "testing/daemon.h"
#include "testing/database.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

namespace fs = std::filesystem;

struct Damage {
  const char* name;
  std::function<void(const std::string& database)> make;
  bool is_found;  // it cannot be lived with: the database is put aside
};

void Overwrite(const std::string& path, size_t offset, std::string_view bytes) {
  std::string content = ReadFile(path);
  ASSERT_GE(content.size(), offset + bytes.size()) << path;
  content.replace(offset, bytes.size(), bytes);
  WriteFile(path, content);
}

void FlipByte(const std::string& path, size_t offset) {
  const std::string content = ReadFile(path);
  ASSERT_GT(content.size(), offset);
  const char flipped = static_cast<char>(content[offset] ^ 0x55);
  Overwrite(path, offset, std::string_view(&flipped, 1));
}

constexpr size_t kPage = 4096;

const Damage kDamages[] = {
    {"a garbage header", [](const std::string& db) { Overwrite(db, 0, std::string(64, '?')); },
     true},
    {"a byte of the first page's tree", [](const std::string& db) { FlipByte(db, 103); }, true},
    {"a byte of another page's tree", [](const std::string& db) { FlipByte(db, 5 * kPage); }, true},
    {"a zeroed page",
     [](const std::string& db) { Overwrite(db, 3 * kPage, std::string(kPage, '\0')); }, true},
    {"half a file", [](const std::string& db) { fs::resize_file(db, fs::file_size(db) / 2); },
     true},
    {"an empty file", [](const std::string& db) { fs::resize_file(db, 0); }, true},
    {"no file", [](const std::string& db) { fs::remove(db); }, true},
    {"text", [](const std::string& db) { WriteFile(db, std::string(10'000, 'x')); }, true},
    {"no write-ahead log", [](const std::string& db) { fs::remove(db + "-wal"); }, false},
    {"no shared memory", [](const std::string& db) { fs::remove(db + "-shm"); }, false},
    {"a torn write-ahead log",
     [](const std::string& db) {
       const auto size = fs::file_size(db + "-wal");
       if (size > 0) fs::resize_file(db + "-wal", size - 1000);
     },
     false},
};

// Of what Prometheus takes for a counter; the number of the transaction is older in an older copy.
std::vector<std::string> CountersThatFell(const MetricsPage& before, const MetricsPage& after) {
  std::vector<std::string> fell = DurableCountersThatFell(before, after);
  std::erase(fell, "logtally_commit_seq");
  return fell;
}

class CorruptionTest : public ::testing::Test {
 protected:
  CorruptionTest() {
    WriteFile(dir_ / "logtally.yaml",
              absl::StrFormat("backup: {period: 1s}\nsites:\n  - {name: default, paths: [%s]}\n",
                              log_.path()));
  }

  // A daemon that has counted, made a backup, and counted more.
  void RunUntilThereIsMoreThanABackup(Daemon& daemon) {
    log_.Append(200, 300);
    log_.Append(404, 30);
    daemon.WaitForCodes(log_.truth());
    ASSERT_TRUE(WaitUntil([&] { return CountBackups(daemon) > 0; })) << daemon.err();
    log_.Append(500, 7);
    daemon.WaitForCodes(log_.truth());
  }
  static int64_t CountBackups(const Daemon& daemon) {
    int64_t backups = 0;
    std::error_code missing;
    for (const auto& entry : fs::directory_iterator(daemon.state_dir() + "/backup", missing)) {
      if (entry.path().extension() == ".db") ++backups;
    }
    return backups;
  }
  static bool WasPutAside(const Daemon& daemon) {
    return daemon.err().find("the damaged database was kept as") != std::string::npos ||
           daemon.err().find("took its place") != std::string::npos;
  }
  // Scrapes until all lines are counted; no page is ever lower than the one before.
  void ExpectAllWithoutAFall(Daemon& daemon, MetricsPage last) {
    ASSERT_TRUE(WaitUntil([&] {
      std::optional<MetricsPage> page = daemon.MetricsIfServed();
      if (!page) return false;
      EXPECT_EQ(CountersThatFell(last, *page), std::vector<std::string>()) << daemon.err();
      last = *std::move(page);
      return last.ResponsesByCode() == log_.truth() || HasFailure();
    })) << daemon.err();
  }

  TempDir dir_;
  LogWriter log_{dir_ / "access.log"};
};

TEST_F(CorruptionTest, AtRestEndsWithTheTruthWhateverItIs) {
  for (const bool crash : {false, true}) {
    for (const Damage& damage : kDamages) {
      SCOPED_TRACE(std::string(damage.name) + (crash ? " after a crash" : " after a stop"));
      Daemon daemon(Daemon::Configured(dir_ / "logtally.yaml"));
      RunUntilThereIsMoreThanABackup(daemon);
      const MetricsPage last = daemon.Metrics();
      if (crash) {
        daemon.Crash();
      } else {
        daemon.Stop();
      }
      damage.make(daemon.state_dir() + "/logtally.db");
      log_.Append(502, 3);
      daemon.Restart();
      ExpectAllWithoutAFall(daemon, last);
      // After a crash everything may still be in the log, and the file below does not matter.
      if (!crash) {
        EXPECT_EQ(WasPutAside(daemon), damage.is_found) << daemon.err();
      }
      std::printf("%s%s: %s\n", damage.name, crash ? " after a crash" : " after a stop",
                  WasPutAside(daemon) ? "put aside, restored" : "lived with");
      daemon.Stop();
      EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), log_.truth());
      if (HasFailure()) return;
    }
  }
}

TEST_F(CorruptionTest, AnOlderCopyInItsPlaceIsReadOnFrom) {
  for (const bool rotated : {false, true}) {
    SCOPED_TRACE(rotated ? "the log was rotated since" : "");
    Daemon daemon(Daemon::Configured(dir_ / "logtally.yaml"));
    const std::string database = daemon.state_dir() + "/logtally.db";
    log_.Append(200, 100);
    daemon.WaitForCodes(log_.truth());
    daemon.Stop();
    fs::copy_file(database, dir_ / "older", fs::copy_options::overwrite_existing);
    daemon.Restart();
    log_.Append(404, 50);
    if (rotated) log_.RotateByRename();
    log_.Append(500, 5);
    daemon.WaitForCodes(log_.truth());
    const MetricsPage last = daemon.Metrics();
    daemon.Crash();
    fs::copy_file(dir_ / "older", database, fs::copy_options::overwrite_existing);
    fs::remove(database + "-wal");
    daemon.Restart();
    ExpectAllWithoutAFall(daemon, last);
    daemon.Stop();
    EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), log_.truth());
  }
}

TEST_F(CorruptionTest, WithoutABackupWhatIsRetainedIsCountedAgainAndTheRestIsKept) {
  Daemon daemon(Daemon::Following({log_.path()}));
  log_.Append(200, 100);
  daemon.WaitForCodes(log_.truth());
  daemon.Crash();
  fs::remove_all(daemon.state_dir() + "/backup");
  const std::string database = daemon.state_dir() + "/logtally.db";
  WriteFile(database, std::string(10'000, 'x'));
  daemon.Restart();
  daemon.WaitForCodes(log_.truth());
  daemon.WaitForMessage("logtally rebuild");
  daemon.WaitForMessage(".corrupt-");
  daemon.Stop();
}

TEST_F(CorruptionTest, UnderTheRunningDaemonIsMendedInTheSameProcess) {
  const Damage taken_away[] = {
      {"the write-ahead log was removed", [](const std::string& db) { fs::remove(db + "-wal"); },
       true},
      {"the database was removed", [](const std::string& db) { fs::remove(db); }, true},
      {"both were removed",
       [](const std::string& db) {
         fs::remove(db);
         fs::remove(db + "-wal");
       },
       true},
      {"the database was replaced",
       [](const std::string& db) {
         WriteFile(db + ".new", std::string(10'000, 'x'));
         fs::rename(db + ".new", db);
       },
       true},
  };
  for (const Damage& damage : taken_away) {
    SCOPED_TRACE(damage.name);
    Daemon daemon(Daemon::Configured(dir_ / "logtally.yaml"));
    RunUntilThereIsMoreThanABackup(daemon);
    const MetricsPage last = daemon.Metrics();
    const pid_t pid = daemon.pid();
    damage.make(daemon.state_dir() + "/logtally.db");
    log_.Append(502, 3);
    ExpectAllWithoutAFall(daemon, last);
    EXPECT_EQ(daemon.pid(), pid);
    EXPECT_TRUE(daemon.Running());
    daemon.Stop();
    EXPECT_EQ(Database(daemon.state_dir()).ResponsesByCode(), log_.truth());
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace logtally::testing
