// Each file in config_cases/ is one kind of bad configuration; beside it, in *.errors, stands what
// a person is told, letter by letter ("<file>" without the folder).
#include "app/config.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using testing::ReadFile;
using testing::TempDir;
using testing::WriteFile;

const std::string kSource = LOGTALLY_SOURCE_DIR;

// Stands for parse/, which knows the real formats.
absl::Status CheckFormat(const FormatConfig& format) {
  switch (format.kind) {
    case FormatConfig::Kind::kNamed:
      if (format.text == "nginx_combined") return absl::OkStatus();
      return absl::InvalidArgumentError("no built-in format has this name");
    case FormatConfig::Kind::kPattern: {
      const RE2 pattern(format.text, RE2::Quiet);
      if (!pattern.ok()) return absl::InvalidArgumentError(pattern.error());
      return absl::OkStatus();
    }
    default:
      return absl::OkStatus();
  }
}

absl::StatusOr<Config> Parse(std::string_view yaml) {
  return ParseConfig("logtally.yaml", yaml, CheckFormat);
}

std::string ErrorsOf(std::string_view yaml) {
  const auto config = Parse(yaml);
  return config.ok() ? "" : std::string(config.status().message());
}

// The smallest valid file, and one more line.
std::string WithSite(const std::string& line) {
  return line + "\nsites: [{name: a, paths: [/a.log]}]\n";
}

class BadConfig : public ::testing::TestWithParam<std::string> {};

TEST_P(BadConfig, TellsEveryMistakeAtOnceAndWhereItIs) {
  const std::string path = kSource + "/tests/unit/app/config_cases/" + GetParam();
  const auto config = ParseConfig(GetParam() + ".yaml", ReadFile(path + ".yaml"), CheckFormat);
  ASSERT_FALSE(config.ok());
  EXPECT_EQ(config.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(config.status().message()) + "\n", ReadFile(path + ".errors"));
}

TEST_P(BadConfig, SaysWhatWasExpectedAndWhatWasFoundOnEachLine) {
  const std::string path = kSource + "/tests/unit/app/config_cases/" + GetParam();
  const std::string errors = ReadFile(path + ".errors");
  EXPECT_TRUE(RE2::FullMatch(
      errors, "(?:[a-z0-9_]+\\.yaml:[0-9]+:[0-9]+: [^\\n]+: expected [^\\n]+, got [^\\n]+\\n)+"))
      << errors;
}

std::vector<std::string> CaseNames() {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(kSource + "/tests/unit/app/config_cases")) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Cases, BadConfig, ::testing::ValuesIn(CaseNames()),
                         [](const auto& test) { return test.param; });

TEST(Config, TheSmallestFileHasOneSiteAndDefaultsForTheRest) {
  ASSERT_OK_AND_ASSIGN(const Config config, Parse("sites: [{name: a, paths: [/a.log]}]"));
  EXPECT_EQ(config.sites, (std::vector<SiteConfig>{{.name = "a", .paths = {"/a.log"}}}));
  EXPECT_EQ(config.state_dir, std::nullopt);
  EXPECT_EQ(config.listen_addresses, (std::vector<std::string>{"127.0.0.1:9748", "[::1]:9748"}));
  EXPECT_EQ(config.retention, Retention());
  EXPECT_EQ(config.follow.start, Tailer::Options::Start::kBeginning);
  EXPECT_EQ(config.follow.max_line_bytes, 65536);
  EXPECT_TRUE(config.source_sync);
  EXPECT_EQ(config.follow.drain_quiet, absl::Seconds(60));
  EXPECT_EQ(config.error_list_bytes, 8 << 20);
  EXPECT_EQ(config.backup.period, absl::Hours(1));
  EXPECT_EQ(config.backup.keep, 3);
  EXPECT_EQ(config.sites[0].format.kind, FormatConfig::Kind::kAuto);
  EXPECT_EQ(config.sites[0].max_hosts, 100);
}

