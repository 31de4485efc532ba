// A disk that fails at its n-th operation, for every n: the store goes on, or the next start does,
// with counts and positions of one moment; never less than what was committed.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <random>

#include "store_kit.h"
#include "testing/fault_vfs.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using testing::DiskFault;
using testing::FaultDisk;
using testing::TempDir;

constexpr int kCommits = 4;
constexpr int64_t kLinesPerCommit = 10;
constexpr int64_t kAllLines = kCommits * kLinesPerCommit;
constexpr BackupOptions kNoBackups = {.period = std::nullopt};

// Whole lives of a process by the hundred: in memory where that can be, as only the order of
// operations matters here, not the disk's time.
std::string ParentOfDirs() {
  return ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : std::filesystem::temp_directory_path();
}

// What happens to a call that fails.
enum class After { kTryAgain, kGiveUp };

// One run of a process on `dir`: opens, commits, ends cleanly. `committed` follows what the store
// has acknowledged; it may be memory that another process sees. False: it gave up.
bool Live(const TempDir& dir, After after, volatile int64_t* committed, BackupOptions backups) {
  const auto tries = after == After::kTryAgain ? 4 : 1;
  std::unique_ptr<CountStore> store;
  for (int i = 0; i < tries && store == nullptr; ++i) {
    auto opened = CountStore::Open(dir.path(), backups);
    EXPECT_FALSE(absl::IsDataLoss(opened.status())) << opened.status();
    if (opened.ok()) store = *std::move(opened);
  }
  if (store == nullptr) return false;
  *committed = LinesIn(*store);
  while (LinesIn(*store) < kAllLines) {
    absl::Status status = absl::UnknownError("");
    for (int i = 0; i < tries && !status.ok(); ++i) {
      status = CountMore(*store, kLinesPerCommit);
      EXPECT_FALSE(absl::IsDataLoss(status) || absl::IsAborted(status)) << status;
      *committed = LinesIn(*store);
    }
    if (!status.ok()) return false;
  }
  for (int i = 0; i < tries; ++i) {
    if (store->EndCleanly(absl::Now()).ok()) return true;
  }
  return false;
}

// What holds at the next start, whatever happened.
void ExpectWhole(const TempDir& dir, int64_t committed) {
  ASSERT_OK_AND_ASSIGN(const auto store, CountStore::Open(dir.path(), kNoBackups));
  EXPECT_GE(LinesIn(*store), committed) << "what was committed is gone";
  EXPECT_LE(LinesIn(*store), committed + kLinesPerCommit);
  EXPECT_EQ(OffsetIn(*store), 100 * LinesIn(*store)) << "counts and positions of two moments";
  EXPECT_EQ(store->counts().sites.empty() ? 0 : store->counts().sites.at("shop").intake.read_bytes,
            100 * LinesIn(*store));
  ASSERT_OK_AND_ASSIGN(Database db, Database::Open(dir / "logtally.db", Database::Mode::kReader));
  ASSERT_OK_AND_ASSIGN(Statement check, db.Prepare("PRAGMA integrity_check"));
  ASSERT_OK(check.Step());
  EXPECT_EQ(check.ColumnText(0), "ok");
}

class DiskFaultTest : public ::testing::Test {
 protected:
  // Runs `one` with n = 1, 2, 3 … until a run ends before the fault.
  void Sweep(const char* what, const std::function<bool(int64_t)>& one) {
    int64_t n = 1;
    for (; !HasFailure(); ++n) {
      SCOPED_TRACE(std::string(what) + " at operation " + std::to_string(n));
      if (!one(n)) break;
    }
    EXPECT_GT(n, 60) << "hardly any operation was reached";
    std::printf("%s: %ld places, 0 lines lost or counted twice\n", what, static_cast<long>(n - 1));
  }

  FaultDisk& disk_ = FaultDisk::Instance();
};

class DiskErrorTest : public DiskFaultTest,
                      public ::testing::WithParamInterface<DiskFault::Kind> {};

TEST_P(DiskErrorTest, IsOvercomeByTryingAgain) {
  Sweep("an error, tried again", [&](int64_t n) {
    const TempDir dir(ParentOfDirs());
    int64_t committed = 0;
    disk_.Set({GetParam(), n});
    EXPECT_TRUE(Live(dir, After::kTryAgain, &committed, {}));
    const bool struck = disk_.struck();
    disk_.Set({});
    EXPECT_EQ(committed, kAllLines);
    ExpectWhole(dir, committed);
    return struck;
  });
}

TEST_P(DiskErrorTest, IsOvercomeByTheNextProcess) {
  Sweep("an error, then another process", [&](int64_t n) {
    const TempDir dir(ParentOfDirs());
    int64_t committed = 0;
    disk_.Set({GetParam(), n, 3});
    (void)Live(dir, After::kGiveUp, &committed, kNoBackups);
    const bool struck = disk_.struck();
    disk_.Set({});
    ExpectWhole(dir, committed);
    return struck;
  });
}

INSTANTIATE_TEST_SUITE_P(EveryKind, DiskErrorTest,
                         ::testing::Values(DiskFault::Kind::kIoError, DiskFault::Kind::kFull,
                                           DiskFault::Kind::kShortWrite));

// kept: how many of 100 sectors get to the disk although nothing has synced them.
class PowerCutTest : public DiskFaultTest, public ::testing::WithParamInterface<int> {};

TEST_P(PowerCutTest, LosesNothingThatWasCommitted) {
  std::mt19937 random(20240610);
  Sweep("a power cut", [&](int64_t n) {
    const TempDir dir(ParentOfDirs());
    int64_t committed = 0;
    disk_.WatchPower();
    disk_.Set({DiskFault::Kind::kIoError, n, int64_t{1} << 40});
    (void)Live(dir, After::kGiveUp, &committed, kNoBackups);
    const bool struck = disk_.struck();
    disk_.CutPower();
    disk_.Set({});
    disk_.RestorePower(GetParam(), random);
    ExpectWhole(dir, committed);
    return struck;
  });
}

INSTANTIATE_TEST_SUITE_P(TornAndReordered, PowerCutTest, ::testing::Values(0, 50, 90));

// kill -9 before every single write, also in the middle of a migration or a checkpoint.
TEST_F(DiskFaultTest, AProcessThatIsKilledBeforeAnyWriteLeavesAWholeStore) {
  void* shared = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  auto* committed = static_cast<volatile int64_t*>(shared);
  Sweep("kill -9", [&](int64_t n) {
    const TempDir dir(ParentOfDirs());
    *committed = 0;
    const pid_t child = ::fork();
    if (child == 0) {
      disk_.Set({DiskFault::Kind::kKill, n});
      ::_exit(Live(dir, After::kGiveUp, committed, kNoBackups) ? 0 : 1);
    }
    int how = 0;
    EXPECT_EQ(::waitpid(child, &how, 0), child);
    EXPECT_TRUE(WIFEXITED(how));
    disk_.Set({});
    ExpectWhole(dir, *committed);
    return WEXITSTATUS(how) == 137;
  });
  ::munmap(shared, 4096);
}

}  // namespace
}  // namespace logtally
