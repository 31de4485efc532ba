// logtally explain: what status codes mean, from the built-in catalogue.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/explain_text.h"
#include "app/standard_output.h"
#include "base/status_macros.h"
#include "catalogue/status_catalogue.h"

namespace logtally {
namespace {

struct ExplainOptions {
  std::vector<std::string> codes;
  bool minus_one = false;
  std::string format = "text";
};

absl::StatusOr<ExitCode> Explain(const ExplainOptions& options) {
  std::vector<std::string> asked = options.codes;
  if (options.minus_one) asked.push_back("-1");
  ASSIGN_OR_RETURN(const Explanation found, FindMeanings(StatusCatalogue::BuiltIn(), asked));
  RETURN_IF_ERROR(PrintToStandardOutput(options.format == "json" ? MeaningsAsJson(found.rows)
                                        : asked.empty()          ? MeaningsAsTable(found.rows)
                                                                 : MeaningsAsText(found.rows)));
  for (const StatusCode code : found.unknown) {
    std::fprintf(stderr, "logtally: %s\n", UnknownCodeText(code).c_str());
  }
  return found.unknown.empty() ? 0 : 1;
}

}  // namespace

std::function<absl::StatusOr<ExitCode>()> SetUpExplain(CLI::App& options) {
  auto given = std::make_shared<ExplainOptions>();
  options
      .add_option("codes", given->codes,
                  "status codes (404, 000) or classes (4xx, other); none: the whole table")
      ->type_name("CODE|CLASS");
  // A code that looks like an option: without this, CLI11 would refuse it.
  options.add_flag("-1", given->minus_one, "the code -1, which HAProxy writes for no status");
  options.add_option("--format", given->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  return [given] { return Explain(*given); };
}

}  // namespace logtally
