// logtally audit: counts the retained logs again and compares.
#include "pipeline/audit.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "app/audit_output.h"
#include "app/chosen_config.h"
#include "app/command.h"
#include "app/jobs_option.h"
#include "app/pipeline_setup.h"
#include "app/progress_line.h"
#include "app/standard_output.h"
#include "app/state_dir.h"
#include "base/clock.h"
#include "base/status_macros.h"
#include "base/text.h"

namespace logtally {
namespace {

struct AuditOptions {
  ConfigChoice choice;
  std::string output = "text";
  JobsOption jobs;
};

absl::StatusOr<AuditSetup> AuditSetupOf(const AuditOptions& options) {
  ASSIGN_OR_RETURN(const Config config, ChosenConfig(options.choice));
  ASSIGN_OR_RETURN(PipelineSetup pipeline, PipelineSetupOf(config));
  AuditSetup setup;
  setup.database_path = DatabasePath(config.state_dir.value_or(DefaultStateDirForReading()));
  setup.rotated_dirs = pipeline.tail.rotated_dirs;
  setup.max_line_bytes = pipeline.tail.max_line_bytes;
  setup.threads = options.jobs.threads();
  if (!options.choice.logs.empty()) {
    // Which sites the named logs belong to, the store says.
    setup.only_logs = pipeline.sites.front().patterns;
    setup.format_of_others = pipeline.sites.front().format;
  } else {
    setup.sites = std::move(pipeline.sites);
  }
  return setup;
}

absl::StatusOr<ExitCode> RunAudit(const AuditOptions& options) {
  const absl::StatusOr<AuditSetup> setup = AuditSetupOf(options);
  if (PrintedMistakes(setup.status(), options.choice)) return 2;
  RETURN_IF_ERROR(setup.status());
  absl::StatusOr<AuditResult> result = absl::UnknownError("");
  {
    ProgressLine progress(SystemClock());
    result = Audit(*setup, [&](const IngestProgress& p) { progress.Show(p); });
  }
  if (absl::IsNotFound(result.status())) {
    return absl::NotFoundError(
        absl::StrFormat("%s; name the --state-dir of the daemon that counted the logs",
                        StdView(result.status().message())));
  }
  RETURN_IF_ERROR(result.status());
  RETURN_IF_ERROR(PrintToStandardOutput(options.output == "json" ? AuditAsJson(*result)
                                                                 : AuditAsText(*result)));
  return result->has_differences() ? 1 : 0;
}

}  // namespace

std::function<absl::StatusOr<ExitCode>()> SetUpAudit(CLI::App& options) {
  auto given = std::make_shared<AuditOptions>();
  options
      .add_option("logs", given->choice.logs,
                  "logs to check, as the daemon was told of them: paths, or globs in quotes; "
                  "none: all that the store knows")
      ->type_name("LOG");
  options
      .add_option("--config.file", given->choice.config_file,
                  "configuration, for the formats of the sites. Without it and without logs: "
                  "/etc/logtally/logtally.yaml, if it exists")
      ->type_name("FILE");
  options
      .add_option("--state-dir", given->choice.state_dir,
                  "where the daemon keeps its counts. Default: as logtally serve")
      ->type_name("DIR");
  options
      .add_option("--log-format", given->choice.format,
                  "the format of the named logs; auto: found out from their lines")
      ->type_name("NAME")
      ->capture_default_str();
  options.add_option("--format", given->output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  AddJobsOption(options, given->jobs);
  return [given] { return RunAudit(*given); };
}

}  // namespace logtally
