// logtally summary: what went wrong, from the state directory or straight from logs.

#include "report/summary.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "app/command.h"
#include "app/descriptor_limit.h"
#include "app/jobs_option.h"
#include "app/pipeline_setup.h"
#include "app/progress_line.h"
#include "app/readable_files.h"
#include "app/standard_output.h"
#include "app/state_dir.h"
#include "app/summary_window.h"
#include "base/clock.h"
#include "base/status_macros.h"
#include "catalogue/status_catalogue.h"
#include "pipeline/count_files.h"
#include "report/json_writer.h"
#include "report/summary_input.h"
#include "report/text_writer.h"
#include "store/count_reader.h"
#include "tail/pipe_input.h"

namespace logtally {
namespace {

struct SummaryOptions {
  std::vector<std::string> files;
  SummaryWindowOptions window;
  std::optional<std::string> site;
  std::optional<std::string> code;
  std::string output = "text";
  std::string log_format = "auto";
  std::string state_dir;
  JobsOption jobs;
};

absl::StatusOr<CountQuery> QueryOf(const SummaryOptions& options) {
  CountQuery query;
  ASSIGN_OR_RETURN(const TimeWindow window,
                   ParseSummaryWindow(options.window, SystemClock().Now()));
  query.from_unix = window.from_unix;
  query.to_unix = window.to_unix;
  query.site = options.site;
  if (options.code) {
    query.code = ParseStatusCode(*options.code);
    if (!query.code) {
      return absl::InvalidArgumentError(
          absl::StrFormat("--code: expected a status code such as 404, got %s", *options.code));
    }
  }
  return query;
}

absl::StatusOr<SummaryInput> InputFromFiles(const SummaryOptions& options, CountQuery query) {
  if (query.site) {
    return absl::InvalidArgumentError(
        "--site: expected only without files, got both; logs that are read directly belong to no "
        "site");
  }
  RaiseDescriptorLimit();
  RETURN_IF_ERROR(CheckReadable(options.files));
  ASSIGN_OR_RETURN(const SiteConfig site,
                   SiteOfArguments("default", options.files, options.log_format));
  ASSIGN_OR_RETURN(std::shared_ptr<const LogFormat> format, FormatOf(site.format));
  FileCounts counts;
  {
    ProgressLine progress(SystemClock());
    ASSIGN_OR_RETURN(
        counts, CountFiles({site.name, site.paths, site.streams}, std::move(format),
                           {query.from_unix, query.to_unix}, SystemClock(), options.jobs.threads(),
                           [&](const IngestProgress& p) { progress.Show(p); }));
  }
  std::vector<std::string> names = options.files;
  std::ranges::replace(names, std::string(kStandardInput), std::string(kStandardInputName));
  SummaryInput input = BuildInput(counts.batch, query, names);
  input.outside_lines += counts.lines_outside_window;
  input.read_errors = std::move(counts.read_errors);
  return input;
}

absl::StatusOr<SummaryInput> InputFromStore(const SummaryOptions& options,
                                            const CountQuery& query) {
  const std::string path =
      DatabasePath(options.state_dir.empty() ? DefaultStateDirForReading() : options.state_dir);
  absl::StatusOr<CountReader> reader = CountReader::Open(path);
  if (absl::IsNotFound(reader.status())) {
    return absl::NotFoundError(absl::StrFormat(
        "%s; start the daemon (logtally serve), name its --state-dir, or name logs to read",
        std::string(reader.status().message())));
  }
  RETURN_IF_ERROR(reader.status());
  return BuildInput(*reader, query, path);
}

TextStyle StyleOfStandardOutput() {
  TextStyle style;
  style.color = StandardOutputTakesColor();
  style.unicode = LocaleIsUtf8();
  return style;
}

absl::StatusOr<ExitCode> RunSummary(const SummaryOptions& options) {
  ASSIGN_OR_RETURN(const CountQuery query, QueryOf(options));
  ASSIGN_OR_RETURN(const SummaryInput input, options.files.empty()
                                                 ? InputFromStore(options, query)
                                                 : InputFromFiles(options, query));
  const Summary summary = Summarise(input, StatusCatalogue::BuiltIn());
  RETURN_IF_ERROR(PrintToStandardOutput(
      options.output == "json" ? WriteJson(summary) : WriteText(summary, StyleOfStandardOutput())));
  return input.read_errors.empty() ? 0 : 1;
}

}  // namespace

std::function<absl::StatusOr<ExitCode>()> SetUpSummary(CLI::App& options) {
  auto given = std::make_shared<SummaryOptions>();
  options
      .add_option("files", given->files,
                  "logs to read directly, - for standard input; none: what the daemon has stored")
      ->type_name("FILE");
  options.add_option("--since", given->window.since, "the time back from now: 90s, 15m, 1h, 7d")
      ->type_name("DURATION");
  options
      .add_option("--from", given->window.from,
                  "begin: 2026-01-31T12:00:00Z, '2026-01-31 12:00' (UTC), or unix seconds")
      ->type_name("TIME");
  options.add_option("--to", given->window.to, "end, not included; default: no end")
      ->type_name("TIME");
  options.add_option("--site", given->site, "only this site; default: all together")
      ->type_name("NAME");
  options.add_option("--code", given->code, "only this status code; default: all")
      ->type_name("CODE");
  options.add_option("--format", given->output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  options
      .add_option("--log-format", given->log_format,
                  "the format of the files; auto: found out from their lines")
      ->type_name("NAME")
      ->capture_default_str();
  options
      .add_option("--state-dir", given->state_dir,
                  "where the daemon keeps its counts. Default: as logtally serve")
      ->type_name("DIR");
  AddJobsOption(options, given->jobs);
  return [given] { return RunSummary(*given); };
}

}  // namespace logtally
