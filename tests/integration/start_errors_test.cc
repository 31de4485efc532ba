// What a person sees who starts the daemon wrongly: one line that says what to change.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_format.h"
#include "testing/daemon.h"
#include "testing/log_writer.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;

class StartErrorsTest : public ::testing::Test {
 protected:
  StartErrorsTest() { std::filesystem::create_directory(state_dir_); }

  // `logtally serve <args>`, which must end by itself and say so in one line.
  ProcessResult Serve(std::vector<std::string> args) {
    args.insert(args.begin(), "serve");
    const ProcessResult result = RunLogtally(args);
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    EXPECT_EQ(result.out, "");
    return result;
  }
  ProcessResult ServeConfig(const std::string& yaml) {
    WriteFile(dir_ / "logtally.yaml", yaml);
    return Serve({"--config.file", dir_ / "logtally.yaml", "--state-dir", state_dir_,
                  "--web.listen-address", "127.0.0.1:0"});
  }

  TempDir dir_;
  const std::string state_dir_ = dir_ / "state";
  LogWriter log_{dir_ / "access.log"};
};

TEST_F(StartErrorsTest, AStateDirectoryThatCannotBe) {
  WriteFile(dir_ / "file", "");
  const std::string below_a_file = dir_ / "file/state";  // not even root can create it
  const ProcessResult result =
      Serve({log_.path(), "--state-dir", below_a_file, "--web.listen-address", "127.0.0.1:0"});
  EXPECT_NE(result.exit_code, 0);
  EXPECT_THAT(result.err, AllOf(HasSubstr(below_a_file), HasSubstr("Not a directory")));
}

TEST_F(StartErrorsTest, ADatabaseOfANewerVersion) {
  {
    const ProcessResult made = RunLogtally({"ingest", log_.path(), "--state-dir", state_dir_});
    ASSERT_EQ(made.exit_code, 0) << made.err;
  }
  const ProcessResult changed = RunToEnd({SystemProgram("sqlite3", "sqlite3"),
                                          state_dir_ + "/logtally.db", "PRAGMA user_version=999"});
  ASSERT_EQ(changed.exit_code, 0) << changed.err;
  const ProcessResult result =
      Serve({log_.path(), "--state-dir", state_dir_, "--web.listen-address", "127.0.0.1:0"});
  EXPECT_NE(result.exit_code, 0);
  EXPECT_THAT(result.err, AllOf(HasSubstr("logtally.db"), HasSubstr("999")));
}

TEST_F(StartErrorsTest, ASecondInstanceOnTheSameStateDirectory) {
  Daemon first(Daemon::Following({log_.path()}));
  first.WaitUntilReady();
  const ProcessResult result =
      Serve({log_.path(), "--state-dir", first.state_dir(), "--web.listen-address", "127.0.0.1:0"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr(first.state_dir()));
  log_.Append(200);
  first.WaitForCodes(log_.truth());
  first.Stop();
}

TEST_F(StartErrorsTest, APortThatIsTaken) {
  const TakenPort taken;
  const std::string address = absl::StrFormat("127.0.0.1:%d", taken.port());
  const ProcessResult result =
      Serve({log_.path(), "--state-dir", state_dir_, "--web.listen-address", address});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr(address), HasSubstr("in use")));
}

TEST_F(StartErrorsTest, AnAddressThatIsNone) {
  const ProcessResult result =
      Serve({log_.path(), "--state-dir", state_dir_, "--web.listen-address", "nowhere at all"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("nowhere at all"));
}

TEST_F(StartErrorsTest, AMisspelledKeySaysWhereAndWhatWasMeant) {
  const ProcessResult result =
      ServeConfig("sites:\n  - name: shop\n    paths: [" + log_.path() + "]\n    fromat: auto\n");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("logtally.yaml:4:5: "), HasSubstr("fromat"), HasSubstr("format")));
}

TEST_F(StartErrorsTest, AKeyGivenTwice) {
  const ProcessResult result =
      ServeConfig("sites:\n  - name: shop\n    name: blog\n    paths: [" + log_.path() + "]\n");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("logtally.yaml:3:5: "), HasSubstr("name")));
}

TEST_F(StartErrorsTest, AConfigurationThatIsNoYaml) {
  const ProcessResult result = ServeConfig("sites: [\n");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("logtally.yaml:"));
}

TEST_F(StartErrorsTest, AConfigurationFileThatIsMissing) {
  const std::string path = dir_ / "no.yaml";
  const ProcessResult result = Serve({"--config.file", path, "--state-dir", state_dir_});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr(path), HasSubstr("No such file")));
}

TEST_F(StartErrorsTest, AnUnknownOptionOrCommand) {
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{"serve", "--no-such-option", log_.path()},
        std::vector<std::string>{"sevre", log_.path()}}) {
    const ProcessResult result = RunLogtally(args);
    EXPECT_EQ(result.exit_code, 2) << args[0];
    EXPECT_THAT(result.err, AnyOf(HasSubstr("--no-such-option"), HasSubstr("sevre")));
    EXPECT_EQ(result.out, "");
  }
}

}  // namespace
}  // namespace logtally::testing
