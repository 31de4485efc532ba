// The few rules of style that a program can check and clang-format does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <sstream>

#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Written apart, so that this file does not find itself.
const std::string kUnfinished[] = {std::string("TO") + "DO", std::string("FIX") + "ME",
                                   std::string("XX") + "X:"};

// "analyzer/base/log.h" -> "LOGTALLY_BASE_LOG_H_".
std::string GuardOf(const fs::path& file) {
  std::string guard = "LOGTALLY_";
  const fs::path below = file.lexically_relative(*file.begin());
  for (const char c : below.string()) {
    guard += std::isalnum(static_cast<unsigned char>(c)) != 0
                 ? static_cast<char>(std::toupper(static_cast<unsigned char>(c)))
                 : '_';
  }
  return guard + "_";
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// What a header does against the rules. One that holds only words needs no guard.
std::vector<std::string> HeaderComplaints(const fs::path& file,
                                          const std::vector<std::string>& lines) {
  std::vector<std::string> found;
  if (lines.empty() || !lines[0].starts_with("// ")) {
    found.push_back(file.string() + ":1: a header opens with a comment that says what it is for");
  }
  const auto is_code = [](const std::string& line) {
    return !line.empty() && !line.starts_with("//");
  };
  const auto first = std::find_if(lines.begin(), lines.end(), is_code);
  if (first == lines.end()) return found;
  const std::string guard = GuardOf(file);
  if (*first != "#ifndef " + guard || first + 1 == lines.end() ||
      *(first + 1) != "#define " + guard || lines.back() != "#endif  // " + guard) {
    found.push_back(file.string() + ": the header guard is " + guard);
  }
  return found;
}

// What a file does against the rules; `file` is relative to the root of the sources.
std::vector<std::string> Complaints(const fs::path& file, const std::string& text) {
  const std::vector<std::string> lines = Lines(text);
  const bool cpp = file.extension() == ".h" || file.extension() == ".cc";
  std::vector<std::string> found;
  if (file.extension() == ".h") found = HeaderComplaints(file, lines);
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string where = file.string() + ":" + std::to_string(i + 1) + ": ";
    const std::string& line = lines[i];
    if (line.find('\t') != line.npos && cpp) found.push_back(where + "a tab");
    if (line.ends_with(' ') || line.ends_with('\r')) found.push_back(where + "space at the end");
    const size_t start = line.find_first_not_of(' ');
    if (cpp && start != line.npos && line.compare(start, 15, "using namespace") == 0) {
      found.push_back(where + "using namespace");
    }
    for (const std::string& word : kUnfinished) {
      if (line.find(word) != line.npos)
        found.push_back(where + word + ": finish it or leave it out");
    }
  }
  if (!text.empty() && !text.ends_with('\n')) found.push_back(file.string() + ": no last newline");
  return found;
}

bool IsChecked(const fs::path& file) {
  const std::string extension = file.extension();
  return extension == ".cc" || extension == ".h" || extension == ".cmake" || extension == ".sql" ||
         file.filename() == "CMakeLists.txt";
}

TEST(SourceStyleCheck, EverySourceFollowsTheRules) {
  const fs::path root = LOGTALLY_SOURCE_DIR;
  std::vector<std::string> found;
  int files = 0;
  for (const char* folder : {"analyzer", "dashboards", "schemas", "tests"}) {
    if (!fs::exists(root / folder)) continue;
    fs::recursive_directory_iterator entry(root / folder);
    for (; entry != fs::recursive_directory_iterator(); ++entry) {
      if (entry->path().filename() == "node_modules") entry.disable_recursion_pending();
      if (!entry->is_regular_file() || !IsChecked(entry->path())) continue;
      ++files;
      const std::vector<std::string> some =
          Complaints(entry->path().lexically_relative(root), ReadFile(entry->path()));
      found.insert(found.end(), some.begin(), some.end());
    }
  }
  EXPECT_GT(files, 50);
  EXPECT_THAT(found, IsEmpty());
}

TEST(SourceStyleCheck, EachRuleFindsItsMistake) {
  const std::string good =
      "// What it is for.\n#ifndef LOGTALLY_BASE_X_H_\n#define LOGTALLY_BASE_X_H_\n"
      "#endif  // LOGTALLY_BASE_X_H_\n";
  EXPECT_THAT(Complaints("analyzer/base/x.h", good), IsEmpty());
  EXPECT_THAT(Complaints("analyzer/model/x.h", good), Contains(HasSubstr("header guard")));
  EXPECT_THAT(Complaints("tests/base/x.h", good.substr(good.find('#'))),
              Contains(HasSubstr("opens with a comment")));
  EXPECT_THAT(Complaints("analyzer/x.cc", "\tint i;\n"), Contains(HasSubstr("x.cc:1: a tab")));
  EXPECT_THAT(Complaints("analyzer/x.cc", "int i; \n"), Contains(HasSubstr("space at the end")));
  EXPECT_THAT(Complaints("analyzer/x.cc", "\n  using namespace std;\n"),
              Contains(HasSubstr("x.cc:2: using namespace")));
  for (const std::string& word : kUnfinished) {
    EXPECT_THAT(Complaints("analyzer/x.cc", "// " + word + " later\n"), Contains(HasSubstr(word)));
  }
  EXPECT_THAT(Complaints("analyzer/x.cc", "int i;"), Contains(HasSubstr("no last newline")));
}

}  // namespace
}  // namespace logtally::testing
