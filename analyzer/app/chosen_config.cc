#include "app/chosen_config.h"

#include <unistd.h>

#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "app/pipeline_setup.h"
#include "base/status_macros.h"
#include "tail/syslog_address.h"

namespace logtally {
namespace {
constexpr char kDefaultConfigFile[] = "/etc/logtally/logtally.yaml";
}  // namespace

std::string ConfigFileOf(const ConfigChoice& choice) {
  if (!choice.config_file.empty()) return choice.config_file;
  const bool look = !choice.names_logs() && ::access(kDefaultConfigFile, F_OK) == 0;
  return look ? kDefaultConfigFile : "";
}

absl::StatusOr<Config> ChosenConfig(const ConfigChoice& choice) {
  Config config;
  if (const std::string file = ConfigFileOf(choice); !file.empty()) {
    ASSIGN_OR_RETURN(config, ReadConfigFile(file, CheckFormat));
  }
  if (choice.names_logs()) {
    ASSIGN_OR_RETURN(SiteConfig site, SiteOfArguments(choice.site, choice.logs, choice.format));
    for (const std::string& address : choice.syslog_addresses) {
      const auto parsed = ParseSyslogAddress(address);
      if (!parsed.ok()) {
        return absl::InvalidArgumentError(absl::StrCat("--syslog: ", parsed.status().message()));
      }
      site.streams.push_back(address);
    }
    config.sites = {std::move(site)};
  }
  if (!choice.state_dir.empty()) config.state_dir = choice.state_dir;
  return config;
}

bool PrintedMistakes(const absl::Status& status, const ConfigChoice& choice) {
  if (!absl::IsInvalidArgument(status) || ConfigFileOf(choice).empty()) return false;
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  return true;
}

}  // namespace logtally
