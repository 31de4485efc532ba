// The comparison itself, over a small log: whether it can be believed, not how quick anything is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "testing/process.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class CompareTest : public ::testing::Test {
 protected:
  ProcessResult Compare(std::vector<std::string> options) {
    SystemProgram("gawk", "gawk");
    options.insert(options.begin(), LOGTALLY_COMPARE);
    options.insert(options.end(), {"--lines", "20000", "--runs", "2", "--peers", "gawk,wc",
                                   "--directory", dir_ / "bench"});
    return RunToEnd(options, {.environment = environment_});
  }
  // The rows of the tables, without their headings.
  static std::vector<std::string> Rows(const std::string& out) {
    std::vector<std::string> rows;
    std::istringstream lines(out);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("| ") && !line.starts_with("| program")) rows.push_back(line);
    }
    return rows;
  }

  TempDir dir_;
  std::map<std::string, std::string> environment_;
};

TEST_F(CompareTest, EveryProgramHasARowOfFiguresAndItsCountsAreChecked) {
  const ProcessResult result = Compare({"--parts", "combined,gzip"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("20,000 lines, "));
  EXPECT_THAT(result.out, HasSubstr("gawk 1:"));
  const std::vector<std::string> rows = Rows(result.out);
  ASSERT_EQ(rows.size(), 8u) << result.out;
  const std::string names[] = {"logtally ingest",       "logtally ingest, one core",
                               "logtally summary FILE", "wc -l",
                               "gawk '.c.[$]9....'",    "logtally ingest, .gz",
                               "zcat, then wc -l",      "zcat, then gawk"};
  for (size_t i = 0; i < rows.size(); ++i) {
    // A name, seven figures above 0, and what the counts are like.
    EXPECT_THAT(rows[i], MatchesRegex("[|] " + names[i] +
                                      " +([|] +[0-9.,–]*[1-9][0-9.,–]* )+[|] "
                                      "(exact|lines alone|[0-9]+ missing.*) *[|]"));
    if (names[i].starts_with("logtally")) {
      EXPECT_THAT(rows[i], HasSubstr("| exact "));
    }
  }
}

}  // namespace
}  // namespace logtally::testing
