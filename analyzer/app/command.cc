#include "app/command.h"

#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace logtally {

std::span<const Command> Commands() {
  static constexpr Command kCommands[] = {
      {"serve", "Follow logs, count them, and serve /metrics", SetUpServe},
      {"ingest", "Count finished logs into the state directory, then exit", SetUpIngest},
      {"summary", "Say what went wrong, how often, on whose side, and what it means", SetUpSummary},
      {"explain", "Say what status codes mean", SetUpExplain},
      {"audit", "Count the retained logs again and compare with the store", SetUpAudit},
      {"rebuild", "Count the retained logs again into a new store", SetUpRebuild},
  };
  return kCommands;
}

std::string UsageErrorText(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  if (!chosen.empty()) {
    const std::string command = chosen.front()->get_name();
    return absl::StrFormat("%s: %s; 'logtally %s --help' lists what it takes", command,
                           error.what(), command);
  }
  const std::vector<std::string> unknown = app.remaining();
  if (unknown.empty()) return absl::StrFormat("%s; see 'logtally --help'", error.what());
  const std::string names =
      absl::StrJoin(Commands(), ", ",
                    [](std::string* out, const Command& command) { out->append(command.name); });
  return absl::StrFormat("expected a command (%s), got %s; see 'logtally --help'", names,
                         unknown.front());
}

}  // namespace logtally
