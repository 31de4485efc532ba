// Reads the rows of a time window, from as few rows as can say it exactly.
#ifndef LOGTALLY_STORE_WINDOW_ROWS_H_
#define LOGTALLY_STORE_WINDOW_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "model/status_code.h"
#include "store/database.h"
#include "store/grain.h"

namespace logtally {

enum class RowKind {
  kResponses,  // columns: time, site_id, code, method_id, responses, bytes
  kRejects,    // columns: time, site_id, reason_id, lines
};

struct RowFilter {
  std::optional<int64_t> site_id;
  std::optional<StatusCode> code;  // not for rejects
};

// A query for the rows of one segment, in the order of their keys: time, then site, ….
absl::StatusOr<Statement> RowsOf(Database& database, RowKind kind, const RowFilter& filter,
                                 const Segment& segment);

// Calls take(row, segment) for each row of all segments, in their order, until it returns false.
// The segments are of one moment if they are read in one transaction.
template <typename Take>
absl::Status ForEachRowOf(Database& database, RowKind kind, const RowFilter& filter,
                          const std::vector<Segment>& segments, Take take) {
  for (const Segment& segment : segments) {
    ASSIGN_OR_RETURN(Statement rows, RowsOf(database, kind, filter, segment));
    while (true) {
      ASSIGN_OR_RETURN(const bool row, rows.Step());
      if (!row) break;
      if (!take(rows, segment)) return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

}  // namespace logtally

#endif  // LOGTALLY_STORE_WINDOW_ROWS_H_
