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
#include "store/database.h"
#include "store/durable_file.h"
#include "store/error_store.h"
#include "store/migrations.h"
#include "store/name_table.h"
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

// A check of the whole file after a clean stop is worth this much of its size (0.3 s)…
constexpr int64_t kAlwaysCheckedBytes = 64 << 20;
// …and after another end this much time.
constexpr absl::Duration kCheckLimit = absl::Seconds(10);

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
  absl::Status WriteBatch(const CountBatch& batch);
  absl::Status WriteCounts(const CountBatch& batch);
  absl::Status WriteRejects(const CountBatch& batch);
  absl::Status WriteIntake(const CountBatch& batch);
  absl::Status WriteDurations(const CountBatch& batch);
  absl::Status WriteLosses(const CountBatch& batch);
  absl::Status WritePosition(const PositionUpdate& update, int64_t commit_seq);
  absl::Status WriteTexts(const CountBatch& batch);
  absl::StatusOr<int64_t> TextId(const TextKey& text);
  absl::StatusOr<int64_t> SiteId(const CountBatch& batch, SiteIndex site) {
    return sites->IdOf(batch.sites[site]);
  }

  StateLock lock;
  Database db;
  ReserveFile reserve;
  BackupWriter backups;  // after `db`: it goes first
  CountSnapshot counts;
  PositionSeal positions;
  StoreStart start = StoreStart::kClean;
  absl::Duration next_reserve = -absl::InfiniteDuration();  // on Clock::Elapsed

  // Prepared once; each is used in every commit.
  struct Statements {
    Statement begin, commit, set_meta;
    Statement add_total, add_minute, add_reject_total, add_reject_minute, add_intake, add_overflow;
    Statement add_duration_bucket, add_duration_sum;
    Statement add_position, swap_position;
    Statement text_id, add_text_code, add_text_rejects;
    Statement add_loss, add_loss_total;
  };
  std::optional<Statements> sql;
  std::optional<NameTable> sites, methods, reasons;
  std::optional<ErrorStore> errors;
};

absl::Status CountStore::Impl::PrepareStatements() {
  ASSIGN_OR_RETURN(sites, NameTable::Open(db, "site"));
  ASSIGN_OR_RETURN(methods, NameTable::Open(db, "method"));
  ASSIGN_OR_RETURN(reasons, NameTable::Open(db, "reason"));
  ASSIGN_OR_RETURN(errors, ErrorStore::Open(db));

  absl::Status failed;
  const auto prepare = [&](std::string_view text) -> Statement {
    absl::StatusOr<Statement> statement = db.Prepare(text);
    if (statement.ok()) return *std::move(statement);
    failed.Update(statement.status());
    return Statement::None();
  };
  sql.emplace(Statements{
      .begin = prepare("BEGIN IMMEDIATE"),
      .commit = prepare("COMMIT"),
      .set_meta = prepare("INSERT INTO meta VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2"),
      .add_total =
          prepare("INSERT INTO total VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET "
                  "responses = responses + ?4, bytes = min(bytes, ?7 - ?5) + ?5"),
      .add_minute = prepare("INSERT INTO minute VALUES (?6, ?1, ?2, ?3, ?4, ?5) ON CONFLICT DO "
                            "UPDATE SET responses = responses + ?4, "
                            "bytes = min(bytes, ?7 - ?5) + ?5"),
      .add_reject_total = prepare("INSERT INTO reject_total VALUES (?1, ?2, ?3) ON CONFLICT DO "
                                  "UPDATE SET lines = lines + ?3"),
      .add_reject_minute = prepare("INSERT INTO reject_minute VALUES (?4, ?1, ?2, ?3) ON CONFLICT "
                                   "DO UPDATE SET lines = lines + ?3"),
      .add_intake = prepare("INSERT INTO intake VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET "
                            "read_bytes = read_bytes + ?2, "
                            "last_line_unix = max(last_line_unix, ?3), "
                            "untimed = untimed + ?4"),
      .add_overflow =
          prepare("INSERT INTO label_overflow VALUES (?1, ?2) ON CONFLICT DO UPDATE SET "
                  "counts = counts + ?2"),
      .add_duration_bucket = prepare("INSERT INTO duration_bucket VALUES (?1, ?2, ?3, ?4, ?5) ON "
                                     "CONFLICT DO UPDATE SET observations = observations + ?5"),
      .add_duration_sum = prepare("INSERT INTO duration_sum VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO "
                                  "UPDATE SET seconds = seconds + ?4"),
      .add_position =
          prepare("INSERT INTO file_text (site_id, inode, btime_ns, generation, device, offset, "
                  "size_seen, head_length, head_hash, anchor_length, anchor_hash, state, path, "
                  "commit_seq, start_offset, continues_inode, continues_btime_ns, "
                  "continues_generation, rejected_lines) VALUES (?1, ?2, ?3, ?4, ?5, "
                  "?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, 0) ON "
                  "CONFLICT DO NOTHING"),
      .swap_position =
          prepare("UPDATE file_text SET device = ?5, offset = ?6, size_seen = ?7, "
                  "head_length = ?8, head_hash = ?9, anchor_length = ?10, anchor_hash = ?11, "
                  "state = ?12, path = ?13, commit_seq = ?14 WHERE site_id = ?1 "
                  "AND inode = ?2 "
                  "AND btime_ns = ?3 AND generation = ?4 AND offset = ?15"),
      .text_id = prepare("SELECT id FROM file_text WHERE site_id = ?1 AND inode = ?2 AND "
                         "btime_ns = ?3 AND generation = ?4"),
      .add_text_code = prepare("INSERT INTO file_text_code VALUES (?1, ?2, ?3) ON CONFLICT DO "
                               "UPDATE SET responses = responses + ?3"),
      .add_text_rejects =
          prepare("UPDATE file_text SET rejected_lines = rejected_lines + ?2 WHERE id = ?1"),
      .add_loss = prepare("INSERT INTO loss VALUES (?8, ?1, ?2, ?7, ?3, ?4, ?5, ?6, ?9) ON "
                          "CONFLICT DO UPDATE SET losses = losses + ?3, bytes = bytes + ?4, "
                          "lines = lines + ?5, from_unix = min(from_unix, ?6), "
                          "to_unix = max(to_unix, ?9)"),
      .add_loss_total = prepare("INSERT INTO loss_total VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?9) ON "
                                "CONFLICT DO UPDATE SET losses = losses + ?3, "
                                "bytes = bytes + ?4, lines = lines + ?5, "
                                "from_unix = min(from_unix, ?6), to_unix = max(to_unix, ?9)"),
  });
  return failed;
}

