#include "app/jobs_option.h"

#include <gtest/gtest.h>

namespace logtally {
namespace {

TEST(JobsOption, IsOneForEachProcessorUnlessANumberIsGiven) {
  CLI::App app;
  JobsOption jobs;
  AddJobsOption(app, jobs);
  EXPECT_GE(jobs.threads(), 1);
  app.parse("--jobs 3");
  EXPECT_EQ(jobs.threads(), 3);
}

TEST(JobsOption, RefusesWhatIsNoNumberOfThreads) {
  for (const char* given : {"--jobs 0", "--jobs -1", "--jobs 100000", "--jobs many"}) {
    CLI::App app;
    JobsOption jobs;
    AddJobsOption(app, jobs);
    EXPECT_THROW(app.parse(given), CLI::ValidationError) << given;
  }
}

}  // namespace
}  // namespace logtally
