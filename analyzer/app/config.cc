#include "app/config.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "app/config_reader.h"
#include "app/listen_address.h"
#include "app/path_pattern.h"
#include "app/yaml_tree.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "model/self_metrics.h"
#include "tail/syslog_address.h"

namespace logtally {
namespace {

// A mapping's own keys follow it: "web" is read with the names below "web.".
constexpr std::string_view kKeys[] = {
    "state_dir",
    "web",
    "web.listen_addresses",
    "retention",
    "retention.minutes",
    "retention.hours",
    "retention.days",
    "retention.details",
    "memory",
    "memory.error_lists",
    "backup",
    "backup.period",
    "backup.keep",
    "follow",
    "follow.start_at",
    "follow.max_line_bytes",
    "follow.drain_quiet",
    "follow.rotated_dirs",
    "follow.source_sync",
    "sites",
    "sites[].name",
    "sites[].paths",
    "sites[].syslog",
    "sites[].format",
    "sites[].format.pattern",
    "sites[].format.layout",
    "sites[].labels",
    "sites[].split_hosts",
    "sites[].max_hosts",
};

std::vector<std::string_view> NamesBelow(std::string_view prefix) {
  std::vector<std::string_view> names;
  for (const std::string_view key : kKeys) {
    if (!key.starts_with(prefix)) continue;
    const std::string_view name = key.substr(prefix.size());
    if (name.find_first_of(".[") == std::string_view::npos) names.push_back(name);
  }
  return names;
}

bool Contains(const std::vector<std::string>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// Source: Prometheus, "Data model": [a-zA-Z_][a-zA-Z0-9_]*; names that begin with __ are its own.
bool IsLabelName(std::string_view text) {
  return !text.empty() && !absl::ascii_isdigit(static_cast<unsigned char>(text.front())) &&
         !text.starts_with("__") && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '_';
         });
}

// Reads the parts of one configuration, in file order of the struct. What is wrong goes to
// `mistakes_`, and the default stays.
class Reader {
 public:
  Reader(const FormatCheck& check_format, ConfigMistakes& mistakes)
      : check_format_(check_format), mistakes_(mistakes) {}

  Config ReadAll(const YamlNode& root) {
    Config config;
    const ConfigFields fields(ConfigValue(root, "", mistakes_), "a mapping with the key sites",
                              NamesBelow(""));
    if (const auto* dir = fields.Find("state_dir")) config.state_dir = ReadStateDir(*dir);
    if (const auto* web = fields.Find("web")) ReadWeb(*web, config);
    if (const auto* retention = fields.Find("retention"))
      ReadRetention(*retention, config.retention);
    if (const auto* memory = fields.Find("memory")) ReadMemory(*memory, config);
    if (const auto* backup = fields.Find("backup")) ReadBackup(*backup, config.backup);
    if (const auto* follow = fields.Find("follow")) ReadFollow(*follow, config);
    static constexpr std::string_view kSites = "a list of at least one site";
    if (const auto* sites = fields.Require("sites", kSites)) {
      for (const ConfigValue& site : sites->ReadList(kSites, ConfigValue::Empty::kRefused)) {
        config.sites.push_back(ReadSite(site));
      }
    }
    return config;
  }

 private:
  static std::optional<std::string> ReadStateDir(const ConfigValue& value) {
    static constexpr std::string_view kExpected = "an absolute path of a folder";
    auto path = value.ReadText(kExpected);
    if (path && path->front() != '/') {
      value.Refuse(kExpected);
      return std::nullopt;
    }
    return path;
  }

  void ReadWeb(const ConfigValue& value, Config& config) {
    const ConfigFields fields(value, "a mapping with the key listen_addresses", NamesBelow("web."));
    const ConfigValue* list = fields.Find("listen_addresses");
    if (list == nullptr) return;
    config.listen_addresses.clear();
    for (const ConfigValue& item :
         list->ReadList("a list of addresses", ConfigValue::Empty::kAllowed)) {
      const auto text = item.ReadText(kListenAddressForms);
      if (!text) continue;
      const auto address = ParseListenAddress(*text);
      if (!address.ok()) {
        item.Refuse(kListenAddressForms);
      } else if (address->port != 0 && Contains(config.listen_addresses, *text)) {
        item.RefuseAs("each address once", absl::StrFormat("%s again", Quoted(*text)));
      } else {
        config.listen_addresses.push_back(*text);
      }
    }
  }

