// The crash argument: a batch of counts and the positions behind its lines become durable in ONE
// transaction. Whenever the process dies, the database holds counts and positions of the same
// moment; the next run reads on from there, so each line is counted once. The compare-and-swap on
// positions guards the argument: it fails if anything else ever moved them.

#include "store/count_store.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "base/clock.h"
#include "base/failpoint.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "store/background_check.h"
#include "store/batch_writer.h"
#include "store/database.h"
#include "store/durable_file.h"
#include "store/error_store.h"
#include "store/grain.h"
#include "store/migrations.h"
#include "store/name_table.h"
#include "store/position_writer.h"
#include "store/pruning.h"
#include "store/recovery.h"
#include "store/reserve_file.h"
#include "store/seal.h"
#include "store/snapshot_loader.h"
#include "store/state_lock.h"

namespace logtally {
namespace {

// The pipeline's thread waits here while somebody else holds the database, and follows no logs; so
// it does not wait for long, but tries again.
constexpr absl::Duration kBusyTimeout = absl::Milliseconds(250);
constexpr absl::Duration kReservePeriod = absl::Seconds(10);

// After a clean stop a start looks through so much at once (30 ms), and through what is larger
// while it works already. After another end it looks first, as that is when disks lose what they
// had promised to keep. Neither for longer than this.
constexpr int64_t kCheckedAtOnceBytes = 8 << 20;
constexpr absl::Duration kCheckLimit = absl::Seconds(10);

int64_t FileBytes(const std::string& path) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(path, missing);
  return missing ? 0 : static_cast<int64_t>(size);
}

}  // namespace

struct CountStore::Impl {
  Impl(StateLock held_lock, Database opened, const std::string& state_dir, BackupOptions options)
      : lock(std::move(held_lock)),
        db(std::move(opened)),
        reserve(state_dir),
        backups(state_dir, options) {}

  absl::Status Load();
  absl::Status Write(const CountBatch& batch, const std::vector<PositionUpdate>& positions,
                     const CountSnapshot& next);
  absl::Status SetMeta(std::string_view key, int64_t value);
  absl::Status NoteRestored();
  void MakeRoom();
  void KeepReserve();

  absl::Status PrepareStatements();

  StateLock lock;
  Database db;
  std::optional<BackgroundCheck> check;
  ReserveFile reserve;
  BackupWriter backups;  // after `db`: it goes first
  CountSnapshot counts;
  PositionSeal positions;
  Horizons horizons;       // as of the last commit
  Horizons next_horizons;  // from the next one on
  StoreStart start = StoreStart::kClean;
  absl::Duration next_reserve = -absl::InfiniteDuration();  // on Clock::Elapsed

  // Prepared once; each is used in every commit.
  struct Statements {
    Statement begin, commit, set_meta;
  };
  std::optional<Statements> sql;
  std::optional<NameTable> sites;
  std::optional<BatchWriter> batches;
  std::optional<PositionWriter> position_rows;
  std::optional<ErrorStore> errors;
};

absl::Status CountStore::Impl::PrepareStatements() {
  ASSIGN_OR_RETURN(Statement begin, db.Prepare("BEGIN IMMEDIATE"));
  ASSIGN_OR_RETURN(Statement commit, db.Prepare("COMMIT"));
  ASSIGN_OR_RETURN(Statement set_meta,
                   db.Prepare("INSERT INTO meta VALUES (?1, ?2) ON CONFLICT DO UPDATE SET "
                              "value = ?2"));
  sql.emplace(Statements{std::move(begin), std::move(commit), std::move(set_meta)});
  ASSIGN_OR_RETURN(sites, NameTable::Open(db, "site"));
  ASSIGN_OR_RETURN(batches, BatchWriter::Open(db, *sites));
  ASSIGN_OR_RETURN(position_rows, PositionWriter::Open(db, *sites));
  ASSIGN_OR_RETURN(errors, ErrorStore::Open(db));
  return absl::OkStatus();
}

CountStore::CountStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CountStore::~CountStore() = default;

absl::StatusOr<std::unique_ptr<CountStore>> CountStore::Open(const std::string& state_dir,
                                                             BackupOptions backup) {
  ASSIGN_OR_RETURN(StateLock lock, StateLock::Take(state_dir));
  RETURN_IF_ERROR(FinishRestore(state_dir, absl::Now()));
  RETURN_IF_ERROR(CheckNotEmptied(state_dir));
  auto impl = [&]() -> absl::StatusOr<std::unique_ptr<Impl>> {
    ASSIGN_OR_RETURN(Database db,
                     Database::Open(state_dir + "/logtally.db", Database::Mode::kWriter));
    RETURN_IF_ERROR(Migrate(db));
    RETURN_IF_ERROR(SyncDirectory(state_dir));
    auto opened = std::make_unique<Impl>(std::move(lock), std::move(db), state_dir, backup);
    RETURN_IF_ERROR(opened->Load());
    return opened;
  }();
  if (impl.ok()) return std::unique_ptr<CountStore>(new CountStore(*std::move(impl)));
  // A disk that was full when the last process ended: the reserve is what this one can start with.
  if (absl::IsResourceExhausted(impl.status())) ReserveFile(state_dir).Release();
  return impl.status();
}

