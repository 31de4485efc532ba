#include "tail/file_set.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "testing/temp_dir.h"

namespace logtally {
namespace {

class FileSetTest : public ::testing::Test {
 protected:
  std::vector<std::string> Paths(const FileSet& set) {
    std::vector<std::string> paths;
    for (const MatchedPath& path : set.Expand().paths) {
      paths.push_back(path.site + ":" + path.path.substr(dir_.path().size() + 1));
    }
    return paths;
  }
  testing::TempDir dir_;
  using Names = std::vector<std::string>;
};

TEST_F(FileSetTest, FindsEachPathOnceASiteAndPathsThatAreNamedEvenIfNothingIsThere) {
  for (const char* name : {"b.log", "a.log", ".hidden.log"}) testing::WriteFile(dir_ / name, "");
  const FileSet set(
      {{"one", {dir_ / "*.log", dir_ / "a.log", dir_ / "missing"}}, {"two", {dir_ / "a.*"}}});
  EXPECT_EQ(Paths(set), (Names{"one:a.log", "one:b.log", "one:missing", "two:a.log"}));
}

TEST_F(FileSetTest, NamesPathsThatDoNotExistToo) {
  const FileSet set({{"site", {"/srv/*/logs/access.log", "/var/log/x.log"}}});
  EXPECT_TRUE(set.Names("site", "/srv/a/logs/access.log"));
  EXPECT_TRUE(set.Names("site", "/var/log/x.log"));
  EXPECT_FALSE(set.Names("site", "/srv/a/b/logs/access.log")) << "a star is no slash";
  EXPECT_FALSE(set.Names("other", "/var/log/x.log"));
  EXPECT_TRUE(set.Concerns("/srv/a"));
  EXPECT_TRUE(set.Concerns("/srv/a/logs"));
  EXPECT_FALSE(set.Concerns("/srv/a/other"));
}

TEST_F(FileSetTest, KnowsTheDirectoriesInWhichSomethingMayAppear) {
  std::filesystem::create_directories(dir_ / "a/logs");
  const FileSet set({{"site", {dir_ / "*/logs/*.log", "/var/log/x.log"}}});
  EXPECT_EQ(set.Directories(), (std::set<std::string>{dir_.path(), dir_ / "a/logs", "/var/log"}));
}

TEST_F(FileSetTest, SaysWhyAGlobMatchesNothing) {
  const FileSet set({{"site", {dir_ / "*.log", dir_ / "none/*.log"}}});
  const std::vector<BarrenPattern> barren = set.Expand().barren;
  ASSERT_EQ(barren.size(), 2u);
  EXPECT_EQ(barren[0].why, (dir_ / "*.log") + ": no file matches yet");
  EXPECT_FALSE(barren[0].is_trouble);
  EXPECT_EQ(barren[1].why, (dir_ / "none/*.log") + ": read directory " + (dir_ / "none") +
                               ": No such file or directory");
  EXPECT_TRUE(barren[1].is_trouble);
}

TEST(DirectoryOf, IsWhatIsBeforeTheLastSlash) {
  EXPECT_EQ(DirectoryOf("/var/log/x"), "/var/log");
  EXPECT_EQ(DirectoryOf("/x"), "/");
}

}  // namespace
}  // namespace logtally