  void ReadRetention(const ConfigValue& value, Retention& retention) {
    const ConfigFields fields(value, "a mapping with keys such as minutes",
                              NamesBelow("retention."));
    static constexpr std::string_view kExpected =
        "forever, or a duration of at least 1h such as 400d";
    for (const auto& [name, kept] :
         {std::pair("minutes", &retention.minutes), std::pair("hours", &retention.hours),
          std::pair("days", &retention.days), std::pair("details", &retention.details)}) {
      const ConfigValue* given = fields.Find(name);
      if (given == nullptr) continue;
      const auto text = given->ReadText(kExpected);
      if (text == "forever") {
        kept->reset();
      } else if (text) {
        *kept = ReadDuration(*given, kExpected, absl::Hours(1), absl::InfiniteDuration());
      }
    }
  }

  void ReadMemory(const ConfigValue& value, Config& config) {
    const ConfigFields fields(value, "a mapping with the key error_lists", NamesBelow("memory."));
    const ConfigValue* lists = fields.Find("error_lists");
    if (lists == nullptr) return;
    static constexpr std::string_view kExpected = "a size from 1MiB to 1GiB such as 8MiB";
    const auto text = lists->ReadText(kExpected);
    if (!text) return;
    const auto bytes = ParseBytes(*text);
    if (bytes && *bytes >= 1 << 20 && *bytes <= 1 << 30) {
      config.error_list_bytes = *bytes;
    } else {
      lists->Refuse(kExpected);
    }
  }

  void ReadBackup(const ConfigValue& value, BackupOptions& backup) {
    const ConfigFields fields(value, "a mapping with keys such as period", NamesBelow("backup."));
    if (const auto* period = fields.Find("period")) {
      static constexpr std::string_view kExpected = "off, or a duration from 1s to 30d such as 1h";
      const auto text = period->ReadText(kExpected);
      if (text == "off") {
        backup.period.reset();
      } else if (text) {
        backup.period = ReadDuration(*period, kExpected, absl::Seconds(1), absl::Hours(24 * 30));
      }
    }
    if (const auto* keep = fields.Find("keep")) {
      backup.keep = static_cast<int>(keep->ReadNumber(1, 1000).value_or(backup.keep));
    }
  }

  void ReadFollow(const ConfigValue& value, Config& config) {
    Tailer::Options& follow = config.follow;
    const ConfigFields fields(value, "a mapping with keys such as start_at", NamesBelow("follow."));
    if (const auto* start = fields.Find("start_at")) {
      static constexpr std::string_view kExpected = "beginning or end";
      const auto text = start->ReadText(kExpected);
      if (text == "beginning") {
        follow.start = Tailer::Options::Start::kBeginning;
      } else if (text == "end") {
        follow.start = Tailer::Options::Start::kEnd;
      } else if (text) {
        start->Refuse(kExpected);
      }
    }
    if (const auto* bytes = fields.Find("max_line_bytes")) {
      follow.max_line_bytes = bytes->ReadNumber(1 << 10, 16 << 20).value_or(follow.max_line_bytes);
    }
    if (const auto* quiet = fields.Find("drain_quiet")) {
      follow.drain_quiet = ReadDuration(*quiet, "a duration from 1s to 1d such as 60s",
                                        absl::Seconds(1), absl::Hours(24))
                               .value_or(follow.drain_quiet);
    }
    if (const auto* dirs = fields.Find("rotated_dirs")) {
      static constexpr std::string_view kExpected = "an absolute path of a folder";
      for (const ConfigValue& dir :
           dirs->ReadList("a list of folders", ConfigValue::Empty::kAllowed)) {
        const auto path = dir.ReadText(kExpected);
        if (!path) continue;
        if (path->front() == '/') {
          follow.rotated_dirs.push_back(*path);
        } else {
          dir.Refuse(kExpected);
        }
      }
    }
    if (const auto* sync = fields.Find("source_sync")) {
      config.source_sync = sync->ReadFlag().value_or(config.source_sync);
    }
  }

