#include "bench/compare/usage.h"

#include <gtest/gtest.h>

#include "testing/process.h"
#include "testing/temp_dir.h"

namespace logtally::bench {
namespace {

TEST(Usage, TheMedianIsTakenOfEachFigureByItself) {
  const Usage median = Median({{3, 30, 5}, {1, 20, 9}, {2, 10, 7}});
  EXPECT_EQ(median.wall_seconds, 2);
  EXPECT_EQ(median.cpu_seconds, 20);
  EXPECT_EQ(median.peak_mib, 7);
  EXPECT_EQ(Median({4, 1}), 2.5);
}

TEST(Usage, IsWhatMeasureWritesAboutACommand) {
  const testing::TempDir dir;
  const std::string result = dir / "usage";
  // Allocates nothing and works for a moment; its children count as well.
  EXPECT_EQ(testing::RunToEnd({LOGTALLY_MEASURE, result, "sh", "-c",
                               "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done | cat; exit 3"})
                .exit_code,
            3);
  const auto usage = ReadUsage(testing::ReadFile(result));
  ASSERT_TRUE(usage.ok()) << usage.status();
  EXPECT_GT(usage->wall_seconds, 0);
  EXPECT_GT(usage->cpu_seconds, 0);
  EXPECT_GT(usage->peak_mib, 0.1);
  EXPECT_FALSE(ReadUsage("no figures\n").ok());
}

}  // namespace
}  // namespace logtally::bench
