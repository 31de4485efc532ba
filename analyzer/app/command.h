// The table of subcommands.
#ifndef LOGTALLY_APP_COMMAND_H_
#define LOGTALLY_APP_COMMAND_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace logtally {

// What a command is left with when it went well; 1 is for an answer that is "no" (an unknown code,
// a difference found). A failure is a Status, which main() turns into an exit code.
using ExitCode = int;

struct Command {
  std::string_view name;
  std::string_view summary;  // one line, for `logtally --help`
  // Adds the command's options to `options` and returns what runs it once they are parsed.
  std::function<absl::StatusOr<ExitCode>()> (*set_up)(CLI::App& options);
};

// In the order of `logtally --help`. A new subcommand is one file in commands/ and one row here.
std::span<const Command> Commands();

// What to say of a command line that CLI11 refused: what was wrong, and where the right one stands.
// One line, without "logtally: ".
std::string UsageErrorText(const CLI::App& app, const CLI::ParseError& error);

// Defined in commands/<name>.cc.
std::function<absl::StatusOr<ExitCode>()> SetUpServe(CLI::App& options);
std::function<absl::StatusOr<ExitCode>()> SetUpIngest(CLI::App& options);
std::function<absl::StatusOr<ExitCode>()> SetUpSummary(CLI::App& options);
std::function<absl::StatusOr<ExitCode>()> SetUpExplain(CLI::App& options);
std::function<absl::StatusOr<ExitCode>()> SetUpAudit(CLI::App& options);
std::function<absl::StatusOr<ExitCode>()> SetUpRebuild(CLI::App& options);

}  // namespace logtally

#endif  // LOGTALLY_APP_COMMAND_H_