  SiteConfig ReadSite(const ConfigValue& value) {
    SiteConfig site;
    const ConfigFields fields(value, "a mapping with the keys name and paths",
                              NamesBelow("sites[]."));
    if (const auto* name = fields.Require("name", kSiteNameForm)) {
      site.name = ReadSiteName(*name, kSiteNameForm);
    }
    static constexpr std::string_view kPaths = "a list of at least one path";
    const auto* syslog = fields.Find("syslog");
    if (const auto* paths =
            syslog == nullptr ? fields.Require("paths", kPaths) : fields.Find("paths")) {
      for (const ConfigValue& path : paths->ReadList(kPaths, ConfigValue::Empty::kRefused)) {
        if (auto text = ReadPath(path)) site.paths.push_back(*std::move(text));
      }
    }
    if (syslog != nullptr) {
      for (const ConfigValue& address :
           syslog->ReadList("a list of at least one address", ConfigValue::Empty::kRefused)) {
        if (auto text = ReadSyslogAddress(address)) site.streams.push_back(*std::move(text));
      }
    }
    if (const auto* format = fields.Find("format")) site.format = ReadFormat(*format);
    if (const auto* labels = fields.Find("labels")) site.labels = ReadLabels(*labels);
    if (const auto* split = fields.Find("split_hosts")) {
      site.split_hosts = split->ReadFlag().value_or(false);
    }
    if (const auto* hosts = fields.Find("max_hosts")) {
      site.max_hosts = static_cast<int>(hosts->ReadNumber(1, 10'000).value_or(site.max_hosts));
    }
    return site;
  }

  std::string ReadSiteName(const ConfigValue& value, std::string_view expected) {
    const auto name = value.ReadText(expected);
    if (!name) return "";
    if (!IsSiteName(*name)) {
      value.Refuse(expected);
    } else if (const auto [first, is_new] = site_names_.emplace(*name, value.key()); !is_new) {
      value.RefuseAs("a name that no other site has",
                     absl::StrFormat("%s, which is %s", Quoted(*name), first->second));
    }
    return *name;
  }

  // The same log under two sites would be counted twice.
  std::optional<std::string> ReadPath(const ConfigValue& value) {
    static constexpr std::string_view kExpected =
        "an absolute path of a log, or a pattern of such paths (glob(7))";
    auto path = value.ReadText(kExpected);
    if (!path) return std::nullopt;
    if (const auto fault = PathPatternFault(*path)) {
      value.RefuseAs(kExpected, absl::StrFormat("%s: %s", Quoted(*path), *fault));
      return std::nullopt;
    }
    if (const auto [first, is_new] = paths_.emplace(*path, value.key()); !is_new) {
      value.RefuseAs("each path once",
                     absl::StrFormat("%s, which is %s", Quoted(*path), first->second));
      return std::nullopt;
    }
    return path;
  }

  // Only one can listen at an address.
  std::optional<std::string> ReadSyslogAddress(const ConfigValue& value) {
    auto address = value.ReadText(kSyslogAddressForms);
    if (!address) return std::nullopt;
    if (!ParseSyslogAddress(*address).ok()) {
      value.Refuse(kSyslogAddressForms);
      return std::nullopt;
    }
    if (const auto [first, is_new] = addresses_.emplace(*address, value.key()); !is_new) {
      value.RefuseAs("each address once",
                     absl::StrFormat("%s, which is %s", Quoted(*address), first->second));
      return std::nullopt;
    }
    return address;
  }

  FormatConfig ReadFormat(const ConfigValue& value) {
    static constexpr std::string_view kExpected =
        "auto, the name of a format, or a mapping with one of the keys pattern and layout";
    if (value.kind() != YamlNode::Kind::kMapping) {
      const auto name = value.ReadText(kExpected);
      if (!name || name == "auto") return {};
      return Checked(value, {FormatConfig::Kind::kNamed, *name});
    }
    const ConfigFields fields(value, kExpected, NamesBelow("sites[].format."));
    const ConfigValue* pattern = fields.Find("pattern");
    const ConfigValue* layout = fields.Find("layout");
    if (pattern == nullptr && layout == nullptr && fields.has_unknown_names()) return {};
    if ((pattern != nullptr) == (layout != nullptr)) {
      value.RefuseAs("exactly one of the keys pattern and layout",
                     pattern != nullptr ? "both" : "neither");
      return {};
    }
    const ConfigValue& given = pattern != nullptr ? *pattern : *layout;
    const auto text =
        given.ReadText(pattern != nullptr ? "an RE2 pattern with named groups, in one line"
                                          : "a layout as in nginx's log_format, in one line");
    if (!text) return {};
    return Checked(
        given,
        {pattern != nullptr ? FormatConfig::Kind::kPattern : FormatConfig::Kind::kLayout, *text});
  }

  FormatConfig Checked(const ConfigValue& value, FormatConfig format) {
    const absl::Status usable = check_format_ ? check_format_(format) : absl::OkStatus();
    if (usable.ok()) return format;
    value.RefuseAs("a format", absl::StrFormat("%s: %s", Quoted(format.text),
                                               EscapeForTerminal(StdView(usable.message()))));
    return {};
  }

  static std::map<std::string, std::string> ReadLabels(const ConfigValue& value) {
    std::map<std::string, std::string> labels;
    const auto fields = value.ReadFields("a mapping of label names to values");
    if (!fields) return labels;
    for (const ConfigValue::Field& field : *fields) {
      if (!IsLabelName(field.name_text)) {
        field.name.RefuseAs(
            "a label name of letters, digits and '_' that begins with neither a "
            "digit nor '__'",
            Quoted(field.name_text));
        continue;
      }
      if (ReservedLabelNames().contains(field.name_text)) {
        field.name.RefuseAs("a label name that is free",
                            absl::StrFormat("%s, which is reserved", Quoted(field.name_text)));
        continue;
      }
      static constexpr std::string_view kExpected = "text of 1 to 128 bytes";
      const auto text = field.value.ReadText(kExpected);
      if (text && text->size() > 128) field.value.Refuse(kExpected);
      if (text) labels.emplace(field.name_text, *text);
    }
    return labels;
  }

  static std::optional<absl::Duration> ReadDuration(const ConfigValue& value,
                                                    std::string_view expected,
                                                    absl::Duration smallest,
                                                    absl::Duration largest) {
    const auto text = value.ReadText(expected);
    if (!text) return std::nullopt;
    const auto duration = ParseDuration(*text);
    if (duration && text->front() != '0' && *duration >= smallest && *duration <= largest) {
      return duration;
    }
    value.Refuse(expected);
    return std::nullopt;
  }

  const FormatCheck& check_format_;
  ConfigMistakes& mistakes_;
  std::map<std::string, std::string> site_names_;  // name -> key where it was first seen
  std::map<std::string, std::string> paths_;       // likewise
  std::map<std::string, std::string> addresses_;   // likewise
};

}  // namespace

bool IsSiteName(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         absl::ascii_isalnum(static_cast<unsigned char>(text.front())) &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
         });
}

