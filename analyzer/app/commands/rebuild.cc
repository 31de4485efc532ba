// logtally rebuild: counts the retained logs anew, into a new database.
#include "pipeline/rebuild.h"

#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "app/chosen_config.h"
#include "app/command.h"
#include "app/pipeline_setup.h"
#include "app/progress_line.h"
#include "app/standard_output.h"
#include "app/state_dir.h"
#include "app/status_code_rows.h"
#include "base/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "catalogue/status_catalogue.h"
#include "store/rebuilt_store.h"

namespace logtally {
namespace {

std::string TimeText(int64_t unix_seconds) {
  return absl::FormatTime("%Y-%m-%d %H:%M UTC", absl::FromUnixSeconds(unix_seconds),
                          absl::UTCTimeZone());
}

std::string ResultText(const RebuildResult& result, const std::string& state_dir) {
  const IngestProgress& counted = result.counted;
  std::string text = absl::StrFormat(
      "%s lines of %s file%s: %s counted, %s rejected; state in %s\n",
      FormatCount(counted.lines_counted + counted.lines_rejected), FormatCount(result.files),
      result.files == 1 ? "" : "s", FormatCount(counted.lines_counted),
      FormatCount(counted.lines_rejected), DatabasePath(state_dir));
  if (!result.old_unusable.empty()) {
    absl::StrAppendFormat(&text, "nothing older than the logs could be kept: %s\n",
                          EscapeForTerminal(result.old_unusable));
  } else {
    for (const auto& [site, minute] : result.recounted_from) {
      if (minute == History::kNever) {
        absl::StrAppendFormat(&text, "site %s: all counts so far are those of the old database\n",
                              site);
      } else {
        absl::StrAppendFormat(&text, "site %s: counted anew from %s, before that as it was\n", site,
                              TimeText(minute));
      }
    }
  }
  if (!result.kept_path.empty()) {
    absl::StrAppendFormat(&text, "the old database is kept: %s\n", result.kept_path);
  }
  text += "counters may be lower than before: Prometheus takes that for a restart from 0\n";
  return text;
}

absl::StatusOr<RebuildSetup> RebuildSetupOf(const ConfigChoice& choice) {
  if (choice.logs.empty() && ConfigFileOf(choice).empty()) {
    return absl::InvalidArgumentError(
        "rebuild: expected the logs to count or --config.file, got neither, and there is no "
        "/etc/logtally/logtally.yaml; name the same as to logtally serve");
  }
  ASSIGN_OR_RETURN(const Config config, ChosenConfig(choice));
  ASSIGN_OR_RETURN(PipelineSetup pipeline, PipelineSetupOf(config));
  RebuildSetup setup;
  setup.state_dir = config.state_dir.value_or(DefaultStateDir());
  setup.sites = std::move(pipeline.sites);
  setup.rotated_dirs = pipeline.tail.rotated_dirs;
  setup.max_line_bytes = pipeline.tail.max_line_bytes;
  setup.aggregate = pipeline.aggregate;
  setup.retention = pipeline.retention;
  setup.status_codes = StatusCodeRows(StatusCatalogue::BuiltIn());
  return setup;
}

absl::StatusOr<ExitCode> RunRebuild(const ConfigChoice& choice) {
  const absl::StatusOr<RebuildSetup> setup = RebuildSetupOf(choice);
  if (PrintedMistakes(setup.status(), choice)) return 2;
  RETURN_IF_ERROR(setup.status());
  absl::StatusOr<RebuildResult> result = absl::UnknownError("");
  {
    ProgressLine progress(SystemClock());
    result = Rebuild(*setup, SystemClock(), [&](const IngestProgress& p) { progress.Show(p); });
  }
  RETURN_IF_ERROR(result.status());
  RETURN_IF_ERROR(PrintToStandardOutput(ResultText(*result, setup->state_dir)));
  for (const std::string& error : result->read_errors) {
    std::fprintf(stderr, "logtally: %s\n", EscapeForTerminal(error).c_str());
  }
  return result->read_errors.empty() ? 0 : 1;
}

}  // namespace

std::function<absl::StatusOr<ExitCode>()> SetUpRebuild(CLI::App& options) {
  auto given = std::make_shared<ConfigChoice>();
  options
      .add_option("logs", given->logs,
                  "the logs of the site, as logtally serve is told of them: paths, or globs in "
                  "quotes")
      ->type_name("LOG");
  options
      .add_option("--config.file", given->config_file,
                  "configuration, for the sites and their logs. Without it and without logs: "
                  "/etc/logtally/logtally.yaml")
      ->type_name("FILE");
  options
      .add_option("--state-dir", given->state_dir,
                  "where counts and positions are kept. Default: as logtally serve")
      ->type_name("DIR");
  options.add_option("--site", given->site, "the site that the named logs belong to")
      ->type_name("NAME")
      ->capture_default_str();
  options
      .add_option("--log-format", given->format,
                  "the format of the named logs; auto: found out from their lines")
      ->type_name("NAME")
      ->capture_default_str();
  return [given] { return RunRebuild(*given); };
}

}  // namespace logtally
