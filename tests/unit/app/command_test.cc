#include "app/command.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace logtally {
namespace {

// What a person is told who types `logtally ARGUMENTS…`; "" if the command line is right.
std::string UsageError(std::vector<std::string> arguments) {
  CLI::App app("", "logtally");
  std::vector<std::function<absl::StatusOr<ExitCode>()>> runs;  // own what the options write to
  for (const Command& command : Commands()) {
    runs.push_back(command.set_up(
        *app.add_subcommand(std::string(command.name), std::string(command.summary))));
  }
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return UsageErrorText(app, error);
  }
  return "";
}

TEST(UsageErrorText, AnUnknownCommandIsAnsweredWithThoseThereAre) {
  EXPECT_EQ(UsageError({"summry", "--since", "1h"}),
            "expected a command (serve, ingest, summary, explain, audit, rebuild), got summry; "
            "see 'logtally --help'");
}

TEST(UsageErrorText, AnUnknownOptionNamesTheCommandWhoseHelpLists) {
  EXPECT_EQ(UsageError({"explain", "--frmat", "json"}),
            "explain: The following argument was not expected: --frmat; "
            "'logtally explain --help' lists what it takes");
}

TEST(UsageErrorText, AMissingArgumentNamesTheCommand) {
  EXPECT_EQ(UsageError({"ingest"}),
            "ingest: logs is required; 'logtally ingest --help' lists what it takes");
}

TEST(UsageErrorText, AValueThatIsNoneOfTheChoices) {
  EXPECT_EQ(UsageError({"summary", "--format", "xml"}),
            "summary: --format: xml not in {text,json}; "
            "'logtally summary --help' lists what it takes");
}

// What `logtally serve --config.check ARGUMENTS…` says when all is well.
std::string CheckedBy(std::vector<std::string> arguments) {
  CLI::App options;
  const auto run = SetUpServe(options);
  arguments.insert(arguments.begin(), "--config.check");
  std::reverse(arguments.begin(), arguments.end());
  options.parse(std::move(arguments));
  ::testing::internal::CaptureStdout();
  const absl::StatusOr<ExitCode> exit_code = run();
  const std::string out = ::testing::internal::GetCapturedStdout();
  return exit_code.ok() ? out : std::string(exit_code.status().message());
}

TEST(Serve, AListenAddressTakesOneValueAndLeavesTheLogsAfterIt) {
  const std::string ok = "command line: OK, 1 site\n";
  EXPECT_EQ(CheckedBy({"--web.listen-address", "127.0.0.1:0", "access.log"}), ok);
  EXPECT_EQ(CheckedBy({"--web.listen-address=127.0.0.1:0", "a.log", "b.log"}), ok);
  EXPECT_EQ(CheckedBy({"--web.listen-address", "127.0.0.1:0", "--web.listen-address", "[::1]:0",
                       "access.log"}),
            ok);
}

}  // namespace
}  // namespace logtally