absl::Status CountStore::Impl::WriteBatch(const CountBatch& batch) {
  RETURN_IF_ERROR(WriteCounts(batch));
  RETURN_IF_ERROR(WriteRejects(batch));
  RETURN_IF_ERROR(WriteIntake(batch));
  RETURN_IF_ERROR(WriteDurations(batch));
  RETURN_IF_ERROR(
      errors->Write(batch.error_details, [&](SiteIndex site) { return SiteId(batch, site); }));
  return WriteLosses(batch);
}

absl::Status CountStore::Impl::WriteCounts(const CountBatch& batch) {
  for (const auto& [key, tally] : batch.counts) {
    ASSIGN_OR_RETURN(const int64_t site_id, SiteId(batch, key.site));
    ASSIGN_OR_RETURN(const int64_t method_id, methods->IdOf(MethodName(key.method)));
    for (Statement* add : {&sql->add_total, &sql->add_minute}) {
      if (add == &sql->add_minute) {
        if (key.minute_unix == kUntimed) continue;
        add->BindInt(6, key.minute_unix);
      }
      add->BindInt(1, site_id).BindInt(2, key.code).BindInt(3, method_id);
      add->BindInt(4, tally.responses).BindInt(5, tally.bytes).BindInt(7, Tally::kMaxBytes);
      RETURN_IF_ERROR(add->Run());
    }
  }
  return absl::OkStatus();
}

absl::Status CountStore::Impl::WriteRejects(const CountBatch& batch) {
  for (const auto& [key, lines] : batch.rejects) {
    ASSIGN_OR_RETURN(const int64_t site_id, SiteId(batch, key.site));
    ASSIGN_OR_RETURN(const int64_t reason_id, reasons->IdOf(RejectReasonName(key.reason)));
    for (Statement* add : {&sql->add_reject_total, &sql->add_reject_minute}) {
      if (add == &sql->add_reject_minute) {
        if (key.minute_unix == kUntimed) continue;
        add->BindInt(4, key.minute_unix);
      }
      add->BindInt(1, site_id).BindInt(2, reason_id).BindInt(3, lines);
      RETURN_IF_ERROR(add->Run());
    }
  }
  return absl::OkStatus();
}

