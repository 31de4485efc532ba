// What the user configured: the file logtally.yaml, checked.
#ifndef LOGTALLY_APP_CONFIG_H_
#define LOGTALLY_APP_CONFIG_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "model/error_details.h"
#include "model/retention.h"
#include "store/backup.h"
#include "tail/tailer.h"

namespace logtally {

// How the lines of a site look.
struct FormatConfig {
  enum class Kind {
    kAuto,     // found out from the lines
    kNamed,    // a built-in format; `text` is its name
    kPattern,  // an RE2 pattern with named groups
    kLayout,   // nginx's log_format notation
  };
  Kind kind = Kind::kAuto;
  std::string text;

  friend bool operator==(const FormatConfig&, const FormatConfig&) = default;
};

// What the name of a site may look like, to complete the sentence "expected …".
inline constexpr std::string_view kSiteNameForm =
    "a name of 1 to 64 letters, digits, '.', '_' and '-' that begins with a letter or digit";
bool IsSiteName(std::string_view text);

struct SiteConfig {
  std::string name;                // IsSiteName
  std::vector<std::string> paths;  // absolute; paths or globs (glob(7))
  // "-" for standard input (only from the command line), and addresses that take syslog messages.
  // A site has paths or streams, or both.
  std::vector<std::string> streams = {};
  FormatConfig format;
  std::map<std::string, std::string> labels;  // added to every metric of the site
  bool split_hosts = false;                   // a site of its own for each virtual host in the log
  int max_hosts = 100;                        // … but not more than so many

  friend bool operator==(const SiteConfig&, const SiteConfig&) = default;
};

struct Config {
  std::optional<std::string> state_dir;  // absolute; nothing: DefaultStateDir()
  // Empty: no web server.
  std::vector<std::string> listen_addresses = {"127.0.0.1:9748", "[::1]:9748"};
  Retention retention;
  int64_t error_list_bytes = ErrorDetailsByKey::kDefaultMaxBytes;
  BackupOptions backup;
  Tailer::Options follow;
  bool source_sync = true;
  std::vector<SiteConfig> sites;  // at least one; names differ
};

// Says whether a format other than kAuto can be used; its message says why not.
using FormatCheck = std::function<absl::Status(const FormatConfig&)>;

// Errors: kInvalidArgument; all mistakes at once, one a line, in file order:
//   <file_name>:<line>:<column>: <key>: expected …, got …
// `check_format` may be empty: then formats are taken as they are.
absl::StatusOr<Config> ParseConfig(std::string_view file_name, std::string_view yaml,
                                   const FormatCheck& check_format);

// The file at `path`, parsed. Errors: also those of reading it ("open /etc/…: Permission denied"),
// of which kNotFound means that there is no such file.
absl::StatusOr<Config> ReadConfigFile(const std::string& path, const FormatCheck& check_format);

// Every key that the file may have, "[]" for each item of a list ("sites[].paths"): what the reader
// accepts, and what schemas/json/config.schema.json is checked against.
std::span<const std::string_view> ConfigKeys();

// Label names that a site cannot be given: those that metrics have themselves, and those that
// Prometheus adds.
const std::set<std::string>& ReservedLabelNames();

}  // namespace logtally

#endif  // LOGTALLY_APP_CONFIG_H_
