#include "tail/rotated_files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "no", or "N compression" with "-" for what is not there.
std::string Parsed(std::string_view base, std::string_view name) {
  const auto rotated = ParseRotatedName(base, name);
  if (!rotated) return "no";
  return absl::StrCat(rotated->number ? absl::StrCat(*rotated->number) : "-", " ",
                      rotated->compression.empty() ? "-" : rotated->compression);
}

TEST(ParseRotatedName, KnowsWhatRotationsCallOlderTexts) {
  const struct {
    std::string_view name, parsed;
  } kCases[] = {
      {"access.log.1", "1 -"},
      {"access.log.0", "0 -"},
      {"access.log.14", "14 -"},
      {"access.log.2.gz", "2 gz"},
      {"access.log.2.zst", "2 zst"},
      {"access.log.2.zstd", "2 zstd"},
      {"access.log.2.Z", "2 Z"},
      {"access.log.2.xz", "2 xz"},
      {"access.log.2.bz2", "2 bz2"},
      {"access.log.2.lz4", "2 lz4"},
      {"access.log.old", "- -"},
      {"access.log.old.gz", "- gz"},
      {"access.log-20240610", "- -"},
      {"access.log-20240610.gz", "- gz"},
      {"access.log-20240610-1718000000.zst", "- zst"},
      {"access.log.20240610", "- -"},
      {"access.log.1718000000", "- -"},
      {"access.log.2024-06-10_12:00", "- -"},
      {"access.log.2024-06-10T12:00:00.xz", "- xz"},
      {"access-20240610.log", "- -"},
      {"access-20240610.log.gz", "- gz"},
      {"access.1.log", "1 -"},
      {"access.1.log.gz", "1 gz"},
  };
  for (const auto& [name, parsed] : kCases) EXPECT_EQ(Parsed("access.log", name), parsed) << name;
  EXPECT_EQ(Parsed("access_log", "access_log.3"), "3 -");
  EXPECT_EQ(Parsed("access_log", "access_log-20240610.gz"), "- gz");
  EXPECT_EQ(Parsed("a.b.log", "a.b-20240610.log"), "- -");
  EXPECT_EQ(Parsed("7", "7.1"), "1 -");
}

TEST(ParseRotatedName, LeavesOtherNamesAlone) {
  for (const std::string_view name : {"access.log",
                                      "access.log.gz",
                                      "access-8080.log",
                                      "access.8080.log",
                                      "access-1.log",
                                      "access.log-1",
                                      "access.log.bak",
                                      "access.log.swp",
                                      "access.log.1.tmp",
                                      "access.log.1.gz.tmp",
                                      "access.log.",
                                      "access.log.-",
                                      "access.log.1.",
                                      "access.log..1",
                                      "access.log1",
                                      "access.log_1",
                                      "access.log.1a",
                                      "access.log.gz.1",
                                      "access.log.T",
                                      "error.log.1",
                                      "xaccess.log.1",
                                      "access.lo",
                                      "access.",
                                      "access",
                                      "accesslog",
                                      ".1",
                                      "1",
                                      "",
                                      ".gz",
                                      "access.old.log",
                                      "access-a.log",
                                      "access1.log",
                                      "access.log.1.gz.gz",
                                      "access.log.oldest",
                                      "access.log-old"}) {
    EXPECT_EQ(Parsed("access.log", name), "no") << name;
  }
  EXPECT_EQ(Parsed("", ".1"), "no");
  EXPECT_EQ(Parsed(".log", ".1.log"), "no");
  EXPECT_EQ(Parsed("access.log", "access.log"), "no");
  EXPECT_EQ(Parsed("a.a", "a.a"), "no") << "before and after the mark overlap";
}

class FindRotatedFilesTest : public ::testing::Test {
 protected:
  // A file that was last written `minute` minutes after some moment.
  void Write(const std::string& name, int minute) {
    fs::create_directories(fs::path(dir_ / name).parent_path());
    testing::WriteFile(dir_ / name, name);
    const timespec time{1718000000 + 60 * minute, 0};
    const timespec times[] = {time, time};
    ASSERT_EQ(utimensat(AT_FDCWD, (dir_ / name).c_str(), times, 0), 0);
  }