absl::Status CountStore::Impl::WriteIntake(const CountBatch& batch) {
  for (const auto& [site, intake] : batch.intake) {
    ASSIGN_OR_RETURN(const int64_t site_id, SiteId(batch, site));
    const auto untimed = batch.untimed.find(site);
    sql->add_intake.BindInt(1, site_id).BindInt(2, intake.read_bytes);
    sql->add_intake.BindInt(3, intake.last_line_unix);
    sql->add_intake.BindInt(4, untimed == batch.untimed.end() ? 0 : untimed->second);
    RETURN_IF_ERROR(sql->add_intake.Run());
  }
  for (int label = 0; label < kCappedLabelCount; ++label) {
    if (batch.overflowed[label] == 0) continue;
    sql->add_overflow.BindText(1, CappedLabelName(static_cast<CappedLabel>(label)));
    sql->add_overflow.BindInt(2, batch.overflowed[label]);
    RETURN_IF_ERROR(sql->add_overflow.Run());
  }
  return absl::OkStatus();
}

absl::Status CountStore::Impl::WriteDurations(const CountBatch& batch) {
  for (const auto& [key, histogram] : batch.durations) {
    ASSIGN_OR_RETURN(const int64_t site_id, SiteId(batch, key.site));
    for (Statement* add : {&sql->add_duration_bucket, &sql->add_duration_sum}) {
      add->BindInt(1, site_id).BindText(2, DurationKindName(key.kind)).BindInt(3, key.status_class);
    }
    for (size_t bucket = 0; bucket < histogram.buckets.size(); ++bucket) {
      if (histogram.buckets[bucket] == 0) continue;
      sql->add_duration_bucket.BindInt(4, static_cast<int64_t>(bucket));
      sql->add_duration_bucket.BindInt(5, histogram.buckets[bucket]);
      RETURN_IF_ERROR(sql->add_duration_bucket.Run());
    }
    sql->add_duration_sum.BindDouble(4, histogram.sum_seconds);
    RETURN_IF_ERROR(sql->add_duration_sum.Run());
  }
  return absl::OkStatus();
}

absl::Status CountStore::Impl::WriteLosses(const CountBatch& batch) {
  for (const auto& [key, tally] : batch.losses) {
    ASSIGN_OR_RETURN(const int64_t site_id, SiteId(batch, key.site));
    for (Statement* add : {&sql->add_loss, &sql->add_loss_total}) {
      add->BindInt(1, site_id).BindText(2, LossCauseName(key.cause)).BindInt(3, tally.losses);
      add->BindInt(4, tally.bytes).BindInt(5, tally.lines);
      add->BindInt(6, tally.from_unix).BindInt(9, tally.to_unix);
      if (add == &sql->add_loss) add->BindText(7, key.path).BindInt(8, key.hour_unix);
      RETURN_IF_ERROR(add->Run());
    }
  }
  return absl::OkStatus();
}

absl::Status CountStore::Impl::WritePosition(const PositionUpdate& update, int64_t commit_seq) {
  const FilePosition& p = update.position;
  ASSIGN_OR_RETURN(const int64_t site_id, sites->IdOf(p.key.site));
  const bool known = update.stored_offset.has_value();
  Statement& write = known ? sql->swap_position : sql->add_position;
  write.BindInt(1, site_id).BindInt(2, static_cast<int64_t>(p.key.inode));
  write.BindInt(3, p.key.btime_ns).BindInt(4, p.generation);
  write.BindInt(5, static_cast<int64_t>(p.device)).BindInt(6, p.offset).BindInt(7, p.size_seen);
  write.BindInt(8, p.head_length).BindInt(9, static_cast<int64_t>(p.head_hash));
  write.BindInt(10, p.anchor_length).BindInt(11, static_cast<int64_t>(p.anchor_hash));
  write.BindText(12, FileStateName(p.state)).BindText(13, p.path).BindInt(14, commit_seq);
  if (known) {
    write.BindInt(15, *update.stored_offset);
  } else {
    write.BindInt(15, p.start_offset);
    if (p.continues) {
      write.BindInt(16, static_cast<int64_t>(p.continues->file.inode));
      write.BindInt(17, p.continues->file.btime_ns).BindInt(18, p.continues->generation);
    } else {
      write.BindNull(16).BindNull(17).BindNull(18);
    }
  }
  RETURN_IF_ERROR(write.Run());
  if (db.changes() == 1) return absl::OkStatus();
  return absl::AbortedError(absl::StrFormat(
      "store the position of %s: the database does not hold the position that this process left "
      "there, so something else has written to %s; stop it, then start again",
      p.path, db.path()));
}

