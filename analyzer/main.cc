// logtally: finds the command, and turns what became of it into an exit code.
#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "app/command.h"
#include "base/build_info.h"
#include "base/text.h"

namespace {

// 1: it failed; 2: usage, configuration or environment, to be mended before trying again; 3:
// another logtally already runs on this state directory.
int ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kAlreadyExists:
      return 3;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kFailedPrecondition:
      return 2;
    default:
      return 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);  // a reader that leaves (| head) is an error of write(2), not the end
  CLI::App app("Counts every line of web-server logs exactly once and says what the codes mean.",
               "logtally");
  app.set_version_flag("--version", std::string("logtally ") +
                                        std::string(logtally::BuildVersion()) + " (" +
                                        std::string(logtally::BuildRevision()) + ", " +
                                        std::string(logtally::BuildCompiler()) + ")");
  absl::StatusOr<logtally::ExitCode> result = 0;
  for (const logtally::Command& command : logtally::Commands()) {
    CLI::App* options = app.add_subcommand(std::string(command.name), std::string(command.summary));
    options->final_callback([&result, run = command.set_up(*options)] { result = run(); });
  }
  app.footer("logtally COMMAND --help says more about each. Manual: man logtally");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    std::fprintf(stderr, "logtally: %s\n",
                 logtally::EscapeForTerminal(logtally::UsageErrorText(app, error)).c_str());
    return 2;
  }
  if (app.get_subcommands().empty()) {
    std::fputs(app.help().c_str(), stderr);
    return 2;
  }
  if (result.ok()) return *result;
  std::fprintf(stderr, "logtally: %s\n",
               logtally::EscapeForTerminal(logtally::StdView(result.status().message())).c_str());
  return ExitCodeOf(result.status());
}
