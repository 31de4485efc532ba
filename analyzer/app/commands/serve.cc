// logtally serve: the daemon.
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "app/chosen_config.h"
#include "app/command.h"
#include "app/config.h"
#include "app/daemon.h"
#include "app/listen_address.h"
#include "app/pipeline_setup.h"
#include "app/standard_output.h"
#include "app/state_dir.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/text.h"

namespace logtally {
namespace {

struct ServeOptions {
  ConfigChoice choice;
  bool config_check = false;
  std::vector<std::string> listen_addresses;
};

absl::StatusOr<Config> ConfigOf(const ServeOptions& options) {
  if (ConfigFileOf(options.choice).empty() && !options.choice.names_logs()) {
    return absl::InvalidArgumentError(
        "serve: expected a log to follow or --config.file, got neither, and there is no "
        "/etc/logtally/logtally.yaml; try logtally serve /var/log/nginx/access.log");
  }
  ASSIGN_OR_RETURN(Config config, ChosenConfig(options.choice));
  if (!options.listen_addresses.empty()) config.listen_addresses = options.listen_addresses;
  return config;
}

absl::StatusOr<DaemonSetup> DaemonSetupOf(const ServeOptions& options) {
  ASSIGN_OR_RETURN(const Config config, ConfigOf(options));
  DaemonSetup setup;
  setup.state_dir = config.state_dir.value_or(DefaultStateDir());
  setup.backup = config.backup;
  ASSIGN_OR_RETURN(setup.pipeline, PipelineSetupOf(config));
  const bool by_default = config.listen_addresses == Config().listen_addresses;
  for (const std::string& address : config.listen_addresses) {
    ASSIGN_OR_RETURN(const HostPort parsed, ParseListenAddress(address));
    // Nobody asked for IPv6: a machine without it goes without.
    if (by_default && parsed.host == "::1" && !HasIpv6Loopback()) continue;
    // Every interface: "::" takes IPv4 as well, where there is IPv6.
    const std::string everywhere = HasIpv6Loopback() ? "::" : "0.0.0.0";
    setup.addresses.push_back({parsed.host.empty() ? everywhere : parsed.host, parsed.port});
  }
  if (!ConfigFileOf(options.choice).empty()) {
    setup.reload = [options]() -> absl::StatusOr<PipelineSetup> {
      ASSIGN_OR_RETURN(const Config changed, ConfigOf(options));
      return PipelineSetupOf(changed);
    };
  }
  return setup;
}

absl::StatusOr<ExitCode> Serve(const ServeOptions& options) {
  absl::StatusOr<DaemonSetup> setup = DaemonSetupOf(options);
  if (PrintedMistakes(setup.status(), options.choice)) return 2;
  RETURN_IF_ERROR(setup.status());
  if (options.config_check) {
    const std::string file = ConfigFileOf(options.choice);
    const auto sites = static_cast<int>(setup->pipeline.sites.size());
    RETURN_IF_ERROR(PrintToStandardOutput(absl::StrFormat("%s: OK, %d site%s\n",
                                                          file.empty() ? "command line" : file,
                                                          sites, sites == 1 ? "" : "s")));
    return 0;
  }
  Log log(STDERR_FILENO, Log::StyleOf(STDERR_FILENO));
  RETURN_IF_ERROR(RunDaemon(*std::move(setup), log));
  return 0;
}

}  // namespace

std::function<absl::StatusOr<ExitCode>()> SetUpServe(CLI::App& options) {
  auto given = std::make_shared<ServeOptions>();
  options
      .add_option(
          "logs", given->choice.logs,
          "logs to follow: paths, or globs in quotes, or - for standard input; they replace "
          "the sites of the configuration")
      ->type_name("LOG");
  options
      .add_option(
          "--syslog", given->choice.syslog_addresses,
          "take the log from a server that sends it by syslog to udp:HOST:PORT or "
          "unix:PATH; may be repeated; as a log, it replaces the sites of the configuration")
      ->type_name("ADDRESS")
      ->take_all()
      ->allow_extra_args(false);  // what follows its one value is a log
  options
      .add_option("--config.file", given->choice.config_file,
                  "configuration, see logtally.yaml(5); SIGHUP reads it again. Without it and "
                  "without logs: /etc/logtally/logtally.yaml")
      ->type_name("FILE");
  options.add_flag("--config.check", given->config_check,
                   "check the configuration, say every mistake in it, and exit");
  options
      .add_option("--state-dir", given->choice.state_dir,
                  "where counts and positions are kept. Default: $STATE_DIRECTORY, "
                  "/var/lib/logtally for root, else ~/.local/state/logtally")
      ->type_name("DIR");
  options
      .add_option("--web.listen-address", given->listen_addresses,
                  "where /metrics and the other pages are served; may be repeated; port 0: any "
                  "free one. Default: 127.0.0.1:9748 and [::1]:9748")
      ->type_name("HOST:PORT")
      ->take_all()
      ->allow_extra_args(false);  // what follows its one value is a log
  options.add_option("--site", given->choice.site, "the site that the named logs belong to")
      ->type_name("NAME")
      ->capture_default_str();
  options
      .add_option("--log-format", given->choice.format,
                  "the format of the named logs; auto: found out from their lines")
      ->type_name("NAME")
      ->capture_default_str();
  return [given] { return Serve(*given); };
}

}  // namespace logtally
