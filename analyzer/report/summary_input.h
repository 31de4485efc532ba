// What a summary is made from, whether the counts come from the store or straight from files.
#ifndef LOGTALLY_REPORT_SUMMARY_INPUT_H_
#define LOGTALLY_REPORT_SUMMARY_INPUT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "model/counts.h"
#include "model/error_details.h"
#include "model/loss.h"
#include "model/status_code.h"
#include "store/count_reader.h"

namespace logtally {

enum class SummarySource : uint8_t { kDatabase, kFiles };

// The part of time that was asked for, and what was found in it. Unix seconds, half-open.
struct SummaryWindow {
  std::optional<int64_t> from_unix;  // nothing: from the first line that there is
  std::optional<int64_t> to_unix;    // nothing: up to the last one
  // First and last minute with a response; nothing if none has a time.
  std::optional<int64_t> first_minute_unix;
  std::optional<int64_t> last_minute_unix;

  bool bounded() const { return from_unix.has_value() || to_unix.has_value(); }
  bool operator==(const SummaryWindow&) const = default;
};

// All that was seen of one code, every site and method together.
struct CodeCounts {
  Tally tally;
  std::optional<int64_t> first_minute_unix;  // nothing: no line with it has a usable time
  std::optional<int64_t> last_minute_unix;
  ErrorDetails details;  // of error codes only; whole hours
};

// Shape:  the sums inside the window and the site that were asked for. Every code is here, so that
//         shares are shares of all responses, even when one code is asked for.
struct SummaryInput {
  SummarySource source = SummarySource::kDatabase;
  std::vector<std::string> source_names;  // the database, or the files
  SummaryWindow window;
  std::vector<std::string> sites;
  std::optional<StatusCode> only_code;  // the reader wants to hear of this one
  std::map<StatusCode, CodeCounts> codes;
  std::map<std::string, int64_t> rejects;  // lines by reason, as RejectReasonName() spells it
  // Lines with a status but without a usable time: none in the line, or one that the store refuses.
  int64_t untimed_lines = 0;
  bool untimed_counted = false;  // whether they are part of `codes`
  // Errors of the files that are in no list, for want of memory. Not known of a database's window.
  std::optional<int64_t> unlisted_errors;
  int64_t outside_lines = 0;             // counted lines of the files that lie outside the window
  std::vector<std::string> read_errors;  // what could not be read; filled by whoever reads
  // One a (site, cause, path), ordered so.
  std::vector<Loss> losses;
};

// What the store is asked for one summary.
struct StoredRows {
  std::vector<std::string> sites;  // all that the store knows
  std::vector<ResponseRow> responses;
  std::vector<SeenRow> seen;
  std::map<StatusCode, ErrorDetails> errors;
  std::vector<RejectRow> rejects;
  int64_t untimed_responses = 0;
  std::vector<Loss> losses;
};

// From the store. `query.code` narrows what is shown, not what shares are taken of.
//
// Errors: as CountReader's; kInvalidArgument if the store has never heard of `query.site`.
// (In summary_input.cc, which alone needs a store to link.)
absl::StatusOr<SummaryInput> BuildInput(CountReader& reader, const CountQuery& query,
                                        std::string database_path);

// The same without asking: sums of rows that were asked for with `query`.
absl::StatusOr<SummaryInput> BuildInput(const StoredRows& rows, const CountQuery& query,
                                        std::string database_path);

// From counts that were just read from files. Lines without a time belong to no window: they count
// only when none is asked for. Rejected lines without a neighbour that has a time always count, so
// that bad input is never hidden; so do losses, whose times are those of the reading.
SummaryInput BuildInput(const CountBatch& batch, const CountQuery& query,
                        std::vector<std::string> file_names);

}  // namespace logtally

#endif  // LOGTALLY_REPORT_SUMMARY_INPUT_H_
