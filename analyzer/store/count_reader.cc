#include "store/count_reader.h"

#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "store/database.h"
#include "store/error_store.h"
#include "store/grain.h"
#include "store/migrations.h"
#include "store/seen_times.h"
#include "store/window_rows.h"

namespace logtally {
namespace {

constexpr int64_t kHourSeconds = 3600;

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

// What all queries of a call have to see together.
class ReadTransaction {
 public:
  static absl::StatusOr<ReadTransaction> Begin(Database& database) {
    RETURN_IF_ERROR(database.Execute("BEGIN"));
    return ReadTransaction(database);
  }
  ReadTransaction(ReadTransaction&& other) noexcept
      : database_(std::exchange(other.database_, nullptr)) {}
  ReadTransaction& operator=(ReadTransaction&&) = delete;
  ~ReadTransaction() {
    if (database_ != nullptr) (void)database_->Execute("ROLLBACK");
  }

 private:
  explicit ReadTransaction(Database& database) : database_(&database) {}
  Database* database_;
};

using Names = absl::flat_hash_map<int64_t, std::string>;

}  // namespace

struct CountReader::Impl {
  // The names of 'site', 'method' or 'reason', by id.
  absl::StatusOr<Names> NamesIn(std::string_view table);
  // Of a site that is not there: an id that no row has.
  absl::StatusOr<RowFilter> FilterOf(const CountQuery& query);
  absl::StatusOr<std::vector<Segment>> SegmentsIn(const CountQuery& query, int64_t step_seconds);

