#include "testing/call_faults.h"

#include <errno.h>
#include <gtest/gtest.h>

#include "testing/process.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

class CallFaultsTest : public ::testing::Test {
 protected:
  CallFaultsTest() { WriteFile(dir_ / "log", "ten bytes\n"); }

  // What cat makes of the file under these faults.
  ProcessResult Cat(const std::vector<CallFault>& faults) {
    faults_.Set(faults);
    ProcessOptions options;
    options.environment = faults_.Environment();
    options.environment["LC_ALL"] = "C";
    return RunToEnd({SystemProgram("cat", "coreutils"), dir_ / "log"}, options);
  }

  TempDir dir_;
  CallFaults faults_;
};

TEST_F(CallFaultsTest, WithoutARuleNothingChanges) {
  const ProcessResult result = Cat({});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "ten bytes\n");
  EXPECT_EQ(faults_.hits(), 0);
}

TEST_F(CallFaultsTest, ACallFailsWithTheErrnoOfItsRule) {
  const ProcessResult result =
      Cat({{.call = "read", .folder = dir_.path(), .effect = ErrnoEffect(EIO)}});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.err.find("Input/output error"), std::string::npos) << result.err;
  EXPECT_EQ(faults_.hits(), 1);
}

TEST_F(CallFaultsTest, OnlyTheCallsThatAreNumberedFail) {
  const ProcessResult result = Cat(
      {{.call = "read", .folder = dir_.path(), .effect = ErrnoEffect(EIO), .from = 2, .to = 2}});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.out, "ten bytes\n");
}

TEST_F(CallFaultsTest, OtherFoldersAreLeftAlone) {
  EXPECT_EQ(Cat({{.call = "read", .folder = dir_ / "lo", .effect = ErrnoEffect(EIO)}}).exit_code,
            0);
  EXPECT_EQ(faults_.hits(), 0);
}

TEST_F(CallFaultsTest, ShortReadsStillGiveEverything) {
  const ProcessResult result = Cat({{.call = "read", .folder = dir_.path(), .effect = "short"}});
  EXPECT_EQ(result.out, "ten bytes\n");
  EXPECT_GE(faults_.hits(), 2);
}

TEST_F(CallFaultsTest, ADeathIsSudden) {
  const ProcessResult result = Cat({{.call = "read", .folder = dir_.path(), .effect = "die"}});
  EXPECT_EQ(result.exit_code, kDeathByFault);
  EXPECT_EQ(result.out, "");
}

}  // namespace
}  // namespace logtally::testing
