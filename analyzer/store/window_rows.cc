#include "store/window_rows.h"

#include "absl/strings/str_format.h"

namespace logtally {

absl::StatusOr<Statement> RowsOf(Database& database, RowKind kind, const RowFilter& filter,
                                 const Segment& segment) {
  const GrainInfo& info = InfoOf(segment.grain);
  const bool responses = kind == RowKind::kResponses;
  // Names are looked up by the caller: a join and a sort would cost more than the rows themselves.
  std::string sql = absl::StrFormat(
      "SELECT %1$s, %2$s FROM %3$s WHERE %1$s >= ?1 AND %1$s < ?2", info.time,
      responses ? "site_id, code, method_id, responses, bytes" : "site_id, reason_id, lines",
      responses ? info.responses : info.rejects);
  if (filter.site_id) sql += " AND site_id = ?3";
  if (filter.code && responses) sql += " AND code = ?4";
  absl::StrAppendFormat(&sql, " ORDER BY %s, %s", info.time,
                        responses ? "site_id, code, method_id" : "site_id, reason_id");
  ASSIGN_OR_RETURN(Statement rows, database.Prepare(sql));
  rows.BindInt(1, segment.from_unix).BindInt(2, segment.to_unix);
  if (filter.site_id) rows.BindInt(3, *filter.site_id);
  if (filter.code && responses) rows.BindInt(4, *filter.code);
  return rows;
}

}  // namespace logtally