  Database db;
};

absl::StatusOr<Names> CountReader::Impl::NamesIn(std::string_view table) {
  ASSIGN_OR_RETURN(Statement rows, db.Prepare(absl::StrFormat("SELECT id, name FROM %s", table)));
  Names names;
  RETURN_IF_ERROR(
      rows.ForEachRow([&] { names[rows.ColumnInt(0)] = std::string(rows.ColumnText(1)); }));
  return names;
}

absl::StatusOr<RowFilter> CountReader::Impl::FilterOf(const CountQuery& query) {
  RowFilter filter{.site_id = std::nullopt, .code = query.code};
  if (!query.site) return filter;
  ASSIGN_OR_RETURN(Statement row, db.Prepare("SELECT id FROM site WHERE name = ?1"));
  row.BindText(1, *query.site);
  ASSIGN_OR_RETURN(const bool found, row.Step());
  filter.site_id = found ? row.ColumnInt(0) : -1;
  return filter;
}

absl::StatusOr<std::vector<Segment>> CountReader::Impl::SegmentsIn(const CountQuery& query,
                                                                   int64_t step_seconds) {
  ASSIGN_OR_RETURN(const Horizons horizons, LoadHorizons(db));
  return SegmentsOf(query.from_unix.value_or(0),
                    query.to_unix.value_or(std::numeric_limits<int64_t>::max()), step_seconds,
                    horizons);
}

CountReader::CountReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CountReader::CountReader(CountReader&&) noexcept = default;
CountReader::~CountReader() = default;

absl::StatusOr<CountReader> CountReader::Open(const std::string& database_path,
                                              absl::Duration limit) {
  if (::access(database_path.c_str(), R_OK) != 0) {
    return ErrnoStatus("open database", database_path, errno);
  }
  ASSIGN_OR_RETURN(Database db, Database::Open(database_path, Database::Mode::kReader));
  RETURN_IF_ERROR(CheckSchemaVersion(db));
  if (limit != absl::InfiniteDuration()) db.LimitTime(limit);
  return CountReader(std::make_unique<Impl>(Impl{std::move(db)}));
}

absl::StatusOr<std::vector<ResponseRow>> CountReader::Responses(const CountQuery& query,
                                                                int64_t step_seconds,
                                                                int64_t limit) {
  ASSIGN_OR_RETURN(const ReadTransaction moment, ReadTransaction::Begin(impl_->db));
  ASSIGN_OR_RETURN(const Names sites, impl_->NamesIn("site"));
  ASSIGN_OR_RETURN(const Names methods, impl_->NamesIn("method"));
  ASSIGN_OR_RETURN(const RowFilter filter, impl_->FilterOf(query));
  ASSIGN_OR_RETURN(const std::vector<Segment> segments, impl_->SegmentsIn(query, step_seconds));

  std::vector<ResponseRow> result;
  // Rows come in the order of time: the sums of a step are whole when the next one begins.
  int64_t step = 0;
  absl::flat_hash_map<std::tuple<int64_t, int64_t, int64_t>, Tally> sums;  // site, code, method
  const auto finish_step = [&] {
    const auto begin = static_cast<std::ptrdiff_t>(result.size());
    for (const auto& [key, tally] : sums) {
      const auto& [site_id, code, method_id] = key;
      const auto site = sites.find(site_id);
      const auto method = methods.find(method_id);
      if (site == sites.end() || method == methods.end()) continue;
      result.push_back(
          {step, site->second, static_cast<StatusCode>(code), ParseMethod(method->second), tally});
    }
    std::sort(result.begin() + begin, result.end(), [](const auto& a, const auto& b) {
      return std::tuple(std::string_view(a.site), a.code, MethodName(a.method)) <
             std::tuple(std::string_view(b.site), b.code, MethodName(b.method));
    });
    sums.clear();
  };
  const auto is_enough = [&] { return static_cast<int64_t>(result.size()) >= limit; };
  RETURN_IF_ERROR(ForEachRowOf(
      impl_->db, RowKind::kResponses, filter, segments, [&](const Statement& row, const Segment&) {
        const int64_t time_unix = row.ColumnInt(0);
        const int64_t step_of_row = step_seconds > 0 ? time_unix - time_unix % step_seconds : 0;
        if (step_of_row != step) {
          finish_step();
          if (is_enough()) return false;
          step = step_of_row;
        }
        sums[{row.ColumnInt(1), row.ColumnInt(2), row.ColumnInt(3)}] +=
            Tally{row.ColumnInt(4), row.ColumnInt(5)};
        return true;
      }));
  finish_step();
  if (is_enough()) result.resize(static_cast<size_t>(limit));
  return result;
}

absl::StatusOr<std::vector<CodeRow>> CountReader::Codes(const CountQuery& query,
                                                        int64_t step_seconds) {
  ASSIGN_OR_RETURN(const ReadTransaction moment, ReadTransaction::Begin(impl_->db));
  ASSIGN_OR_RETURN(const RowFilter filter, impl_->FilterOf(query));
  ASSIGN_OR_RETURN(const std::vector<Segment> segments, impl_->SegmentsIn(query, step_seconds));
  std::map<std::pair<int64_t, StatusCode>, Tally> sums;  // by step and code
  RETURN_IF_ERROR(ForEachRowOf(
      impl_->db, RowKind::kResponses, filter, segments, [&](const Statement& row, const Segment&) {
        const int64_t time_unix = row.ColumnInt(0);
        const int64_t step = step_seconds > 0 ? time_unix - time_unix % step_seconds : 0;
        sums[{step, static_cast<StatusCode>(row.ColumnInt(2))}] +=
            Tally{row.ColumnInt(4), row.ColumnInt(5)};
        return true;
      }));
  std::vector<CodeRow> result;
  result.reserve(sums.size());
  for (const auto& [key, tally] : sums) result.push_back({key.first, key.second, tally});
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
  ASSIGN_OR_RETURN(const ReadTransaction moment, ReadTransaction::Begin(impl_->db));
  ASSIGN_OR_RETURN(const Names sites, impl_->NamesIn("site"));
  ASSIGN_OR_RETURN(const Names reasons, impl_->NamesIn("reason"));
  ASSIGN_OR_RETURN(const RowFilter filter, impl_->FilterOf(query));
  ASSIGN_OR_RETURN(const std::vector<Segment> segments, impl_->SegmentsIn(query, 0));
  std::map<std::pair<std::string_view, std::string_view>, int64_t> lines;
  RETURN_IF_ERROR(ForEachRowOf(impl_->db, RowKind::kRejects, filter, segments,
                               [&](const Statement& row, const Segment&) {
                                 const auto site = sites.find(row.ColumnInt(1));
                                 const auto reason = reasons.find(row.ColumnInt(2));
                                 if (site != sites.end() && reason != reasons.end()) {
                                   lines[{site->second, reason->second}] += row.ColumnInt(3);
                                 }
                                 return true;
                               }));
  std::vector<RejectRow> result;
  for (const auto& [key, sum] : lines) {
    result.push_back({std::string(key.first), std::string(key.second), sum});
  }
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
  ASSIGN_OR_RETURN(const ReadTransaction moment, ReadTransaction::Begin(impl_->db));
  ASSIGN_OR_RETURN(const Names sites, impl_->NamesIn("site"));
  ASSIGN_OR_RETURN(const RowFilter filter, impl_->FilterOf(query));
  ASSIGN_OR_RETURN(const std::vector<Segment> segments, impl_->SegmentsIn(query, 0));
  ASSIGN_OR_RETURN(const Horizons horizons, LoadHorizons(impl_->db));
  ASSIGN_OR_RETURN(const auto seen, FindSeenTimes(impl_->db, filter, segments, horizons));
  std::vector<SeenRow> result;
  for (const auto& [key, times] : seen) {
    const auto site = sites.find(key.first);
    if (site == sites.end()) continue;
    result.push_back({site->second, key.second, times.first_unix, times.last_unix});
  }
  std::sort(result.begin(), result.end(), [](const SeenRow& a, const SeenRow& b) {
    return std::tie(a.site, a.code) < std::tie(b.site, b.code);
  });
  return result;
}

absl::StatusOr<std::vector<Loss>> CountReader::Losses(const CountQuery& query, int64_t limit) {
  // What was lost yesterday and found out today belongs to both days: better said twice than never.
  ASSIGN_OR_RETURN(
      Statement rows,
      impl_->db.Prepare(
          "SELECT site.name, cause, path, sum(losses), sum(bytes), sum(lines), min(from_unix), "
          "max(to_unix) FROM loss JOIN site ON site.id = site_id "
          // The first condition adds nothing but a place to begin: no loss is found a day before
          // it may have happened, whatever the clocks say.
          "WHERE hour_unix >= ?5 "
          "AND max(to_unix, hour_unix + 3599) >= ?1 AND min(from_unix, hour_unix) < ?2 "
          "AND (?3 = '' OR site.name = ?3) "
          "GROUP BY site.name, cause, path ORDER BY site.name, cause, path LIMIT ?4"));
  BindWindow(rows, query, 1);
  rows.BindInt(4, limit).BindInt(5, query.from_unix.value_or(0) - 86400 - 3600);
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
