// The configuration that a command works with: a file, logs on the command line, or both.
#ifndef LOGTALLY_APP_CHOSEN_CONFIG_H_
#define LOGTALLY_APP_CHOSEN_CONFIG_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "app/config.h"

namespace logtally {

// The options as they were given.
struct ConfigChoice {
  std::vector<std::string> logs;
  std::vector<std::string> syslog_addresses = {};
  std::string config_file;
  std::string state_dir;
  std::string site = "default";
  std::string format = "auto";

  // Whether the command line itself says what to count.
  bool names_logs() const { return !logs.empty() || !syslog_addresses.empty(); }
};

// The configuration file that applies, or "": with logs on the command line none is looked for.
// Without both it is /etc/logtally/logtally.yaml, if it exists.
std::string ConfigFileOf(const ConfigChoice& choice);

// File and command line together: logs of the command line replace the sites of the file, and its
// state directory is that of the option, if there is one. With neither logs nor a file it has no
// site.
// Errors: kInvalidArgument: mistakes in the file, one a line with their places; else as
// ReadConfigFile and SiteOfArguments.
absl::StatusOr<Config> ChosenConfig(const ConfigChoice& choice);

// Whether the status says what is wrong in a configuration file. If so it was printed to standard
// error, one mistake a line, as compilers do it, and the exit code is 2.
bool PrintedMistakes(const absl::Status& status, const ConfigChoice& choice);

}  // namespace logtally

#endif  // LOGTALLY_APP_CHOSEN_CONFIG_H_
