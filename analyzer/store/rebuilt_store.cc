#include "store/rebuilt_store.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "model/counts.h"
#include "store/database.h"
#include "store/grain.h"
#include "store/migrations.h"

namespace logtally {
namespace {

namespace fs = std::filesystem;

// Names of both databases get one id, that of the new one: ids differ from database to database.
// `part`: where in time each site's history is cut.
constexpr char kMapNames[] = R"sql(
INSERT OR IGNORE INTO main.site (name) SELECT name FROM old.site;
INSERT OR IGNORE INTO main.method (name) SELECT name FROM old.method;
INSERT OR IGNORE INTO main.reason (name) SELECT name FROM old.reason;
CREATE TEMP TABLE site_of AS
  SELECT o.id AS old_id, n.id AS id FROM old.site o JOIN main.site n USING (name);
CREATE TEMP TABLE method_of AS
  SELECT o.id AS old_id, n.id AS id FROM old.method o JOIN main.method n USING (name);
CREATE TEMP TABLE reason_of AS
  SELECT o.id AS old_id, n.id AS id FROM old.reason o JOIN main.reason n USING (name);
CREATE TEMP TABLE part (site_id INTEGER PRIMARY KEY, from_minute INTEGER NOT NULL);
INSERT INTO part SELECT id, 9223372036854775807 FROM main.site;
)sql";

// Older rows of a grain than those that both stores have are of no use: the merged store begins
// where the shorter one does.
constexpr char kMergeHorizons[] = R"sql(
UPDATE main.meta SET value = max(value, coalesce(
    (SELECT o.value FROM old.meta o WHERE o.key = meta.key), 0))
WHERE key IN ('minutes_since', 'hours_since', 'days_since');
)sql";

// Where the history is cut. What the old store has deleted is still in its totals: what the logs
// have of that must not be added to them. And where only hours, or days, are left, the cut is
// between two of those.
constexpr char kPlaceCuts[] = R"sql(
UPDATE part SET from_minute = max(0, min(from_minute, 253402300800));
UPDATE part SET from_minute = max(from_minute, coalesce(
    (SELECT min(day_unix) + 86400 FROM old.day JOIN site_of ON old_id = day.site_id
     WHERE id = part.site_id), 253402300800))
WHERE (SELECT coalesce(sum(responses), 0) FROM old.total JOIN site_of ON old_id = total.site_id
       WHERE id = part.site_id) >
      (SELECT coalesce(sum(responses), 0) FROM old.day JOIN site_of ON old_id = day.site_id
       WHERE id = part.site_id) +
      (SELECT coalesce(sum(untimed), 0) FROM old.intake JOIN site_of ON old_id = intake.site_id
       WHERE id = part.site_id);
UPDATE part SET from_minute = max(from_minute, (SELECT value FROM main.meta WHERE key = 'days_since'));
UPDATE part SET from_minute = (from_minute + 86399) / 86400 * 86400
  WHERE from_minute < (SELECT value FROM main.meta WHERE key = 'hours_since');
UPDATE part SET from_minute = (from_minute + 3599) / 3600 * 3600
  WHERE from_minute < (SELECT value FROM main.meta WHERE key = 'minutes_since');
)sql";

// Rows of one grain: old ones before the cut, new ones after it. $table, $time and $seconds of the
// grain; $keys and $old_keys: the other columns of the key; $values: the rest.
constexpr std::string_view kMergeGrain = R"sql(
DELETE FROM main.$table WHERE $time <
  (SELECT (from_minute + $seconds - 1) / $seconds * $seconds FROM part
   WHERE part.site_id = $table.site_id);
INSERT INTO main.$table
  SELECT $time, s.id, $old_keys, $values
  FROM old.$table t JOIN site_of s ON s.old_id = t.site_id $old_names
                    JOIN part ON part.site_id = s.id
  WHERE $time + $seconds <= from_minute;
)sql";
// The one row through which the cut goes: what the finer grain has of it by now.
constexpr std::string_view kMergeCutRow = R"sql(
INSERT INTO main.$table
  SELECT from_minute / $seconds * $seconds, t.site_id, $keys, $sums
  FROM part JOIN main.$finer_table t ON t.site_id = part.site_id
  WHERE $finer_time >= from_minute / $seconds * $seconds
    AND $finer_time < (from_minute + $seconds - 1) / $seconds * $seconds
  GROUP BY t.site_id, $keys;
)sql";

