// SQLite, in as few words as the store needs. The only file that includes sqlite3.h is its .cc.
#ifndef LOGTALLY_STORE_DATABASE_H_
#define LOGTALLY_STORE_DATABASE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/status_macros.h"

struct sqlite3;
struct sqlite3_backup;
struct sqlite3_stmt;

namespace logtally {

// One prepared statement. Parameters and columns are numbered from 1 and from 0, as in SQLite.
// A bind that fails is remembered and reported by the next Step().
//
// Views:  a column's text is good until the next Step() or Reset().
// Thread: that of its Database, which must outlive it.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  ~Statement();

  Statement& BindInt(int parameter, int64_t value);
  Statement& BindNull(int parameter);
  Statement& BindDouble(int parameter, double value);
  // The text is copied. Bytes that are not UTF-8 are stored as they are.
  Statement& BindText(int parameter, std::string_view text);
  Statement& BindBlob(int parameter, std::string_view bytes);

  // True while there is a row; false at the end. Errors: as Database.
  absl::StatusOr<bool> Step();
  int64_t ColumnInt(int column) const;
  double ColumnDouble(int column) const;
  // Of a blob: its bytes.
  std::string_view ColumnText(int column) const;

  // Makes it ready to run again; parameters keep their values.
  void Reset();

  // Calls `take` once for each row that is left; it reads the columns of this statement.
  template <typename Take>
  absl::Status ForEachRow(Take take) {
    while (true) {
      ASSIGN_OR_RETURN(const bool row, Step());
      if (!row) return absl::OkStatus();
      take();
    }
  }

  // Steps to the end and resets: for statements that give no rows.
  absl::Status Run();

 private:
  friend class Database;
  Statement(sqlite3* connection, sqlite3_stmt* statement);
  void NoteBind(int result);

  sqlite3* connection_;
  sqlite3_stmt* statement_;
  int bind_result_ = 0;
};

// One connection.
//
// Errors: messages read "<what was tried> <path>: <SQLite's reason>". Codes: kUnavailable (busy,
//         locked), kResourceExhausted (disk full, quota), kDataLoss (corrupt, not a database),
//         kPermissionDenied (cannot open, read-only), kUnknown (I/O error), kDeadlineExceeded (see
//         LimitTime), kInternal (the rest).
// Thread: one at a time.
class Database {
 public:
  enum class Mode {
    kWriter,  // creates it; WAL, synchronous=FULL; the one connection that writes and checkpoints
    kReader,  // never writes, never checkpoints, not even on close
    kCopy,    // creates it; no journal, nothing synced: a file that nobody else knows of yet
  };

  static absl::StatusOr<Database> Open(const std::string& path, Mode mode);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  // Runs statements that give no rows.
  absl::Status Execute(const std::string& sql);
  absl::StatusOr<Statement> Prepare(std::string_view sql);
  // For who prepares many: the first error goes to `failed`, and what comes back is then only to be
  // thrown away.
  Statement Prepare(std::string_view sql, absl::Status& failed);
  // The single integer that a query gives.
  absl::StatusOr<int64_t> QueryInt(std::string_view sql);
  // Rows changed by the last statement.
  int64_t changes() const;
  bool in_transaction() const;
  const std::string& path() const { return path_; }

  // How long a statement waits for a lock that somebody else holds; 5 s at first.
  void SetBusyTimeout(absl::Duration timeout);

  // Moves all of the write-ahead log into the database file and empties it.
  absl::Status Checkpoint();

  // Whether every page is in order. It reads the whole file (100 MB: 0.5 s, from a disk 2 s), but
  // for no longer than `limit`, or until `stop` (of another thread) is true; what is damaged behind
  // that is not found.
  // Errors: kDataLoss with the first thing that is wrong.
  absl::Status QuickCheck(absl::Duration limit, const std::atomic<bool>* stop = nullptr);

  // For a reader: statements that have not ended when `limit` from now is over end with
  // kDeadlineExceeded. Somebody who reads for long keeps the write-ahead log growing.
  void LimitTime(absl::Duration limit);

  // For a writer: whether the files that it has open still stand at their paths. SQLite would go on
  // writing to a file that somebody has removed, and all of it would be gone at the end.
  // Errors: kDataLoss.
  absl::Status CheckFilesInPlace() const;

 private:
  friend class DatabaseCopy;
  struct FileId {
    uint64_t device = 0;
    uint64_t inode = 0;
    bool operator==(const FileId&) const = default;
  };
  static FileId FileIdOf(const std::string& path);

  Database(sqlite3* connection, std::string path);

  sqlite3* connection_;
  std::string path_;
  FileId file_;                          // of the database; a writer's
  FileId wal_;                           // of its write-ahead log
  std::unique_ptr<absl::Duration> end_;  // on Clock::Elapsed: of LimitTime
};

// A copy of a database that is made bit by bit while its connection goes on writing: what is
// written meanwhile goes into the copy as well, so that it is the source as of its last step.
// Source: sqlite.org/backup.html.
//
// Thread: that of the source, which must outlive this and stay where it is.
class DatabaseCopy {
 public:
  // `to` is made anew. Errors: as Database, of the copy or of the source.
  static absl::StatusOr<DatabaseCopy> Begin(Database& source, const std::string& to);
  DatabaseCopy(DatabaseCopy&&) noexcept;
  DatabaseCopy& operator=(DatabaseCopy&&) = delete;
  ~DatabaseCopy();

  // Copies so many pages (of 4 KiB). True: that was all of it; then only the end is to come.
  absl::StatusOr<bool> Step(int pages);

 private:
  DatabaseCopy(Database to, sqlite3_backup* backup);

  Database to_;
  sqlite3_backup* backup_;
};

}  // namespace logtally

#endif  // LOGTALLY_STORE_DATABASE_H_
