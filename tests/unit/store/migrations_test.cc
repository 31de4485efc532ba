// A database of an older schema comes out whole and unchanged, wherever its migration is killed.
#include "store/migrations.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "store/count_reader.h"
#include "store_kit.h"
#include "testing/fault_vfs.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using testing::DiskFault;
using testing::FaultDisk;
using testing::TempDir;

// What logtally 0.1 left behind: 40 lines counted, a log read up to byte 4000.
void MakeSchema1(const TempDir& dir) {
  ASSERT_OK_AND_ASSIGN(Database db, Database::Open(dir / "logtally.db", Database::Mode::kWriter));
  ASSERT_OK(db.Execute(testing::ReadFile(LOGTALLY_SOURCE_DIR "/schemas/sql/0001_initial.sql")));
  ASSERT_OK(db.Execute(
      "INSERT INTO site VALUES (1, 'shop'); INSERT INTO method VALUES (1, 'GET');"
      "INSERT INTO total VALUES (1, 200, 1, 40, 400);"
      "INSERT INTO minute VALUES (1700000040, 1, 200, 1, 40, 400);"
      "INSERT INTO intake VALUES (1, 4000, 1700000040, 0);"
      "INSERT INTO error_path VALUES (1699999200, 1, 404, '/a', 5, 0);"
      "INSERT INTO error_path VALUES (1699999200, 1, 404, '/b', 30, 2);"
      "INSERT INTO error_path VALUES (1699999200, 1, 500, '/c', 1, 0);"
      "INSERT INTO file_position VALUES (1, 42, 7, 0, 0, 4000, 4000, 0, 0, 0, 0, 'live', "
      "'/var/log/shop.log', 9);"
      "UPDATE meta SET value = 9 WHERE key = 'commit_seq'; PRAGMA user_version = 1"));
}

void ExpectMigrated(const TempDir& dir) {
  ASSERT_OK_AND_ASSIGN(const auto store, CountStore::Open(dir.path()));
  EXPECT_EQ(LinesIn(*store), 40);
  EXPECT_EQ(OffsetIn(*store), 4000);
  EXPECT_EQ(store->counts().commit_seq, 9);
  ASSERT_OK(CountMore(*store, 5));
  ASSERT_OK_AND_ASSIGN(CountReader reader, CountReader::Open(dir / "logtally.db"));
  ASSERT_OK_AND_ASSIGN(const auto errors, reader.Errors({}));
  const auto paths = errors.at(404).list(ErrorList::kPaths).Sorted();
  ASSERT_EQ(paths.size(), 7u) << "two old ones and five new ones";
  EXPECT_EQ(paths[0], (TopValues::Entry{"/b", 30, 2}));
  EXPECT_EQ(paths[1], (TopValues::Entry{"/a", 5, 0}));
  EXPECT_EQ(errors.at(500).list(ErrorList::kPaths).size(), 1u);
}

TEST(Migrations, KeepCountsAndPositionsOfTheFirstSchema) {
  const TempDir dir;
  ASSERT_NO_FATAL_FAILURE(MakeSchema1(dir));
  ExpectMigrated(dir);
}

TEST(Migrations, AreWholeWhereverTheyAreKilled) {
  FaultDisk& disk = FaultDisk::Instance();
  const TempDir older;
  ASSERT_NO_FATAL_FAILURE(MakeSchema1(older));
  int64_t n = 1;
  for (; !::testing::Test::HasFailure(); ++n) {
    SCOPED_TRACE("write " + std::to_string(n));
    const TempDir dir;
    for (const char* file : {"logtally.db", "logtally.db-wal"}) {
      std::filesystem::copy_file(older / file, dir / file);
    }
    const pid_t child = ::fork();
    if (child == 0) {
      disk.Set({DiskFault::Kind::kKill, n});
      ::_exit(CountStore::Open(dir.path()).ok() ? 0 : 1);
    }
    int how = 0;
    ASSERT_EQ(::waitpid(child, &how, 0), child);
    ASSERT_TRUE(WIFEXITED(how));
    ExpectMigrated(dir);
    if (WEXITSTATUS(how) != 137) {
      EXPECT_EQ(WEXITSTATUS(how), 0);
      break;
    }
  }
  EXPECT_GT(n, 10);
  std::printf("a killed migration: %ld places, each came out whole\n", static_cast<long>(n - 1));
}

TEST(Migrations, ASchemaThatIsNotWhatItsVersionSaysIsDataLoss) {
  const TempDir dir;
  ASSERT_NO_FATAL_FAILURE(MakeSchema1(dir));
  {
    ASSERT_OK_AND_ASSIGN(Database db, Database::Open(dir / "logtally.db", Database::Mode::kWriter));
    ASSERT_OK(db.Execute("PRAGMA user_version = 0"));
  }
  EXPECT_TRUE(absl::IsDataLoss(CountStore::Open(dir.path()).status()));
}

}  // namespace
}  // namespace logtally
