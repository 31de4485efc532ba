#include "testing/process.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <signal.h>

namespace logtally::testing {
namespace {

TEST(Process, GivesExitCodeAndBothOutputs) {
  const ProcessResult result = RunToEnd({"sh", "-c", "echo out; echo err >&2; exit 7"});
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
}

TEST(Process, TakesItsInputFolderAndEnvironmentFromTheOptions) {
  const TempDir dir;
  WriteFile(dir / "in", "hello");
  const ProcessResult result = RunToEnd(
      {"sh", "-c", "pwd; cat; echo; echo $WORD"},
      {.environment = {{"WORD", "w"}}, .working_dir = dir.path(), .stdin_path = dir / "in"});
  EXPECT_EQ(result.out, dir.path() + "\nhello\nw\n");
}

TEST(Process, ADeadlineEndsTheWaitAndNotTheProcess) {
  Process process({"sleep", "60"});
  EXPECT_EQ(process.Wait(absl::Milliseconds(10)), std::nullopt);
  EXPECT_TRUE(process.Running());
  process.Signal(SIGTERM);
  EXPECT_EQ(process.Wait(), 128 + SIGTERM);
  EXPECT_FALSE(process.Running());
}

TEST(Process, TakesItsChildrenWithIt) {
  const TempDir dir;
  WriteFile(dir / "stays", "");
  {
    Process process(
        {"sh", "-c", "(while [ -e stays ]; do sleep 0.01; done; touch gone) & echo up; wait"},
        {.environment = {}, .working_dir = dir.path()});
    ASSERT_TRUE(WaitUntil([&] { return process.out() == "up\n"; }));
  }
  std::filesystem::remove(dir / "stays");
  EXPECT_FALSE(
      WaitUntil([&] { return std::filesystem::exists(dir / "gone"); }, absl::Milliseconds(200)));
}

TEST(Process, AMissingProgramFailsTheTestAndSaysWhatToInstall) {
  EXPECT_NONFATAL_FAILURE(SystemProgram("no-such-program", "some-package"),
                          "apt-get install some-package");
  EXPECT_NONFATAL_FAILURE(RunToEnd({"/no/such/program"}), "No such file or directory");
}

}  // namespace
}  // namespace logtally::testing
