#include "store/database.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/clock.h"
#include "base/status_macros.h"

namespace logtally {
namespace {

// How often a statement that has a limit is asked to end: in steps of SQLite's machine, so many of
// which take much less than a millisecond.
constexpr int kStepsBetweenLooks = 10'000;

absl::StatusCode CodeOf(int result) {
  switch (result & 0xff) {  // the low byte is the primary code
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::StatusCode::kUnavailable;
    case SQLITE_FULL:
      return absl::StatusCode::kResourceExhausted;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::StatusCode::kDataLoss;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return absl::StatusCode::kPermissionDenied;
    case SQLITE_IOERR:
      return absl::StatusCode::kUnknown;
    case SQLITE_INTERRUPT:
      return absl::StatusCode::kDeadlineExceeded;
    default:
      return absl::StatusCode::kInternal;
  }
}

absl::Status StatusOf(sqlite3* connection, int result, std::string_view tried) {
  const char* path = sqlite3_db_filename(connection, "main");
  absl::StatusCode code = CodeOf(result);
  if (code == absl::StatusCode::kUnknown) {
    // A quota, or a disk that finds out only at fsync(2) that it is full, is an I/O error to
    // SQLite.
    const int error_number = sqlite3_system_errno(connection);
    if (error_number == ENOSPC || error_number == EDQUOT) {
      code = absl::StatusCode::kResourceExhausted;
    }
  }
  return absl::Status(code, absl::StrFormat("%s %s: %s", tried, path == nullptr ? "database" : path,
                                            sqlite3_errmsg(connection)));
}

}  // namespace

Statement::Statement(sqlite3* connection, sqlite3_stmt* statement)
    : connection_(connection), statement_(statement) {}

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_),
      statement_(std::exchange(other.statement_, nullptr)),
      bind_result_(other.bind_result_) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(connection_, other.connection_);
  std::swap(statement_, other.statement_);
  std::swap(bind_result_, other.bind_result_);
  return *this;
}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::NoteBind(int result) {
  if (bind_result_ == SQLITE_OK) bind_result_ = result;
}

Statement& Statement::BindInt(int parameter, int64_t value) {
  NoteBind(sqlite3_bind_int64(statement_, parameter, value));
  return *this;
}

Statement& Statement::BindNull(int parameter) {
  NoteBind(sqlite3_bind_null(statement_, parameter));
  return *this;
}

Statement& Statement::BindDouble(int parameter, double value) {
  NoteBind(sqlite3_bind_double(statement_, parameter, value));
  return *this;
}