// What is in the totals and in no day stays: it has no time, or its day was deleted.
constexpr char kMergeTotals[] = R"sql(
CREATE TEMP TABLE merged_total AS
  SELECT site_id, code, method_id, max(0, sum(responses)) AS responses,
         CAST(min(max(0, total(bytes)), 4611686018427387904.0) AS INTEGER) AS bytes
  FROM (SELECT s.id AS site_id, code, m.id AS method_id, responses, bytes
        FROM old.total t JOIN site_of s ON s.old_id = t.site_id
                         JOIN method_of m ON m.old_id = t.method_id
        UNION ALL
        SELECT s.id, code, m.id, -responses, -bytes
        FROM old.day t JOIN site_of s ON s.old_id = t.site_id
                       JOIN method_of m ON m.old_id = t.method_id
        UNION ALL
        SELECT site_id, code, method_id, responses, bytes FROM main.day)
  GROUP BY site_id, code, method_id HAVING sum(responses) > 0;
DELETE FROM main.total;
INSERT INTO main.total SELECT * FROM merged_total;
CREATE TEMP TABLE merged_reject_total AS
  SELECT site_id, reason_id, sum(lines) AS lines
  FROM (SELECT s.id AS site_id, r.id AS reason_id, lines
        FROM old.reject_total t JOIN site_of s ON s.old_id = t.site_id
                                JOIN reason_of r ON r.old_id = t.reason_id
        UNION ALL
        SELECT s.id, r.id, -lines
        FROM old.reject_day t JOIN site_of s ON s.old_id = t.site_id
                              JOIN reason_of r ON r.old_id = t.reason_id
        UNION ALL
        SELECT site_id, reason_id, lines FROM main.reject_day)
  GROUP BY site_id, reason_id HAVING sum(lines) > 0;
DELETE FROM main.reject_total;
INSERT INTO main.reject_total SELECT * FROM merged_reject_total;
)sql";

// By the hour: the one in which the recounting begins stays as the old store has it.
constexpr char kMergeErrorDetails[] = R"sql(
DELETE FROM main.error_hour
  WHERE hour_unix < (SELECT from_minute FROM part WHERE part.site_id = error_hour.site_id);
INSERT INTO main.error_hour (hour_unix, site_id, code, paths, clients, referrers,
    distinct_clients, client_sketch, first_line, last_line)
  SELECT hour_unix, s.id, code, paths, clients, referrers,
    distinct_clients, client_sketch, first_line, last_line
  FROM old.error_hour t JOIN site_of s ON s.old_id = t.site_id JOIN part ON part.site_id = s.id
  WHERE hour_unix < from_minute;
)sql";

// What has no minutes.
constexpr char kKeepTheRest[] = R"sql(
DELETE FROM main.intake;
INSERT INTO main.intake SELECT s.id, read_bytes, last_line_unix, untimed
  FROM old.intake t JOIN site_of s ON s.old_id = t.site_id;
DELETE FROM main.label_overflow;
INSERT INTO main.label_overflow SELECT * FROM old.label_overflow;
DELETE FROM main.unlisted_errors;
INSERT INTO main.unlisted_errors SELECT s.id, lines
  FROM old.unlisted_errors t JOIN site_of s ON s.old_id = t.site_id;
DELETE FROM main.duration_bucket;
INSERT INTO main.duration_bucket SELECT s.id, kind, status_class, bucket, observations
  FROM old.duration_bucket t JOIN site_of s ON s.old_id = t.site_id;
DELETE FROM main.duration_sum;
INSERT INTO main.duration_sum SELECT s.id, kind, status_class, seconds
  FROM old.duration_sum t JOIN site_of s ON s.old_id = t.site_id;
DELETE FROM main.loss;
INSERT INTO main.loss (hour_unix, site_id, cause, path, losses, bytes, lines, from_unix, to_unix)
  SELECT hour_unix, s.id, cause, path, losses, bytes, lines, from_unix, to_unix
  FROM old.loss t JOIN site_of s ON s.old_id = t.site_id;
DELETE FROM main.loss_total;
INSERT INTO main.loss_total (site_id, cause, losses, bytes, lines, from_unix, to_unix)
  SELECT s.id, cause, losses, bytes, lines, from_unix, to_unix
  FROM old.loss_total t JOIN site_of s ON s.old_id = t.site_id;
)sql";

// Commits go on counting from those of the old store.
constexpr char kGoOnCommitting[] = R"sql(
UPDATE main.file_text SET commit_seq = commit_seq +
  (SELECT value FROM old.meta WHERE key = 'commit_seq');
UPDATE main.meta SET value = value + (SELECT value FROM old.meta WHERE key = 'commit_seq')
  WHERE key = 'commit_seq';
UPDATE main.meta SET value = (SELECT value FROM old.meta WHERE key = 'created_unix')
  WHERE key = 'created_unix';
DELETE FROM main.meta WHERE key = 'seal';  -- of what it was before; the next commit seals it anew
)sql";