// Sets every key to something else than its default: a key that nothing reads would show here.
TEST(Config, EveryKeyIsRead) {
  ASSERT_OK_AND_ASSIGN(const Config config, Parse(R"(
state_dir: /srv/logtally
web: {listen_addresses: ["[::1]:9748", ":0", ":0", "localhost:80", "[fe80::1%eth0]:1"]}
retention: {minutes: 400d, hours: forever, details: 1w}
memory: {error_lists: 16MiB}
backup: {period: off, keep: 7}
follow: {start_at: end, max_line_bytes: 1024, drain_quiet: 5m, rotated_dirs: [/old], source_sync: false}
sites:
  - name: shop.example
    paths: ['/var/log/nginx/shop*.log', '/var/log/[[:alpha:]]/[!a-c]?.log', '/odd/\[x\]/[{].log']
    format: nginx_combined
    labels: {team: web, version: 1.10, zero: 010, "on": yes}
    split_hosts: true
    max_hosts: 7
  - {name: "2", paths: [/b.log], format: {pattern: '(?P<status>\d{3})'}}
  - {name: c, paths: [/c.log], format: {layout: '$status'}}
  - {name: d, paths: [/d.log], format: "auto"}
  - {name: e, syslog: ["udp:127.0.0.1:5140", "udp:[::1]:514", "unix:/run/e.sock"]}
)"));
  EXPECT_EQ(config.state_dir, "/srv/logtally");
  EXPECT_EQ(
      config.listen_addresses,
      (std::vector<std::string>{"[::1]:9748", ":0", ":0", "localhost:80", "[fe80::1%eth0]:1"}));
  EXPECT_EQ(config.retention.minutes, absl::Hours(24 * 400));
  EXPECT_EQ(config.retention.hours, std::nullopt);
  EXPECT_EQ(config.retention.days, Retention().days);
  EXPECT_EQ(config.retention.details, absl::Hours(24 * 7));
  EXPECT_EQ(config.error_list_bytes, 16 << 20);
  EXPECT_EQ(config.backup.period, std::nullopt);
  EXPECT_EQ(config.backup.keep, 7);
  EXPECT_EQ(config.follow.start, Tailer::Options::Start::kEnd);
  EXPECT_EQ(config.follow.max_line_bytes, 1024);
  EXPECT_EQ(config.follow.rotated_dirs, std::vector<std::string>{"/old"});
  EXPECT_FALSE(config.source_sync);
  EXPECT_EQ(config.follow.drain_quiet, absl::Minutes(5));
  const std::vector<SiteConfig> expected = {
      {.name = "shop.example",
       .paths = {"/var/log/nginx/shop*.log", "/var/log/[[:alpha:]]/[!a-c]?.log",
                 "/odd/\\[x\\]/[{].log"},
       .format = {FormatConfig::Kind::kNamed, "nginx_combined"},
       .labels = {{"team", "web"}, {"version", "1.10"}, {"zero", "010"}, {"on", "yes"}},
       .split_hosts = true,
       .max_hosts = 7},
      {.name = "2",
       .paths = {"/b.log"},
       .format = {FormatConfig::Kind::kPattern, "(?P<status>\\d{3})"}},
      {.name = "c", .paths = {"/c.log"}, .format = {FormatConfig::Kind::kLayout, "$status"}},
      {.name = "d", .paths = {"/d.log"}},
      {.name = "e", .streams = {"udp:127.0.0.1:5140", "udp:[::1]:514", "unix:/run/e.sock"}}};
  EXPECT_EQ(config.sites, expected);
}

TEST(Config, WordsForTheDefaultsAreAllowed) {
  ASSERT_OK_AND_ASSIGN(const Config config,
                       Parse(WithSite("retention: {minutes: forever}\n"
                                      "follow: {start_at: beginning}\nweb: {}")));
  EXPECT_EQ(config.retention.minutes, std::nullopt);
  EXPECT_EQ(config.listen_addresses, (std::vector<std::string>{"127.0.0.1:9748", "[::1]:9748"}));
}

TEST(Config, NoListenAddressIsNoWebServer) {
  ASSERT_OK_AND_ASSIGN(const Config config, Parse(WithSite("web: {listen_addresses: []}")));
  EXPECT_TRUE(config.listen_addresses.empty());
}

TEST(Config, FilesOfOtherEditorsAreRead) {
  EXPECT_OK(Parse("\xEF\xBB\xBF---\r\nsites:\r\n- name: a\r\n  paths:\r\n  - /a.log\r\n...\r\n"));
  EXPECT_OK(Parse(R"({"sites": [{"name": "a", "paths": ["/a.log"]}]})"));
}

TEST(Config, TheDefaultFileIsValid) {
  const std::string path = kSource + "/analyzer/service/logtally.yaml";
  ASSERT_OK_AND_ASSIGN(const Config config, ReadConfigFile(path, CheckFormat));
  ASSERT_EQ(config.sites.size(), 2u);
  EXPECT_EQ(config.sites[0].paths, std::vector<std::string>{"/var/log/nginx/access.log"});
  EXPECT_EQ(config.sites[1].paths,
            (std::vector<std::string>{"/var/log/apache2/access.log",
                                      "/var/log/apache2/other_vhosts_access.log"}));
}

// "# key: value" stands for a default or an example: it must be right as well, if people are to
// take the "#" away.
TEST(Config, TheDefaultFileIsValidWithItsCommentedKeysToo) {
  std::string yaml = ReadFile(kSource + "/analyzer/service/logtally.yaml");
  const int uncommented = RE2::GlobalReplace(&yaml, R"((?m)^( *)# ([a-z_]+: \S.*)$)", R"(\1\2)");
  EXPECT_EQ(uncommented, 9);
  ASSERT_OK_AND_ASSIGN(const Config config, Parse(yaml));
  EXPECT_EQ(config.follow.max_line_bytes, 65536);
  EXPECT_EQ(config.follow.drain_quiet, absl::Seconds(60));
  EXPECT_EQ(config.sites[1].max_hosts, 100);
  EXPECT_FALSE(config.sites[1].labels.empty());
  EXPECT_EQ(config.sites[1].streams.size(), 2u);
}

TEST(Config, AMissingFileIsNotFound) {
  const TempDir dir;
  const auto config = ReadConfigFile(dir / "none.yaml", CheckFormat);
  EXPECT_EQ(config.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(std::string(config.status().message()),
            "open " + dir / "none.yaml" + ": No such file or directory");
}

TEST(Config, AFolderIsNoConfiguration) {
  const TempDir dir;
  EXPECT_EQ(std::string(ReadConfigFile(dir.path(), CheckFormat).status().message()),
            "read " + dir.path() + ": Is a directory");
}

TEST(Config, AFileOfMoreThanAMebibyteIsRefused) {
  const TempDir dir;
  const std::string path = dir / "long.yaml";
  const std::string site = "sites: [{name: a, paths: [/a.log]}]\n";
  WriteFile(path, site + std::string((1 << 20) - site.size(), '\n'));
  EXPECT_OK(ReadConfigFile(path, CheckFormat));
  testing::AppendFile(path, "\n");
  EXPECT_EQ(std::string(ReadConfigFile(path, CheckFormat).status().message()),
            path + ":1:1: configuration: expected a file of at most 1.0 MiB, got a longer one");
}

// Each of these makes some YAML reader slow, deep or large. What counts is that they end, long
// before the time limit of the test, and that no message is longer than a screen.
TEST(Config, HostileFilesEndQuicklyAndBriefly) {
  const auto repeat = [](std::string_view part) {
    std::string text;
    while (text.size() + part.size() <= (1 << 20)) text += part;
    return text;
  };
  std::string unknown_keys, sites = "sites:\n";
  for (int i = 0; i < 100'000; ++i) unknown_keys += absl::StrFormat("k%d:\n", i);
  for (int i = 0; i < 20'000; ++i) sites += absl::StrFormat("- {name: s, paths: [/a], x: %d}\n", i);
  for (const std::string& yaml :
       {repeat("["), repeat("{"), repeat("- "), repeat("? "), repeat("a: "), repeat("a:\n"),
        repeat("!a "), repeat("&a "), repeat("- a\n"), repeat("'"), repeat("a"), repeat("\""),
        repeat("[]\n"), unknown_keys, sites}) {
    const std::string errors = ErrorsOf(yaml);
    EXPECT_NE(errors, "") << yaml.substr(0, 10);
    EXPECT_LT(errors.size(), 20'000u) << yaml.substr(0, 10);
  }
}

TEST(Config, AnyPrefixOfAValidFileIsReadOrRefusedWithAPlace) {
  const std::string yaml = ReadFile(kSource + "/analyzer/service/logtally.yaml");
  for (size_t size = 0; size < yaml.size(); ++size) {
    const std::string errors = ErrorsOf(yaml.substr(0, size));
    EXPECT_TRUE(errors.empty() || RE2::PartialMatch(errors, R"(^logtally\.yaml:\d+:\d+: \S+: )"))
        << size << " " << errors;
  }
}

// --- schemas/json/config.schema.json: what editors are told --------------------------------------

nlohmann::json Schema() {
  return nlohmann::json::parse(ReadFile(kSource + "/schemas/json/config.schema.json"));
}

// Calls `see` with the dotted key and the schema of every key below `schema`.
void ForEachKey(const nlohmann::json& schema, const std::string& prefix,
                const std::function<void(const std::string&, const nlohmann::json&)>& see) {
  if (schema.contains("properties")) {
    EXPECT_EQ(schema.value("additionalProperties", true), false) << prefix;
    for (const auto& [name, value] : schema["properties"].items()) {
      see(prefix + name, value);
      ForEachKey(value, prefix + name + ".", see);
    }
  }
  if (schema.contains("items")) {
    ForEachKey(schema["items"], prefix.substr(0, prefix.size() - 1) + "[].", see);
  }
  if (schema.contains("oneOf")) {
    for (const auto& one : schema["oneOf"]) ForEachKey(one, prefix, see);
  }
}

TEST(ConfigSchema, HasTheKeysThatTheReaderHas) {
  std::vector<std::string> in_schema;
  ForEachKey(Schema(), "", [&](const std::string& key, const nlohmann::json& schema) {
    in_schema.push_back(key);
    EXPECT_FALSE(schema.value("description", "").empty()) << key;
  });
  std::vector<std::string> in_reader(ConfigKeys().begin(), ConfigKeys().end());
  std::sort(in_schema.begin(), in_schema.end());
  std::sort(in_reader.begin(), in_reader.end());
  EXPECT_EQ(in_schema, in_reader);
}

// A file with only `value` at `key`, apart from what every file must have.
std::string FileWith(const std::string& key, const std::string& value) {
  const std::string site = "sites[].";
  if (key.starts_with(site)) {
    return "sites: [{name: a, paths: [/a.log], " + key.substr(site.size()) + ": " + value + "}]";
  }
  const size_t dot = key.find('.');
  return WithSite(dot == std::string::npos
                      ? key + ": " + value
                      : key.substr(0, dot) + ": {" + key.substr(dot + 1) + ": " + value + "}");
}

TEST(ConfigSchema, HasTheLimitsThatTheReaderHas) {
  int limits = 0;
  ForEachKey(Schema(), "", [&](const std::string& key, const nlohmann::json& schema) {
    if (schema.value("type", nlohmann::json()) != "integer") return;
    ++limits;
    const int64_t smallest = schema["minimum"], largest = schema["maximum"];
    EXPECT_EQ(ErrorsOf(FileWith(key, std::to_string(smallest))), "");
    EXPECT_EQ(ErrorsOf(FileWith(key, std::to_string(largest))), "");
    EXPECT_NE(ErrorsOf(FileWith(key, std::to_string(smallest - 1))), "");
    EXPECT_NE(ErrorsOf(FileWith(key, std::to_string(largest + 1))), "");
  });
  EXPECT_EQ(limits, 3);
}

std::string Summary(const Config& config) {
  return absl::StrFormat(
      "%s %d %s %d %s %d %d %s %d %d %d %s %d", config.state_dir.value_or("-"),
      config.error_list_bytes,
      absl::FormatDuration(config.backup.period.value_or(absl::ZeroDuration())), config.backup.keep,
      ::testing::PrintToString(config.listen_addresses), config.retention.minutes.has_value(),
      config.follow.max_line_bytes, absl::FormatDuration(config.follow.drain_quiet),
      static_cast<int>(config.follow.start), config.sites[0].max_hosts, config.sites[0].split_hosts,
      ::testing::PrintToString(config.follow.rotated_dirs), config.source_sync);
}

TEST(ConfigSchema, HasTheDefaultsThatTheReaderHas) {
  ASSERT_OK_AND_ASSIGN(const Config by_default, Parse(WithSite("")));
  int defaults = 0;
  ForEachKey(Schema(), "", [&](const std::string& key, const nlohmann::json& schema) {
    if (!schema.contains("default")) return;
    ++defaults;
    const auto written_out = Parse(FileWith(key, schema["default"].dump()));
    ASSERT_TRUE(written_out.ok()) << written_out.status().ToString();
    EXPECT_EQ(Summary(*written_out), Summary(by_default)) << key;
  });
  EXPECT_EQ(defaults, 16);
}

TEST(ConfigSchema, HasTheReservedLabelNamesThatTheReaderHas) {
  const nlohmann::json schema = Schema();
  const nlohmann::json::json_pointer reserved(
      "/properties/sites/items/properties/labels/propertyNames/not/enum");
  EXPECT_EQ(schema[reserved].get<std::vector<std::string>>(),
            std::vector<std::string>(ReservedLabelNames().begin(), ReservedLabelNames().end()));
}

}  // namespace
}  // namespace logtally