absl::Status CountStore::Impl::Load() {
  ASSIGN_OR_RETURN(const int64_t ended_cleanly,
                   db.QueryInt("SELECT coalesce(max(value), 0) FROM meta "
                               "WHERE key = 'ended_cleanly'"));
  ASSIGN_OR_RETURN(const int64_t restored,
                   db.QueryInt("SELECT count(*) FROM meta WHERE key = 'restored'"));
  ASSIGN_OR_RETURN(const int64_t pages, db.QueryInt("PRAGMA page_count"));
  ASSIGN_OR_RETURN(const int64_t page_bytes, db.QueryInt("PRAGMA page_size"));
  if (ended_cleanly == 0 || pages * page_bytes <= kCheckedAtOnceBytes) {
    RETURN_IF_ERROR(db.QuickCheck(kCheckLimit));
  } else {
    check.emplace(db.path(), kCheckLimit);
  }
  // The schema has the version that it should have: what it lacks now was damaged.
  absl::Status prepared = PrepareStatements();
  if (absl::IsInternal(prepared)) prepared = absl::DataLossError(prepared.message());
  RETURN_IF_ERROR(prepared);
  ASSIGN_OR_RETURN(counts, LoadSnapshot(db));
  ASSIGN_OR_RETURN(const std::vector<FilePosition> known, logtally::LoadPositions(db));
  positions = PositionSeal(known);
  ASSIGN_OR_RETURN(horizons, LoadHorizons(db));
  next_horizons = horizons;
  RETURN_IF_ERROR(CheckSeal(db, counts, positions));
  db.SetBusyTimeout(kBusyTimeout);
  if (counts.commit_seq < lock.last_commit_seq()) return NoteRestored();
  start = restored != 0                                  ? StoreStart::kRestored
          : ended_cleanly != 0 || counts.commit_seq == 0 ? StoreStart::kClean
                                                         : StoreStart::kUnclean;
  return absl::OkStatus();
}

StoreStart CountStore::start() const { return impl_->start; }

const CountSnapshot& CountStore::counts() const { return impl_->counts; }

absl::StatusOr<std::vector<FilePosition>> CountStore::LoadPositions() {
  return logtally::LoadPositions(impl_->db);
}

absl::StatusOr<absl::Time> CountStore::LastCommitTime() {
  ASSIGN_OR_RETURN(const int64_t unix_ns,
                   impl_->db.QueryInt("SELECT value FROM meta WHERE key = 'last_commit_unix_ns'"));
  return unix_ns == 0 ? absl::InfinitePast() : absl::FromUnixNanos(unix_ns);
}

absl::Status CountStore::Impl::SetMeta(std::string_view key, int64_t value) {
  return sql->set_meta.BindText(1, key).BindInt(2, value).Run();
}

// One transaction; `next` is what holds after it.
absl::Status CountStore::Impl::Write(const CountBatch& batch,
                                     const std::vector<PositionUpdate>& updates,
                                     const CountSnapshot& next) {
  Failpoint("before_begin");
  RETURN_IF_ERROR(sql->begin.Run());
  for (const GrainInfo& info : kGrains) {
    const int64_t since = next_horizons.of(info.grain);
    if (since != horizons.of(info.grain)) RETURN_IF_ERROR(SetMeta(info.since, since));
  }
  RETURN_IF_ERROR(batches->Write(batch, next_horizons));
  RETURN_IF_ERROR(errors->Write(batch.error_details,
                                [&](SiteIndex site) { return sites->IdOf(batch.sites[site]); }));
  Failpoint("after_counts");
  for (const PositionUpdate& update : updates) {
    RETURN_IF_ERROR(position_rows->Write(update, next.commit_seq));
  }
  RETURN_IF_ERROR(position_rows->WriteTexts(batch));
  Failpoint("after_positions");
  RETURN_IF_ERROR(SetMeta("commit_seq", next.commit_seq));
  RETURN_IF_ERROR(SetMeta("last_commit_unix_ns", absl::GetCurrentTimeNanos()));
  RETURN_IF_ERROR(SetMeta("ended_cleanly", 0));
  RETURN_IF_ERROR(SetMeta("seal_vocabulary", SealVocabulary()));
  RETURN_IF_ERROR(SetMeta("seal", SealOf(next, positions.ValueWith(updates))));
  Failpoint("before_commit");
  RETURN_IF_ERROR(sql->commit.Run());
  Failpoint("after_commit_before_publish");
  return absl::OkStatus();
}