constexpr char kKeepText[] = R"sql(
INSERT INTO main.file_text (site_id, inode, btime_ns, generation, device, start_offset, offset,
    size_seen, head_length, head_hash, anchor_length, anchor_hash, state, path, continues_inode,
    continues_btime_ns, continues_generation, rejected_lines, commit_seq)
  SELECT s.id, inode, btime_ns, generation, device, start_offset, offset,
    size_seen, head_length, head_hash, anchor_length, anchor_hash, state, path, continues_inode,
    continues_btime_ns, continues_generation, rejected_lines, commit_seq
  FROM old.file_text t JOIN site_of s ON s.old_id = t.site_id JOIN old.site o ON o.id = t.site_id
  WHERE o.name = ?1 AND inode = ?2 AND btime_ns = ?3 AND generation = ?4
  ON CONFLICT DO NOTHING
)sql";

constexpr char kKeepTextCodes[] = R"sql(
INSERT INTO main.file_text_code (text_id, code, responses)
  SELECT n.id, code, responses
  FROM old.file_text_code c JOIN old.file_text t ON t.id = c.text_id
    JOIN old.site o ON o.id = t.site_id JOIN site_of s ON s.old_id = t.site_id
    JOIN main.file_text n ON n.site_id = s.id AND n.inode = t.inode AND n.btime_ns = t.btime_ns
                          AND n.generation = t.generation
  WHERE o.name = ?1 AND t.inode = ?2 AND t.btime_ns = ?3 AND t.generation = ?4
)sql";

absl::Status KeepTexts(Database& database, const std::vector<TextKey>& texts) {
  ASSIGN_OR_RETURN(Statement keep, database.Prepare(kKeepText));
  ASSIGN_OR_RETURN(Statement keep_codes, database.Prepare(kKeepTextCodes));
  for (const TextKey& text : texts) {
    for (Statement* statement : {&keep, &keep_codes}) {
      statement->BindText(1, text.file.site).BindInt(2, static_cast<int64_t>(text.file.inode));
      statement->BindInt(3, text.file.btime_ns).BindInt(4, text.generation);
      RETURN_IF_ERROR(statement->Run());
      // A text that was counted anew after all has its own codes.
      if (statement == &keep && database.changes() == 0) break;
    }
  }
  return absl::OkStatus();
}

// From fine to coarse: a row that is cut is made of the finer ones that are merged already.
absl::Status MergeGrains(Database& database) {
  const GrainInfo* finer = nullptr;
  for (const GrainInfo& info : kGrains) {
    for (const bool responses : {true, false}) {
      const auto table = [&](const GrainInfo& of) {
        return AbslView(responses ? of.responses : of.rejects);
      };
      std::vector<std::pair<absl::string_view, std::string>> words = {
          {"$table", std::string(table(info))},
          {"$time", std::string(info.time)},
          {"$seconds", std::to_string(info.seconds)},
          {"$old_keys", responses ? "code, m.id" : "r.id"},
          {"$old_names", responses ? "JOIN method_of m ON m.old_id = t.method_id"
                                   : "JOIN reason_of r ON r.old_id = t.reason_id"},
          {"$keys", responses ? "code, method_id" : "reason_id"},
          {"$values", responses ? "responses, bytes" : "lines"},
          {"$sums", responses ? "sum(responses), CAST(min(total(bytes), 4611686018427387904.0) "
                                "AS INTEGER)"
                              : "sum(lines)"},
      };
      std::string sql(kMergeGrain);
      if (finer != nullptr) {
        words.insert(words.end(), {{"$finer_table", std::string(table(*finer))},
                                   {"$finer_time", std::string(finer->time)}});
        sql += kMergeCutRow;
      }
      RETURN_IF_ERROR(database.Execute(absl::StrReplaceAll(AbslView(sql), words)));
    }
    finer = &info;
  }
  return absl::OkStatus();
}

absl::Status Merge(Database& database, const History& history) {
  RETURN_IF_ERROR(database.Execute(std::string("BEGIN IMMEDIATE;") + kMapNames));
  ASSIGN_OR_RETURN(Statement cut,
                   database.Prepare("UPDATE part SET from_minute = ?2 WHERE site_id = "
                                    "(SELECT id FROM main.site WHERE name = ?1)"));
  for (const auto& [site, minute] : history.recounted_from) {
    RETURN_IF_ERROR(cut.BindText(1, site).BindInt(2, minute).Run());
  }
  RETURN_IF_ERROR(database.Execute(std::string(kMergeHorizons) + kPlaceCuts));
  RETURN_IF_ERROR(MergeGrains(database));
  for (const char* step : {kMergeTotals, kMergeErrorDetails, kKeepTheRest, kGoOnCommitting}) {
    RETURN_IF_ERROR(database.Execute(step));
  }
  RETURN_IF_ERROR(KeepTexts(database, history.kept_texts));
  return database.Execute("COMMIT");
}