Statement& Statement::BindText(int parameter, std::string_view text) {
  // A null pointer would bind NULL: an empty text still needs an address.
  NoteBind(sqlite3_bind_text64(statement_, parameter, text.empty() ? "" : text.data(), text.size(),
                               SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::BindBlob(int parameter, std::string_view bytes) {
  NoteBind(sqlite3_bind_blob64(statement_, parameter, bytes.empty() ? "" : bytes.data(),
                               bytes.size(), SQLITE_TRANSIENT));
  return *this;
}

absl::StatusOr<bool> Statement::Step() {
  if (bind_result_ != SQLITE_OK) {
    return StatusOf(connection_, std::exchange(bind_result_, SQLITE_OK), "bind a value for");
  }
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  const absl::Status status = StatusOf(connection_, result, "query");
  sqlite3_reset(statement_);
  return status;
}

int64_t Statement::ColumnInt(int column) const { return sqlite3_column_int64(statement_, column); }

double Statement::ColumnDouble(int column) const {
  return sqlite3_column_double(statement_, column);
}

std::string_view Statement::ColumnText(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

void Statement::Reset() { sqlite3_reset(statement_); }

absl::Status Statement::Run() {
  absl::StatusOr<bool> row = Step();
  while (row.ok() && *row) row = Step();
  Reset();
  return row.status();
}

Database::Database(sqlite3* connection, std::string path)
    : connection_(connection), path_(std::move(path)) {}

Database::Database(Database&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)),
      path_(std::move(other.path_)),
      file_(other.file_),
      wal_(other.wal_),
      end_(std::move(other.end_)) {}

Database& Database::operator=(Database&& other) noexcept {
  std::swap(connection_, other.connection_);
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  std::swap(wal_, other.wal_);
  std::swap(end_, other.end_);
  return *this;
}

Database::~Database() { sqlite3_close_v2(connection_); }

absl::StatusOr<Database> Database::Open(const std::string& path, Mode mode) {
  const bool writer = mode == Mode::kWriter;
  const int flags =
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
      (mode == Mode::kReader ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  sqlite3* connection = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &connection, flags, nullptr);
  Database database(connection, path);  // owns it even when it failed to open
  if (result != SQLITE_OK) {
    return absl::Status(CodeOf(result),
                        absl::StrFormat("open %s: %s", path, sqlite3_errstr(result)));
  }
  sqlite3_busy_timeout(connection, 5000);
  // Log content reaches this file: neither it nor a doctored file may do more than hold data.
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  RETURN_IF_ERROR(database.Execute("PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;"));
  if (writer) {
    RETURN_IF_ERROR(database.Execute(
        // Of a new file only: free pages at its end can be given back, a few at a time.
        "PRAGMA auto_vacuum=INCREMENTAL; "
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        // While somebody reads for long the write-ahead log only grows; then it shrinks to this.
        "PRAGMA journal_size_limit=16777216;"));
    // A reader without write permission needs -wal and -shm to be there between our runs.
    int persist = 1;
    sqlite3_file_control(connection, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
    RETURN_IF_ERROR(database.QueryInt("PRAGMA schema_version").status());  // opens both files
    database.file_ = FileIdOf(path);
    database.wal_ = FileIdOf(path + "-wal");
  } else if (mode == Mode::kCopy) {
    RETURN_IF_ERROR(database.Execute("PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF;"));
  } else {
    // Two connections that checkpoint at once can corrupt a database before SQLite 3.51.3.
    sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    // Opening is lazy: look now, so that a file that is no database is told at once.
    RETURN_IF_ERROR(database.QueryInt("PRAGMA schema_version").status());
  }
  return database;
}

absl::Status Database::Execute(const std::string& sql) {
  const int result = sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr);
  return result == SQLITE_OK ? absl::OkStatus() : StatusOf(connection_, result, "write");
}

absl::StatusOr<Statement> Database::Prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v3(connection_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) return StatusOf(connection_, result, "prepare a query for");
  return Statement(connection_, statement);
}

Statement Database::Prepare(std::string_view sql, absl::Status& failed) {
  absl::StatusOr<Statement> statement = Prepare(sql);
  if (statement.ok()) return *std::move(statement);
  failed.Update(statement.status());
  return Statement(nullptr, nullptr);
}

absl::StatusOr<int64_t> Database::QueryInt(std::string_view sql) {
  ASSIGN_OR_RETURN(Statement statement, Prepare(sql));
  ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return absl::NotFoundError("no row");
  return statement.ColumnInt(0);
}

int64_t Database::changes() const { return sqlite3_changes64(connection_); }

bool Database::in_transaction() const { return sqlite3_get_autocommit(connection_) == 0; }

void Database::SetBusyTimeout(absl::Duration timeout) {
  sqlite3_busy_timeout(connection_, static_cast<int>(absl::ToInt64Milliseconds(timeout)));
}

absl::Status Database::Checkpoint() {
  int frames_left = 0;
  const int result = sqlite3_wal_checkpoint_v2(connection_, "main", SQLITE_CHECKPOINT_TRUNCATE,
                                               &frames_left, nullptr);
  return result == SQLITE_OK ? absl::OkStatus()
                             : StatusOf(connection_, result, "move the write-ahead log into");
}

void Database::LimitTime(absl::Duration limit) {
  end_ = std::make_unique<absl::Duration>(SystemClock().Elapsed() + limit);
  const auto is_over = [](void* end) -> int {
    return SystemClock().Elapsed() > *static_cast<absl::Duration*>(end) ? 1 : 0;
  };
  sqlite3_progress_handler(connection_, kStepsBetweenLooks, is_over, end_.get());
}

absl::Status Database::QuickCheck(absl::Duration limit, const std::atomic<bool>* stop) {
  struct Limits {
    absl::Duration end;
    const std::atomic<bool>* stop;
  } limits = {SystemClock().Elapsed() + limit, stop};
  const auto is_over = [](void* given) -> int {
    const auto& until = *static_cast<Limits*>(given);
    const bool stopped = until.stop != nullptr && until.stop->load();
    return stopped || SystemClock().Elapsed() > until.end ? 1 : 0;
  };
  sqlite3_progress_handler(connection_, kStepsBetweenLooks, is_over, &limits);
  const auto check = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(Statement statement, Prepare("PRAGMA quick_check(1)"));
    ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row || statement.ColumnText(0) == "ok") return absl::OkStatus();
    return absl::DataLossError(
        absl::StrFormat("check %s: %s", path_, std::string(statement.ColumnText(0))));
  };
  const absl::Status status = check();
  sqlite3_progress_handler(connection_, 0, nullptr, nullptr);
  return absl::IsDeadlineExceeded(status) ? absl::OkStatus() : status;
}

Database::FileId Database::FileIdOf(const std::string& path) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0) return {};
  return {static_cast<uint64_t>(status.st_dev), static_cast<uint64_t>(status.st_ino)};
}

absl::Status Database::CheckFilesInPlace() const {
  for (const auto& [path, opened] : {std::pair(path_, file_), std::pair(path_ + "-wal", wal_)}) {
    if (FileIdOf(path) == opened) continue;
    return absl::DataLossError(absl::StrFormat(
        "write %s: the file was removed or replaced while it was in use; stop the service before "
        "anything is done to its state directory",
        path));
  }
  return absl::OkStatus();
}

DatabaseCopy::DatabaseCopy(Database to, sqlite3_backup* backup)
    : to_(std::move(to)), backup_(backup) {}

DatabaseCopy::DatabaseCopy(DatabaseCopy&& other) noexcept
    : to_(std::move(other.to_)), backup_(std::exchange(other.backup_, nullptr)) {}

DatabaseCopy::~DatabaseCopy() { sqlite3_backup_finish(backup_); }

absl::StatusOr<DatabaseCopy> DatabaseCopy::Begin(Database& source, const std::string& to) {
  ASSIGN_OR_RETURN(Database copy, Database::Open(to, Database::Mode::kCopy));
  sqlite3_backup* backup =
      sqlite3_backup_init(copy.connection_, "main", source.connection_, "main");
  if (backup == nullptr) {
    return StatusOf(copy.connection_, sqlite3_errcode(copy.connection_), "begin to write");
  }
  return DatabaseCopy(std::move(copy), backup);
}

absl::StatusOr<bool> DatabaseCopy::Step(int pages) {
  const int result = sqlite3_backup_step(backup_, pages);
  if (result == SQLITE_OK) return false;
  if (result == SQLITE_DONE) return true;
  return absl::Status(CodeOf(result), absl::StrFormat("copy the database to %s: %s", to_.path(),
                                                      sqlite3_errstr(result)));
}

}  // namespace logtally
