// Makes the scenario: logs, the database that logtally makes of them, and the blocks of a
// Prometheus that had scraped logtally all the time. And starts that Prometheus, for people and
// tests to look.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "tools/scenario.h"
#include "tools/scrape_history.h"

namespace logtally::tools {
namespace {

namespace fs = std::filesystem;

struct Settings {
  std::string directory;
  uint64_t seed = 1;
  ScrapePlan plan;
  int port = 0;
};

// Runs a program of $PATH, or a path, to its end; its standard output goes to standard error.
absl::Status Run(const std::vector<std::string>& args) {
  std::vector<char*> argv;
  for (const std::string& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  pid_t pid = 0;
  const int failed = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return ErrnoStatus("run", args[0], failed);
  int status = 0;
  if (waitpid(pid, &status, 0) != pid) return ErrnoStatus("wait for", args[0], errno);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return absl::OkStatus();
  return absl::UnknownError(absl::StrFormat("%s: ended with %d", absl::StrJoin(args, " "), status));
}

// The program logtally that was built with this one.
std::string Logtally() { return fs::read_symlink("/proc/self/exe").parent_path() / "logtally"; }

absl::Status Make(const Settings& settings) {
  const std::string& directory = settings.directory;
  std::error_code failed;
  fs::create_directories(directory + "/data", failed);
  if (failed) return ErrnoStatus("make the folder", directory, failed.value());
  const std::string state = directory + "/state";
  if (fs::exists(state)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: there is a scenario already; choose another folder", directory));
  }
  RETURN_IF_ERROR(WriteScenarioLogs(directory, settings.plan.end_unix, settings.seed));
  for (const ScenarioSite& site : kScenarioSites) {
    RETURN_IF_ERROR(Run({Logtally(), "ingest", directory + "/" + std::string(site.log), "--site",
                         std::string(site.name), "--state-dir", state}));
  }
  ASSIGN_OR_RETURN(const OpenMetrics history, ScrapeHistory(state + "/logtally.db", settings.plan));
  const std::string text = directory + "/history.om";
  RETURN_IF_ERROR(history.Write(text));
  absl::FPrintF(stderr, "%d samples of %d series\n", history.samples(), history.series());
  // One block for all of it: promtool reads the text anew for each.
  RETURN_IF_ERROR(Run({"promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet",
                       "--max-block-duration=768h", text, directory + "/data"}));
  fs::remove(text, failed);  // 200 MB
  std::ofstream(directory + "/end") << settings.plan.end_unix << "\n";
  return absl::OkStatus();
}

// A port of 127.0.0.1 that is free at the moment.
absl::StatusOr<int> FreePort() {
  const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return ErrnoStatus("bind", "a port of 127.0.0.1", errno);
  }
  return ntohs(address.sin_port);
}

// Becomes Prometheus.
absl::Status Serve(const Settings& settings) {
  int port = settings.port;
  if (port == 0) {
    ASSIGN_OR_RETURN(port, FreePort());
  }
  const std::string config = settings.directory + "/prometheus.yml";
  std::ofstream(config) << "global: {scrape_interval: " << settings.plan.dense_step_seconds
                        << "s}\n";
  absl::PrintF("http://127.0.0.1:%d\n", port);
  fflush(stdout);
  const std::string data = "--storage.tsdb.path=" + settings.directory + "/data";
  const std::string config_file = "--config.file=" + config;
  const std::string listen = absl::StrFormat("--web.listen-address=127.0.0.1:%d", port);
  // The scenario may end long ago; nothing of it is ever too old.
  execlp("prometheus", "prometheus", config_file.c_str(), data.c_str(), listen.c_str(),
         "--storage.tsdb.retention.time=100y", "--log.level=warn", nullptr);
  return ErrnoStatus("run", "prometheus", errno);
}

constexpr char kDescription[] =
    "Makes a history to look at: logs of three sites with a story in them (a sale, an outage with\n"
    "5xx, clients that give up, a new code, somebody who looks for holes, broken lines, a "
    "restart),\n"
    "the database that logtally makes of them, and the blocks of a Prometheus that had scraped\n"
    "logtally all the time. Needs promtool and prometheus, and build/…/bin/logtally beside it.";
constexpr char kFooter[] =
    "DIR then holds shop.log, api.log, blog.log; state/logtally.db; data/ (blocks);\n"
    "end (the last time, unix seconds).\n"
    "Examples:\n"
    "  backfill make /tmp/scenario                 ends now\n"
    "  backfill serve /tmp/scenario --port 9090    prints http://127.0.0.1:9090, becomes "
    "Prometheus\n"
    "A data source over it has the scrape interval 60s (timeInterval). Its job is \"logtally\", "
    "its\n"
    "instance \"localhost:9748\", its sites are shop, api and blog.";

int Main(int argc, char** argv) {
  CLI::App app(kDescription, "backfill");
  app.footer(kFooter);
  app.require_subcommand(1);
  app.get_formatter()->column_width(28);
  Settings settings;
  ScrapePlan& plan = settings.plan;
  plan.end_unix = absl::ToUnixSeconds(absl::Now());
  CLI::App* make = app.add_subcommand("make", "Make all of it in DIR");
  make->add_option("dir", settings.directory, "A folder, made if it is missing")
      ->required()
      ->option_text("DIR");
  make->add_option("--end", plan.end_unix, "When the history ends, unix seconds (now)")
      ->option_text("UNIX");
  make->add_option("--seed", settings.seed, "Chooses one of many scenarios (1)")->option_text("S");
  make->add_option("--step", plan.dense_step_seconds,
                   "Seconds between scrapes on the last day, a divisor of 900 (60)")
      ->check(CLI::Range(5, 900))
      ->option_text("SECONDS");
  CLI::App* serve = app.add_subcommand(
      "serve", "Become a Prometheus over DIR: its first line is its address; ends with SIGTERM");
  serve->add_option("dir", settings.directory, "As given to make")
      ->required()
      ->check(CLI::ExistingDirectory)
      ->option_text("DIR");
  serve->add_option("--port", settings.port, "Port of 127.0.0.1 (one that is free)")
      ->check(CLI::Range(1, 65535))
      ->option_text("PORT");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  plan.end_unix -= plan.end_unix % 60;
  const absl::Status status = make->parsed() ? Make(settings) : Serve(settings);
  if (status.ok()) return 0;
  absl::FPrintF(stderr, "backfill: %s\n", StdView(status.message()));
  return status.code() == absl::StatusCode::kInvalidArgument ? 2 : 1;
}

}  // namespace
}  // namespace logtally::tools

int main(int argc, char** argv) { return logtally::tools::Main(argc, argv); }
