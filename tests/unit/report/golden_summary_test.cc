// What users see, letter by letter. After a wanted change:
//   LOGTALLY_UPDATE_GOLDEN=1 build/dev/bin/unit_report_tests --gtest_filter='GoldenSummary.*'
// and then look at the difference before it is committed.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>

#include "report/json_writer.h"
#include "report/text_writer.h"
#include "testing/temp_dir.h"
#include "unit/report/summary_kit.h"

namespace logtally {
namespace {

void ExpectGolden(const std::string& name, const std::string& actual) {
  const std::string path = std::string(LOGTALLY_SOURCE_DIR) + "/tests/golden/" + name;
  const char* update = getenv("LOGTALLY_UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1") testing::WriteFile(path, actual);
  EXPECT_EQ(testing::ReadFile(path), actual) << path;
}

TEST(GoldenSummary, Text) {
  const Summary summary = Summarise(testing::BadHour(), testing::SmallCatalogue);
  ExpectGolden("summary_small.txt", WriteText(summary, TextStyle()));
}

TEST(GoldenSummary, Json) {
  const Summary summary = Summarise(testing::BadHour(), testing::SmallCatalogue);
  ExpectGolden("summary_small.json", WriteJson(summary));
}

}  // namespace
}  // namespace logtally
