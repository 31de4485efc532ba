#include "app/pipeline_setup.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"
#include "app/descriptor_limit.h"
#include "app/path_pattern.h"
#include "base/status_macros.h"
#include "parse/format_presets.h"
#include "tail/pipe_input.h"

namespace logtally {
namespace {

namespace fs = std::filesystem;

// A path that exists is meant as it stands, whatever characters it has: glob(7) would not find
// "access[1].log" otherwise.
std::string AsPattern(const std::string& path) {
  std::error_code unreadable;
  if (!fs::exists(path, unreadable)) return path;
  std::string quoted;
  for (const char c : path) {
    if (c == '*' || c == '?' || c == '[' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const LogFormat>> FormatOf(const FormatConfig& config) {
  switch (config.kind) {
    case FormatConfig::Kind::kAuto:
      return nullptr;
    case FormatConfig::Kind::kNamed:
      return FindFormat(config.text);
    case FormatConfig::Kind::kPattern:
      return LogFormat::FromPattern("custom", config.text);
    case FormatConfig::Kind::kLayout:
      return LogFormat::FromLayout("custom", config.text);
  }
  return absl::InternalError("a kind of format without a meaning");
}

absl::Status CheckFormat(const FormatConfig& config) { return FormatOf(config).status(); }

absl::StatusOr<PipelineSetup> PipelineSetupOf(const Config& config) {
  PipelineSetup setup;
  setup.tail = config.follow;
  setup.tail.max_open_files = MaxOpenLogs();
  setup.source_sync = setup.tail.sync_before_close = config.source_sync;
  setup.retention = config.retention;
  setup.aggregate.shard.max_error_details_bytes = config.error_list_bytes;
  for (const SiteConfig& site : config.sites) {
    ASSIGN_OR_RETURN(std::shared_ptr<const LogFormat> format, FormatOf(site.format));
    setup.sites.push_back({.site = site.name,
                           .patterns = site.paths,
                           .streams = site.streams,
                           .format = std::move(format),
                           .label_rule = {site.split_hosts, site.max_hosts},
                           .labels = site.labels});
  }
  return setup;
}

absl::StatusOr<SiteConfig> SiteOfArguments(const std::string& site,
                                           const std::vector<std::string>& logs,
                                           const std::string& format) {
  if (!IsSiteName(site)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("--site: expected %s, got %s", kSiteNameForm, site));
  }
  SiteConfig config;
  config.name = site;
  for (const std::string& log : logs) {
    if (log.empty()) return absl::InvalidArgumentError("expected the path of a log, got \"\"");
    if (log == kStandardInput) {
      config.streams = {log};
      continue;
    }
    std::error_code failed;
    const fs::path absolute = fs::absolute(log, failed);
    if (failed) {
      return absl::InvalidArgumentError(
          absl::StrFormat("find out where %s is: %s", log, failed.message()));
    }
    const std::string pattern = AsPattern(absolute.lexically_normal().string());
    if (const auto fault = PathPatternFault(pattern)) {
      return absl::InvalidArgumentError(absl::StrFormat("%s: %s", log, *fault));
    }
    // "a.log ./a.log" is one log.
    if (std::ranges::find(config.paths, pattern) == config.paths.end()) {
      config.paths.push_back(pattern);
    }
  }
  if (format != "auto") config.format = {FormatConfig::Kind::kNamed, format};
  RETURN_IF_ERROR(CheckFormat(config.format));
  return config;
}

}  // namespace logtally
