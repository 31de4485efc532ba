#include "store/pruning.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/failpoint.h"
#include "base/status_macros.h"

namespace logtally {
namespace {

// Free pages are used again by the rows that come, so some are welcome: as much as a quarter of the
// file, or 4 MiB. Pages of 4 KiB.
constexpr int64_t kWelcomeFreePages = 1024;
constexpr int64_t kReclaimedPages = 256;

struct KeptTable {
  std::string_view table;
  std::string_view time;
  std::string_view keys;  // of the primary key, which begins with the time
  int64_t since_unix;
};

std::vector<KeptTable> KeptTables(const Horizons& horizons) {
  std::vector<KeptTable> tables;
  for (const GrainInfo& info : kGrains) {
    const int64_t since = horizons.of(info.grain);
    tables.push_back({info.responses, info.time, "site_id, code, method_id", since});
    tables.push_back({info.rejects, info.time, "site_id, reason_id", since});
  }
  tables.push_back({"error_hour", "hour_unix", "site_id, code", horizons.details_since});
  tables.push_back({"loss", "hour_unix", "site_id, cause, path", horizons.of(Grain::kHour)});
  return tables;
}

// How many rows went.
absl::StatusOr<int64_t> DeleteOldest(Database& database, const KeptTable& kept, int64_t max_rows) {
  ASSIGN_OR_RETURN(Statement remove,
                   database.Prepare(absl::StrFormat(
                       "DELETE FROM %1$s WHERE (%2$s, %3$s) IN (SELECT %2$s, %3$s FROM %1$s "
                       "WHERE %2$s < ?1 ORDER BY %2$s, %3$s LIMIT ?2)",
                       kept.table, kept.time, kept.keys)));
  RETURN_IF_ERROR(remove.BindInt(1, kept.since_unix).BindInt(2, max_rows).Run());
  return database.changes();
}

// Whether there is more to give back.
absl::StatusOr<bool> GiveBackPages(Database& database) {
  ASSIGN_OR_RETURN(const int64_t pages, database.QueryInt("PRAGMA page_count"));
  ASSIGN_OR_RETURN(const int64_t free_pages, database.QueryInt("PRAGMA freelist_count"));
  const auto too_many = [&](int64_t free) { return free > std::max(kWelcomeFreePages, pages / 4); };
  if (!too_many(free_pages)) return false;
  ASSIGN_OR_RETURN(const int64_t can_shrink, database.QueryInt("PRAGMA auto_vacuum"));
  if (can_shrink == 0) return false;
  RETURN_IF_ERROR(
      database.Execute(absl::StrFormat("PRAGMA incremental_vacuum(%d)", kReclaimedPages)));
  return too_many(free_pages - kReclaimedPages);
}

}  // namespace

absl::StatusOr<bool> PruneStep(Database& database, const Horizons& horizons, int64_t max_rows) {
  const auto prune = [&]() -> absl::StatusOr<int64_t> {
    RETURN_IF_ERROR(database.Execute("BEGIN IMMEDIATE"));
    int64_t pruned = 0;
    for (const KeptTable& kept : KeptTables(horizons)) {
      if (pruned == max_rows) break;
      ASSIGN_OR_RETURN(const int64_t rows, DeleteOldest(database, kept, max_rows - pruned));
      pruned += rows;
    }
    Failpoint("during_pruning");
    RETURN_IF_ERROR(database.Execute("COMMIT"));
    Failpoint("after_pruning");
    return pruned;
  };
  const absl::StatusOr<int64_t> pruned = prune();
  if (!pruned.ok() && database.in_transaction()) (void)database.Execute("ROLLBACK");
  RETURN_IF_ERROR(pruned.status());
  if (*pruned > 0) return true;
  return GiveBackPages(database);
}

}  // namespace logtally