absl::Status SyncDirectoryOf(const std::string& path) {
  const std::string directory = fs::path(path).parent_path().string();
  const UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus("open", directory, errno);
  if (::fsync(fd.get()) != 0) return ErrnoStatus("sync", directory, errno);
  return absl::OkStatus();
}

absl::Status Rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
  return ErrnoStatus("rename", from + " to " + to, errno);
}

// All of a database in its one file. Errors: as Database.
absl::Status FoldIn(const std::string& path) {
  ASSIGN_OR_RETURN(Database database, Database::Open(path, Database::Mode::kWriter));
  ASSIGN_OR_RETURN(const int64_t busy, database.QueryInt("PRAGMA wal_checkpoint(TRUNCATE)"));
  if (busy == 0) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrFormat("read %s: another program is using it; stop that first", path));
}

// Run by root for a service that is not: what belongs to the service stays its own.
absl::Status TakeOverOwner(const std::string& from, const std::string& to) {
  struct stat owner;
  if (::stat(from.c_str(), &owner) != 0) return ErrnoStatus("look at", from, errno);
  if (S_ISREG(owner.st_mode) && ::chmod(to.c_str(), owner.st_mode & 0777) != 0) {
    return ErrnoStatus("change the mode of", to, errno);
  }
  if (::geteuid() == 0 && ::chown(to.c_str(), owner.st_uid, owner.st_gid) != 0) {
    return ErrnoStatus("change the owner of", to, errno);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status PrepareOldDatabase(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0) return ErrnoStatus("open database", path, errno);
  {
    ASSIGN_OR_RETURN(Database database, Database::Open(path, Database::Mode::kWriter));
    ASSIGN_OR_RETURN(Statement check, database.Prepare("PRAGMA quick_check(1)"));
    ASSIGN_OR_RETURN(const bool row, check.Step());
    if (!row || check.ColumnText(0) != "ok") {
      return absl::DataLossError(
          absl::StrFormat("check %s: %s", path, row ? check.ColumnText(0) : "no answer"));
    }
    check.Reset();
    ASSIGN_OR_RETURN(const int64_t version, database.QueryInt("PRAGMA user_version"));
    if (version == 0) return absl::DataLossError(absl::StrFormat("open %s: it is empty", path));
    RETURN_IF_ERROR(Migrate(database));
  }
  return FoldIn(path);
}

absl::Status MergeHistory(const std::string& new_path, const std::string& old_path,
                          const History& history) {
  ASSIGN_OR_RETURN(Database database, Database::Open(new_path, Database::Mode::kWriter));
  ASSIGN_OR_RETURN(Statement attach, database.Prepare("ATTACH ?1 AS old"));
  RETURN_IF_ERROR(attach.BindText(1, old_path).Run());
  const absl::Status status = Merge(database, history);
  if (!status.ok() && database.in_transaction()) (void)database.Execute("ROLLBACK");
  return status;
}

absl::Status ReplaceDatabase(const std::string& new_path, const std::string& path,
                             const std::string& kept_path) {
  RETURN_IF_ERROR(FoldIn(new_path));
  std::error_code error;
  const bool replaces = fs::exists(path, error);
  RETURN_IF_ERROR(TakeOverOwner(replaces ? path : fs::path(path).parent_path().string(), new_path));
  for (const char* suffix : {"-wal", "-shm"}) {
    // A write-ahead log of the old database beside the new one would be written into that. An empty
    // one is not needed any more; another belongs to a database that cannot be read.
    const bool is_needed = fs::exists(path + suffix, error) && fs::file_size(path + suffix, error);
    if (is_needed && suffix == std::string_view("-wal")) {
      RETURN_IF_ERROR(Rename(path + suffix, kept_path + suffix));
    } else {
      fs::remove(path + suffix, error);
    }
    fs::remove(new_path + suffix, error);
  }
  // A second name, so that there is a database at any moment; where the file system has none, a
  // rename has to do.
  if (replaces && ::link(path.c_str(), kept_path.c_str()) != 0) {
    RETURN_IF_ERROR(Rename(path, kept_path));
  }
  RETURN_IF_ERROR(SyncDirectoryOf(path));
  RETURN_IF_ERROR(Rename(new_path, path));
  RETURN_IF_ERROR(SyncDirectoryOf(path));
  // A reader without write permission needs -wal and -shm to be there.
  return Database::Open(path, Database::Mode::kWriter).status();
}

}  // namespace logtally
