#include "store/count_reader.h"

#include <errno.h>
#include <unistd.h>

#include <limits>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "store/database.h"
#include "store/error_store.h"
#include "store/migrations.h"

namespace logtally {
namespace {

// The conditions of a CountQuery, with parameters ?1 … ?4; `time` and `code` name columns.
std::string Where(std::string_view time, std::string_view code) {
  std::string where =
      absl::StrFormat("WHERE %1$s >= ?1 AND %1$s < ?2 AND (?3 = '' OR site.name = ?3)", time);
  if (!code.empty()) where += absl::StrFormat(" AND (?4 = -1000 OR %s = ?4)", code);
  return where;
}

// `grain` widens the window to whole hours for tables that are kept by the hour.
void BindWindow(Statement& statement, const CountQuery& query, int64_t grain_seconds) {
  const int64_t from = query.from_unix.value_or(std::numeric_limits<int64_t>::min());
  const int64_t first = query.from_unix && grain_seconds > 1 ? from - from % grain_seconds : from;
  statement.BindInt(1, first);
  statement.BindInt(2, query.to_unix.value_or(std::numeric_limits<int64_t>::max()));
  statement.BindText(3, query.site.value_or(""));
}

void BindCode(Statement& statement, const CountQuery& query) {
  statement.BindInt(4, query.code ? *query.code : -1000);
}

}  // namespace

struct CountReader::Impl {
  Database db;
};

CountReader::CountReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CountReader::CountReader(CountReader&&) noexcept = default;
CountReader::~CountReader() = default;

absl::StatusOr<CountReader> CountReader::Open(const std::string& database_path) {
  if (::access(database_path.c_str(), R_OK) != 0) {
    return ErrnoStatus("open database", database_path, errno);
  }
  ASSIGN_OR_RETURN(Database db, Database::Open(database_path, Database::Mode::kReader));
  RETURN_IF_ERROR(CheckSchemaVersion(db));
  return CountReader(std::make_unique<Impl>(Impl{std::move(db)}));
}

absl::StatusOr<std::vector<ResponseRow>> CountReader::Responses(const CountQuery& query,
                                                                int64_t step_seconds,
                                                                int64_t limit) {
  const std::string step =
      step_seconds > 0 ? absl::StrFormat("minute_unix - minute_unix %% %d", step_seconds) : "0";
  ASSIGN_OR_RETURN(
      Statement rows,
      impl_->db.Prepare(absl::StrFormat(
          // total() and not sum(), which fails where the sum of the bytes does not fit.
          "SELECT %s AS step, site.name, code, method.name, sum(responses), "
          "CAST(min(total(bytes), %d.0) AS INTEGER) FROM minute "
          "JOIN site ON site.id = site_id JOIN method ON method.id = method_id %s "
          "GROUP BY step, site.name, code, method.name ORDER BY step, site.name, code, method.name "
          "LIMIT ?5",
          step, Tally::kMaxBytes, Where("minute_unix", "code"))));
  BindWindow(rows, query, 60);
  BindCode(rows, query);
  rows.BindInt(5, limit);
  std::vector<ResponseRow> result;
  RETURN_IF_ERROR(rows.ForEachRow([&] {
    result.push_back({rows.ColumnInt(0), std::string(rows.ColumnText(1)),
                      static_cast<StatusCode>(rows.ColumnInt(2)), ParseMethod(rows.ColumnText(3)),
                      Tally{rows.ColumnInt(4), rows.ColumnInt(5)}});
  }));
  return result;
}

absl::StatusOr<int64_t> CountReader::UntimedResponses(const CountQuery& query) {
  ASSIGN_OR_RETURN(Statement row, impl_->db.Prepare("SELECT coalesce(sum(untimed), 0) FROM intake "
                                                    "JOIN site ON site.id = site_id "
                                                    "WHERE (?1 = '' OR site.name = ?1)"));
  row.BindText(1, query.site.value_or(""));
  RETURN_IF_ERROR(row.Step().status());
  return row.ColumnInt(0);
}

absl::StatusOr<std::vector<RejectRow>> CountReader::Rejects(const CountQuery& query) {
  ASSIGN_OR_RETURN(
      Statement rows,
      impl_->db.Prepare(absl::StrFormat(
          "SELECT site.name, reason.name, sum(lines) FROM reject_minute JOIN site ON site.id = "
          "site_id JOIN reason ON reason.id = reason_id %s GROUP BY site.name, reason.name",
          Where("minute_unix", ""))));
  BindWindow(rows, query, 60);
  std::vector<RejectRow> result;
  RETURN_IF_ERROR(rows.ForEachRow([&] {
    result.push_back(
        {std::string(rows.ColumnText(0)), std::string(rows.ColumnText(1)), rows.ColumnInt(2)});
  }));
  return result;
}

absl::StatusOr<std::map<StatusCode, ErrorDetails>> CountReader::Errors(const CountQuery& query) {
  // One summary an hour and site; they are merged like any other parts of a stream, in the order of
  // the key: nothing has to be sorted.
  ASSIGN_OR_RETURN(Statement rows,
                   impl_->db.Prepare(absl::StrFormat(
                       "SELECT code, %s FROM error_hour WHERE hour_unix >= ?1 AND hour_unix < ?2 "
                       "AND (?3 = '' OR site_id = (SELECT id FROM site WHERE name = ?3)) "
                       "AND (?4 = -1000 OR code = ?4) ORDER BY hour_unix, site_id, code",
                       kErrorColumns)));
  BindWindow(rows, query, 3600);
  BindCode(rows, query);
  std::map<StatusCode, ErrorDetails> result;
  RETURN_IF_ERROR(rows.ForEachRow([&] {
    result[static_cast<StatusCode>(rows.ColumnInt(0))].Merge(ReadErrorColumns(rows, 1));
  }));
  return result;
}

absl::StatusOr<std::vector<SeenRow>> CountReader::Seen(const CountQuery& query) {
  ASSIGN_OR_RETURN(
      Statement rows,
      impl_->db.Prepare(absl::StrFormat(
          "SELECT site.name, code, min(minute_unix), max(minute_unix) FROM minute "
          "JOIN site ON site.id = site_id %s GROUP BY site.name, code ORDER BY site.name, code",
          Where("minute_unix", "code"))));
  BindWindow(rows, query, 60);
  BindCode(rows, query);
  std::vector<SeenRow> result;
  RETURN_IF_ERROR(rows.ForEachRow([&] {
    result.push_back({std::string(rows.ColumnText(0)), static_cast<StatusCode>(rows.ColumnInt(1)),
                      rows.ColumnInt(2), rows.ColumnInt(3)});
  }));
  return result;
}

absl::StatusOr<std::vector<Loss>> CountReader::Losses(const CountQuery& query, int64_t limit) {
  // What was lost yesterday and found out today belongs to both days: better said twice than never.
  ASSIGN_OR_RETURN(
      Statement rows,
      impl_->db.Prepare(
          "SELECT site.name, cause, path, sum(losses), sum(bytes), sum(lines), min(from_unix), "
          "max(to_unix) FROM loss JOIN site ON site.id = site_id "
          "WHERE max(to_unix, hour_unix + 3599) >= ?1 AND min(from_unix, hour_unix) < ?2 "
          "AND (?3 = '' OR site.name = ?3) "
          "GROUP BY site.name, cause, path ORDER BY site.name, cause, path LIMIT ?4"));
  BindWindow(rows, query, 1);
  rows.BindInt(4, limit);
  std::vector<Loss> result;
  RETURN_IF_ERROR(rows.ForEachRow([&] {
    const auto cause = ParseLossCause(rows.ColumnText(1));
    if (!cause) return;  // of a newer program
    result.push_back({std::string(rows.ColumnText(0)), *cause, std::string(rows.ColumnText(2)),
                      LossTally{rows.ColumnInt(3), rows.ColumnInt(4), rows.ColumnInt(5),
                                rows.ColumnInt(6), rows.ColumnInt(7)}});
  }));
  return result;
}

absl::StatusOr<std::vector<std::string>> CountReader::Sites() {
  ASSIGN_OR_RETURN(Statement rows, impl_->db.Prepare("SELECT name FROM site ORDER BY name"));
  std::vector<std::string> result;
  RETURN_IF_ERROR(rows.ForEachRow([&] { result.emplace_back(rows.ColumnText(0)); }));
  return result;
}

}  // namespace logtally