  // Names below the folder.
  std::vector<std::string> Find(const std::vector<std::string>& more_dirs = {}) {
    const RotatedListing listing = FindRotatedFiles(dir_ / "access.log", more_dirs);
    complete_ = listing.complete;
    std::vector<std::string> names;
    for (const RotatedFile& file : listing.files) {
      names.push_back(fs::path(file.path).lexically_relative(dir_.path()));
    }
    return names;
  }

  testing::TempDir dir_;
  bool complete_ = false;
};

TEST_F(FindRotatedFilesTest, ListsTheOldestFirst) {
  Write("access.log", 9);
  Write("access.log.1", 8);
  Write("access.log.2.gz", 7);
  Write("access.log-20240610", 3);
  Write("error.log.1", 5);
  Write("access.log.swp", 5);
  EXPECT_THAT(Find(), ElementsAre("access.log-20240610", "access.log.2.gz", "access.log.1"));
  EXPECT_TRUE(complete_);
  const RotatedListing listing = FindRotatedFiles(dir_ / "access.log", {});
  ASSERT_EQ(listing.files.size(), 3u);
  EXPECT_EQ(listing.files[1].name, (RotatedName{2, "gz"}));
  EXPECT_EQ(listing.files[1].stat.size, 15);
}

TEST_F(FindRotatedFilesTest, OfTheSameTimeTheHighestNumberAndTheEarliestDateComeFirst) {
  for (const char* name : {"access.log.1", "access.log.10", "access.log.9", "access.log-20240611",
                           "access.log-20240609"}) {
    Write(name, 0);
  }
  EXPECT_THAT(Find(), ElementsAre("access.log.10", "access.log.9", "access.log.1",
                                  "access.log-20240609", "access.log-20240611"));
}

TEST_F(FindRotatedFilesTest, WorksForALogThatIsNotThereAndADirectoryThatIsNot) {
  EXPECT_THAT(Find({dir_ / "none"}), IsEmpty());
  EXPECT_TRUE(complete_);
  EXPECT_THAT(FindRotatedFiles(dir_ / "none/access.log", {}).files, IsEmpty());
  Write("access.log.1", 0);
  EXPECT_THAT(Find(), ElementsAre("access.log.1"));
}

TEST_F(FindRotatedFilesTest, LooksIntoFoldersThatHaveNoSuchLogOfTheirOwn) {
  Write("old/access.log.1", 1);
  Write("old/deeper/access.log.1", 2);
  Write("other/access.log", 3);
  Write("other/access.log.1", 4);
  testing::TempDir elsewhere;
  testing::WriteFile(elsewhere / "access.log.4", "");
  fs::create_directory_symlink(elsewhere.path(), dir_ / "link");
  EXPECT_THAT(Find(), ElementsAre("old/access.log.1"));
  EXPECT_TRUE(complete_);
}

TEST_F(FindRotatedFilesTest, LooksIntoMoreFoldersAndNamesNoFileTwice) {
  Write("access.log.1", 5);
  Write("old/access.log.2", 4);
  Write("a/b/access.log.3", 3);
  fs::create_hard_link(dir_ / "access.log.1", dir_ / "a/b/access.log.4");
  EXPECT_THAT(Find({dir_.path(), dir_ / "old", dir_ / "a/b"}),
              ElementsAre("a/b/access.log.3", "old/access.log.2", "access.log.1"));
}

TEST_F(FindRotatedFilesTest, TakesRegularFilesOnly) {
  fs::create_directory(dir_ / "access.log.1");
  ASSERT_EQ(mkfifo((dir_ / "access.log.2").c_str(), 0600), 0);
  fs::create_symlink(dir_ / "none", dir_ / "access.log.3");
  EXPECT_THAT(Find(), IsEmpty());
  EXPECT_TRUE(complete_);
}

TEST_F(FindRotatedFilesTest, SaysWhatItDidNotLookAt) {
  Write("access.log.1", 0);
  EXPECT_THAT(Find({dir_ / "access.log.1"}), ElementsAre("access.log.1"));
  EXPECT_FALSE(complete_) << "a directory that is none";
  for (int i = 0; i < 64; ++i) fs::create_directory(dir_ / absl::StrCat("folder", i));
  Find();
  EXPECT_TRUE(complete_);
  Write("zzz/access.log.2", 0);
  EXPECT_THAT(Find(), ElementsAre("access.log.1"));
  EXPECT_FALSE(complete_) << "one folder too many";
}

}  // namespace
}  // namespace logtally
