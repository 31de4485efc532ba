#include "report/summary_input.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"

namespace logtally {
namespace {

// Far above what capped sites, codes and methods can make; a bound on memory all the same.
constexpr int64_t kMaxRows = 4'000'000;

}  // namespace

absl::StatusOr<SummaryInput> BuildInput(CountReader& reader, const CountQuery& query,
                                        std::string database_path) {
  CountQuery every_code = query;
  every_code.code.reset();

  StoredRows rows;
  ASSIGN_OR_RETURN(rows.sites, reader.Sites());
  ASSIGN_OR_RETURN(rows.responses, reader.Responses(every_code, /*step_seconds=*/0, kMaxRows + 1));
  ASSIGN_OR_RETURN(rows.losses, reader.Losses(every_code, kMaxRows + 1));
  if (static_cast<int64_t>(std::max(rows.responses.size(), rows.losses.size())) > kMaxRows) {
    return absl::ResourceExhaustedError(absl::StrFormat(
        "summarise %s: more than %d sums; ask for one site", database_path, kMaxRows));
  }
  ASSIGN_OR_RETURN(rows.seen, reader.Seen(every_code));
  ASSIGN_OR_RETURN(rows.errors, reader.Errors(query));
  ASSIGN_OR_RETURN(rows.rejects, reader.Rejects(every_code));
  ASSIGN_OR_RETURN(rows.untimed_responses, reader.UntimedResponses(every_code));
  return BuildInput(rows, query, std::move(database_path));
}

}  // namespace logtally