absl::StatusOr<int64_t> CountStore::Impl::TextId(const TextKey& text) {
  ASSIGN_OR_RETURN(const int64_t site_id, sites->IdOf(text.file.site));
  sql->text_id.BindInt(1, site_id).BindInt(2, static_cast<int64_t>(text.file.inode));
  sql->text_id.BindInt(3, text.file.btime_ns).BindInt(4, text.generation);
  ASSIGN_OR_RETURN(const bool row, sql->text_id.Step());
  const int64_t id = row ? sql->text_id.ColumnInt(0) : 0;
  sql->text_id.Reset();
  if (row) return id;
  return absl::InternalError(
      absl::StrFormat("store what inode %d of site %s gave: no position came with it",
                      text.file.inode, text.file.site));
}

absl::Status CountStore::Impl::WriteTexts(const CountBatch& batch) {
  std::vector<int64_t> ids(batch.texts.size(), 0);
  const auto id_of = [&](TextIndex text) -> absl::StatusOr<int64_t> {
    if (ids[text] == 0) {
      ASSIGN_OR_RETURN(ids[text], TextId(batch.texts[text]));
    }
    return ids[text];
  };
  for (const auto& [key, responses] : batch.text_codes) {
    ASSIGN_OR_RETURN(const int64_t id, id_of(key.text));
    sql->add_text_code.BindInt(1, id).BindInt(2, key.code).BindInt(3, responses);
    RETURN_IF_ERROR(sql->add_text_code.Run());
  }
  for (const auto& [text, lines] : batch.text_rejects) {
    ASSIGN_OR_RETURN(const int64_t id, id_of(text));
    RETURN_IF_ERROR(sql->add_text_rejects.BindInt(1, id).BindInt(2, lines).Run());
  }
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
  if (ended_cleanly == 0 || pages * page_bytes <= kAlwaysCheckedBytes) {
    RETURN_IF_ERROR(db.QuickCheck(kCheckLimit));
  }
  // The schema has the version that it should have: what it lacks now was damaged.
  absl::Status prepared = PrepareStatements();
  if (absl::IsInternal(prepared)) prepared = absl::DataLossError(prepared.message());
  RETURN_IF_ERROR(prepared);
  ASSIGN_OR_RETURN(counts, LoadSnapshot(db));
  ASSIGN_OR_RETURN(const std::vector<FilePosition> known, logtally::LoadPositions(db));
  positions = PositionSeal(known);
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
  RETURN_IF_ERROR(WriteBatch(batch));
  Failpoint("after_counts");
  for (const PositionUpdate& update : updates) {
    RETURN_IF_ERROR(WritePosition(update, next.commit_seq));
  }
  RETURN_IF_ERROR(WriteTexts(batch));
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
  CountSnapshot next = impl_->counts;
  next.Add(batch);
  ++next.commit_seq;
  const absl::Status status = impl_->Write(batch, positions, next);
  if (!status.ok()) {
    // After some errors (disk full, I/O) SQLite has rolled back by itself.
    if (impl_->db.in_transaction()) (void)impl_->db.Execute("ROLLBACK");
    for (auto* names : {&impl_->sites, &impl_->methods, &impl_->reasons}) (*names)->ForgetIds();
    impl_->errors->Forget();
    if (absl::IsResourceExhausted(status) || absl::IsUnknown(status)) impl_->MakeRoom();
    return status;
  }
  impl_->counts = std::move(next);
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

absl::StatusOr<int64_t> CountStore::Prune(int64_t before_unix, int64_t limit) {
  int64_t pruned = 0;
  impl_->errors->Forget();
  for (const auto& [table, time, keys] :
       {std::tuple("minute", "minute_unix", "minute_unix, site_id, code, method_id"),
        std::tuple("reject_minute", "minute_unix", "minute_unix, site_id, reason_id"),
        std::tuple("error_hour", "hour_unix", "hour_unix, site_id, code"),
        std::tuple("loss", "hour_unix", "hour_unix, site_id, cause, path")}) {
    ASSIGN_OR_RETURN(Statement remove,
                     impl_->db.Prepare(absl::StrFormat(
                         "DELETE FROM %1$s WHERE (%3$s) IN (SELECT %3$s FROM %1$s WHERE %2$s < ?1 "
                         "ORDER BY %3$s LIMIT ?2)",
                         table, time, keys)));
    RETURN_IF_ERROR(remove.BindInt(1, before_unix).BindInt(2, limit).Run());
    pruned += impl_->db.changes();
  }
  return pruned;
}

void CountStore::SetErrorMemory(int64_t max_bytes) { impl_->errors->SetMaxBytes(max_bytes); }

int64_t CountStore::SizeBytes() const {
  int64_t bytes = 0;
  for (const char* suffix : {"", "-wal"}) {
    std::error_code missing;
    const auto size = std::filesystem::file_size(impl_->db.path() + suffix, missing);
    if (!missing) bytes += static_cast<int64_t>(size);
  }
  return bytes;
}

}  // namespace logtally