absl::StatusOr<Config> ParseConfig(std::string_view file_name, std::string_view yaml,
                                   const FormatCheck& check_format) {
  ConfigMistakes mistakes;
  const auto parsed = ParseYaml(yaml);
  if (const auto* mistake = std::get_if<YamlMistake>(&parsed)) {
    mistakes.Add(mistake->line, mistake->column, "", mistake->expected, mistake->got);
    return mistakes.ToStatus(file_name);
  }
  Config config = Reader(check_format, mistakes).ReadAll(std::get<YamlNode>(parsed));
  RETURN_IF_ERROR(mistakes.ToStatus(file_name));
  return config;
}

absl::StatusOr<Config> ReadConfigFile(const std::string& path, const FormatCheck& check_format) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return ErrnoStatus("open", path, errno);
  std::string yaml;
  char chunk[64 << 10];
  while (yaml.size() <= kMaxYamlBytes) {  // one byte more than allowed is enough to refuse it
    const ssize_t size = ::read(file.get(), chunk, sizeof chunk);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return ErrnoStatus("read", path, errno);
    if (size == 0) break;
    yaml.append(chunk, static_cast<size_t>(size));
  }
  return ParseConfig(path, yaml, check_format);
}

std::span<const std::string_view> ConfigKeys() { return kKeys; }

// Computed from the table of metrics: if a site's label were also a label of a metric of that site,
// the two would make Prometheus refuse the whole page; and if it were one of logtally_status_info,
// which metrics by code are joined with, it would be in the way of the meanings.
const std::set<std::string>& ReservedLabelNames() {
  static const auto* const names = [] {
    auto* all = new std::set<std::string>{"instance", "job", "le", "quantile"};
    for (const MetricRow& row : MetricTable()) {
      const std::vector<std::string> labels =
          absl::StrSplit(AbslView(row.labels), ", ", absl::SkipEmpty());
      if (Contains(labels, "site") || Contains(labels, "code")) {
        all->insert(labels.begin(), labels.end());
      }
    }
    return all;
  }();
  return *names;
}

}  // namespace logtally
