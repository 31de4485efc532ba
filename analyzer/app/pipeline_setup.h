// From what the user configured to what the pipeline needs.
#ifndef LOGTALLY_APP_PIPELINE_SETUP_H_
#define LOGTALLY_APP_PIPELINE_SETUP_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "app/config.h"
#include "parse/log_format.h"
#include "pipeline/pipeline.h"

namespace logtally {

// The format that a configuration asks for; null for auto.
// Errors: kInvalidArgument or kNotFound that says what is wrong with the name, pattern or layout.
absl::StatusOr<std::shared_ptr<const LogFormat>> FormatOf(const FormatConfig& config);

// FormatOf as the check that ParseConfig asks for.
absl::Status CheckFormat(const FormatConfig& config);

// Errors: as FormatOf; a configuration that ParseConfig has checked has none.
absl::StatusOr<PipelineSetup> PipelineSetupOf(const Config& config);

// One site for logs named on the command line; `format` is a built-in format's name or "auto".
// Paths become absolute; they are taken as they are, or as globs if no file has that very name. "-"
// is standard input.
absl::StatusOr<SiteConfig> SiteOfArguments(const std::string& site,
                                           const std::vector<std::string>& logs,
                                           const std::string& format);

}  // namespace logtally

#endif  // LOGTALLY_APP_PIPELINE_SETUP_H_