absl::Status CountStore::Commit(const CountBatch& batch,
                                const std::vector<PositionUpdate>& positions) {
  RETURN_IF_ERROR(impl_->db.CheckFilesInPlace());
  if (impl_->check) RETURN_IF_ERROR(impl_->check->result());
  CountSnapshot next = impl_->counts;
  next.Add(batch);
  ++next.commit_seq;
  const absl::Status status = impl_->Write(batch, positions, next);
  if (!status.ok()) {
    // After some errors (disk full, I/O) SQLite has rolled back by itself.
    if (impl_->db.in_transaction()) (void)impl_->db.Execute("ROLLBACK");
    impl_->sites->ForgetIds();
    impl_->batches->ForgetIds();
    impl_->errors->Forget();
    if (absl::IsResourceExhausted(status) || absl::IsUnknown(status)) impl_->MakeRoom();
    return status;
  }
  impl_->counts = std::move(next);
  impl_->horizons = impl_->next_horizons;
  for (const PositionUpdate& update : positions) impl_->positions.Set(update.position);
  impl_->lock.NoteCommit(impl_->counts.commit_seq);
  impl_->KeepReserve();
  return absl::OkStatus();
}

// With the write-ahead log in the database and empty, the next commit has its room.
void CountStore::Impl::MakeRoom() {
  backups.Abandon();
  reserve.Release();
  (void)db.Checkpoint();
}

void CountStore::Impl::KeepReserve() {
  const absl::Duration now = SystemClock().Elapsed();
  if (now < next_reserve) return;
  next_reserve = now + kReservePeriod;
  (void)reserve.Make();  // without one it goes as well, while there is room
}

absl::Status CountStore::EndCleanly(absl::Time now) {
  Failpoint("before_ended_cleanly");
  RETURN_IF_ERROR(impl_->SetMeta("ended_cleanly", 1));
  Failpoint("before_checkpoint");
  // All that follows is for comfort: what is in the write-ahead log is as safe.
  (void)impl_->db.Checkpoint();
  Failpoint("after_checkpoint");
  (void)impl_->backups.Finish(impl_->db, now);
  return absl::OkStatus();
}

absl::Status CountStore::NoteRestored() { return impl_->NoteRestored(); }

absl::Status CountStore::Impl::NoteRestored() {
  start = StoreStart::kRestored;
  return SetMeta("restored", 1);
}

absl::Status CountStore::NoteCaughtUp() {
  return impl_->db.Execute("DELETE FROM meta WHERE key = 'restored'");
}

absl::Status CountStore::TendBackup(absl::Time now) { return impl_->backups.Tend(impl_->db, now); }

bool CountStore::backup_running() const { return impl_->backups.running(); }

absl::Status CountStore::SetStatusCodes(const std::vector<StatusCodeRow>& rows) {
  const auto write = [&]() -> absl::Status {
    RETURN_IF_ERROR(impl_->db.Execute("BEGIN IMMEDIATE; DELETE FROM status_code;"));
    ASSIGN_OR_RETURN(
        Statement add,
        impl_->db.Prepare("INSERT INTO status_code VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"));
    for (const StatusCodeRow& row : rows) {
      add.BindInt(1, row.code).BindText(2, row.name).BindText(3, StatusClass(row.code));
      add.BindText(4, row.fault).BindInt(5, row.documented ? 1 : 0);
      add.BindText(6, row.meaning).BindText(7, row.source);
      RETURN_IF_ERROR(add.Run());
    }
    return impl_->db.Execute("COMMIT");
  };
  const absl::Status status = write();
  if (!status.ok() && impl_->db.in_transaction()) (void)impl_->db.Execute("ROLLBACK");
  if (absl::IsResourceExhausted(status)) impl_->MakeRoom();
  return status;
}

void CountStore::KeepFrom(const Retention& retention, absl::Time now) {
  impl_->next_horizons.Raise(retention, now);
}

absl::StatusOr<bool> CountStore::Prune(int64_t max_rows) {
  const absl::StatusOr<bool> pruned = PruneStep(impl_->db, impl_->horizons, max_rows);
  if (!pruned.ok() || *pruned) impl_->errors->Forget();
  return pruned;
}

void CountStore::SetErrorMemory(int64_t max_bytes) { impl_->errors->SetMaxBytes(max_bytes); }

int64_t CountStore::SizeBytes() const {
  return FileBytes(impl_->db.path()) + FileBytes(impl_->db.path() + "-wal");
}

int64_t CountStore::WalBytes() const { return FileBytes(impl_->db.path() + "-wal"); }

}  // namespace logtally
