// What lies at the top of the tree is what a newcomer reads first: it stays short.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <sstream>

#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

namespace fs = std::filesystem;

const std::set<std::string> kFolders = {".ci", "analyzer", "dashboards", "schemas", "tests"};
const std::set<std::string> kFiles = {
    ".clang-format",
    ".clang-tidy",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CMakeLists.txt",
    "CMakePresets.json",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "dev",
};

// What is not part of the sources: git's own, and what .gitignore names at the top.
std::set<std::string> Ignored() {
  std::set<std::string> ignored = {".git"};
  std::istringstream lines(ReadFile(LOGTALLY_SOURCE_DIR "/.gitignore"));
  for (std::string line; std::getline(lines, line);) {
    while (line.starts_with('/')) line.erase(0, 1);
    while (line.ends_with('/')) line.pop_back();
    if (!line.empty() && !line.starts_with('#')) ignored.insert(line);
  }
  return ignored;
}

TEST(TopLevelCheck, HoldsTheGivenEntriesAndNothingElse) {
  const std::set<std::string> ignored = Ignored();
  int entries = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(LOGTALLY_SOURCE_DIR)) {
    const std::string name = entry.path().filename();
    if (ignored.contains(name)) continue;
    ++entries;
    EXPECT_TRUE((entry.is_directory() ? kFolders : kFiles).contains(name))
        << name << ": no new top-level entry; it belongs into a folder that exists";
  }
  EXPECT_GT(entries, 5);
}

TEST(TopLevelCheck, TheIgnoredEntriesAreFew) {
  // An entry that is ignored is out of sight: this list must not become a way around the rule.
  EXPECT_LE(Ignored().size(), 6u);
}

}  // namespace
}  // namespace logtally::testing
