// What users see, letter by letter. After a wanted change:
//   LOGTALLY_UPDATE_GOLDEN=1 build/dev/bin/unit_report_tests --gtest_filter='GoldenSummary.*'
// and then look at the difference before it is committed.
#include <gtest/gtest.h>

#include "report/json_writer.h"
#include "report/text_writer.h"
#include "testing/golden.h"
#include "unit/report/summary_kit.h"

namespace logtally {
namespace {

using testing::ExpectGolden;

TEST(GoldenSummary, Text) {
  const Summary summary = Summarise(testing::BadHour(), testing::SmallCatalogue);
  ExpectGolden("summary_small.txt", WriteText(summary, TextStyle()));
}

TEST(GoldenSummary, TextOfLosses) {
  SummaryInput input = testing::BadHour();
  testing::AddLosses(input);
  ExpectGolden("summary_losses.txt",
               WriteText(Summarise(input, testing::SmallCatalogue), TextStyle()));
}

TEST(GoldenSummary, Json) {
  const Summary summary = Summarise(testing::BadHour(), testing::SmallCatalogue);
  ExpectGolden("summary_small.json", WriteJson(summary));
}

}  // namespace
}  // namespace logtally
