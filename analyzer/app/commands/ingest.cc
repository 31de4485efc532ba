// logtally ingest: the same stages as serve, over finished files, then exit.
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
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
#include "app/store_opening.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "catalogue/status_catalogue.h"
#include "pipeline/pipeline.h"
#include "store/count_store.h"
#include "tail/pipe_input.h"

namespace logtally {
namespace {

// A commit makes all threads wait for the disk. Fewer of them cost nothing: after a kill -9 what
// was not committed is read again.
constexpr int64_t kBatchBytes = 256 << 20;

struct IngestOptions {
  std::vector<std::string> logs;
  std::string state_dir;
  std::string site = "default";
  std::string format = "auto";
  JobsOption jobs;
};

std::string ResultText(const IngestProgress& result, const Tailer& tailer,
                       const std::string& state_dir, absl::Duration elapsed) {
  std::string text = absl::StrFormat(
      "%s lines: %s counted, %s rejected; %s read in %.1f s; state in %s\n",
      FormatCount(result.lines_counted + result.lines_rejected), FormatCount(result.lines_counted),
      FormatCount(result.lines_rejected), FormatBytes(result.bytes_read),
      absl::ToDoubleSeconds(elapsed), DatabasePath(state_dir));
  for (const UnterminatedTail& tail : tailer.UnterminatedTails()) {
    absl::StrAppendFormat(&text,
                          "%s: the last line has no line end yet (%s); it is counted once it has\n",
                          EscapeForTerminal(tail.path), FormatBytes(tail.bytes));
  }
  if (result.lines_counted + result.lines_rejected == 0) {
    text += "nothing new: these logs were counted before, or are empty\n";
  }
  return text;
}

absl::StatusOr<ExitCode> Ingest(const IngestOptions& options) {
  if (std::ranges::find(options.logs, kStandardInput) != options.logs.end()) {
    return absl::InvalidArgumentError(
        "ingest: expected logs that are files, got - (standard input); it has no read position to "
        "keep, so a second run would count the same lines again. Put the lines into a file first, "
        "or "
        "look at them with logtally summary -");
  }
  RaiseDescriptorLimit();
  RETURN_IF_ERROR(CheckReadable(options.logs));
  Config config;
  ASSIGN_OR_RETURN(SiteConfig site, SiteOfArguments(options.site, options.logs, options.format));
  config.sites = {std::move(site)};
  ASSIGN_OR_RETURN(PipelineSetup setup, PipelineSetupOf(config));
  setup.threads = options.jobs.threads();
  setup.aggregate.max_batch_bytes = kBatchBytes;

  const std::string state_dir = options.state_dir.empty() ? DefaultStateDir() : options.state_dir;
  Log log(STDERR_FILENO, Log::StyleOf(STDERR_FILENO));
  ASSIGN_OR_RETURN(const std::unique_ptr<CountStore> store, OpenStore(state_dir, {}, log));
  SnapshotBoard board;
  const absl::Duration begin = SystemClock().Elapsed();
  ASSIGN_OR_RETURN(const std::unique_ptr<Pipeline> pipeline,
                   Pipeline::Create(std::move(setup), *store, board, log, SystemClock()));
  IngestProgress result;
  {
    ProgressLine progress(SystemClock());
    ASSIGN_OR_RETURN(result,
                     pipeline->RunToEnd([&](const IngestProgress& p) { progress.Show(p); }));
  }
  RETURN_IF_ERROR(PrintToStandardOutput(
      ResultText(result, pipeline->tailer(), state_dir, SystemClock().Elapsed() - begin)));
  // A file that could not be read to its end was told as a warning; its position waits there.
  const std::vector<FollowedFile> files = pipeline->tailer().Files();
  return std::any_of(files.begin(), files.end(), [](const FollowedFile& f) { return f.failing; });
}

}  // namespace

std::function<absl::StatusOr<ExitCode>()> SetUpIngest(CLI::App& options) {
  auto given = std::make_shared<IngestOptions>();
  options
      .add_option("logs", given->logs,
                  "logs to count from where they were last read up to; a second run of the same "
                  "log adds nothing")
      ->type_name("LOG")
      ->required();
  options
      .add_option("--state-dir", given->state_dir,
                  "where counts and positions are kept. Default: as logtally serve")
      ->type_name("DIR");
  options.add_option("--site", given->site, "the site that the logs belong to")
      ->type_name("NAME")
      ->capture_default_str();
  options.add_option("--log-format", given->format, "the format; auto: found out from the lines")
      ->type_name("NAME")
      ->capture_default_str();
  AddJobsOption(options, given->jobs);
  return [given] { return Ingest(*given); };
}

}  // namespace logtally
