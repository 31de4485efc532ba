#include "store/batch_writer.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"

namespace logtally {

struct BatchWriter::Impl {
  Impl(Database& database, NameTable& site_names) : db(database), sites(site_names) {}

  absl::Status PrepareStatements();
  absl::Status WriteCounts(const CountBatch& batch, const Horizons& horizons);
  absl::Status WriteRejects(const CountBatch& batch, const Horizons& horizons);
  absl::Status WriteIntake(const CountBatch& batch);
  absl::Status WriteDurations(const CountBatch& batch);
  absl::Status WriteLosses(const CountBatch& batch);
  absl::StatusOr<int64_t> SiteId(const CountBatch& batch, SiteIndex site) {
    return sites.IdOf(batch.sites[site]);
  }

  Database& db;
  NameTable& sites;
  std::optional<NameTable> methods, reasons;

  // Prepared once; each is used in every commit.
  struct Statements {
    Statement add_total, add_reject_total, add_intake, add_overflow;
    std::array<Statement, kGrains.size()> add_responses, add_rejects;  // by Grain
    Statement add_duration_bucket, add_duration_sum;
    Statement add_loss, add_loss_total;
  };
  std::optional<Statements> sql;
};

absl::Status BatchWriter::Impl::PrepareStatements() {
  ASSIGN_OR_RETURN(methods, NameTable::Open(db, "method"));
  ASSIGN_OR_RETURN(reasons, NameTable::Open(db, "reason"));

  absl::Status failed;
  const auto prepare = [&](std::string_view text) { return db.Prepare(text, failed); };
  const auto by_grain = [&](std::string_view GrainInfo::*table, std::string_view values) {
    const auto of = [&](const GrainInfo& info) {
      return prepare(absl::StrFormat("INSERT INTO %s VALUES %s", info.*table, values));
    };
    return std::array<Statement, kGrains.size()>{of(kGrains[0]), of(kGrains[1]), of(kGrains[2])};
  };
  sql.emplace(Statements{
      .add_total =
          prepare("INSERT INTO total VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET "
                  "responses = responses + ?4, bytes = min(bytes, ?7 - ?5) + ?5"),
      .add_reject_total = prepare("INSERT INTO reject_total VALUES (?1, ?2, ?3) ON CONFLICT DO "
                                  "UPDATE SET lines = lines + ?3"),
      .add_intake = prepare("INSERT INTO intake VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET "
                            "read_bytes = read_bytes + ?2, "
                            "last_line_unix = max(last_line_unix, ?3), "
                            "untimed = untimed + ?4"),
      .add_overflow =
          prepare("INSERT INTO label_overflow VALUES (?1, ?2) ON CONFLICT DO UPDATE SET "
                  "counts = counts + ?2"),
      .add_responses = by_grain(&GrainInfo::responses,
                                "(?6, ?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET responses = "
                                "responses + ?4, bytes = min(bytes, ?7 - ?5) + ?5"),
      .add_rejects = by_grain(&GrainInfo::rejects,
                              "(?4, ?1, ?2, ?3) ON CONFLICT DO UPDATE SET lines = lines + ?3"),
      .add_duration_bucket = prepare("INSERT INTO duration_bucket VALUES (?1, ?2, ?3, ?4, ?5) ON "
                                     "CONFLICT DO UPDATE SET observations = observations + ?5"),
      .add_duration_sum = prepare("INSERT INTO duration_sum VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO "
                                  "UPDATE SET seconds = seconds + ?4"),
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

// Many minutes of a batch have the same hour, day and totals: those are added up before they are
// written. A key whose minute is kUntimed stands for the totals.
absl::Status BatchWriter::Impl::WriteCounts(const CountBatch& batch, const Horizons& horizons) {
  absl::flat_hash_map<CountKey, Tally> totals;
  std::array<absl::flat_hash_map<CountKey, Tally>, kGrains.size()> coarse;  // kMinute: not used
  const auto add = [&](Statement& statement, const CountKey& key,
                       const Tally& tally) -> absl::Status {
    ASSIGN_OR_RETURN(const int64_t site_id, SiteId(batch, key.site));
    ASSIGN_OR_RETURN(const int64_t method_id, methods->IdOf(MethodName(key.method)));
    statement.BindInt(1, site_id).BindInt(2, key.code).BindInt(3, method_id);
    statement.BindInt(4, tally.responses).BindInt(5, tally.bytes).BindInt(7, Tally::kMaxBytes);
    if (key.minute_unix != kUntimed) statement.BindInt(6, key.minute_unix);
    return statement.Run();
  };
  for (const auto& [key, tally] : batch.counts) {
    CountKey part = key;
    part.minute_unix = kUntimed;
    totals[part] += tally;
    if (key.minute_unix == kUntimed) continue;
    for (const GrainInfo& info : kGrains) {
      part.minute_unix = key.minute_unix - key.minute_unix % info.seconds;
      if (part.minute_unix < horizons.of(info.grain)) continue;
      const auto grain = static_cast<size_t>(info.grain);
      if (info.grain == Grain::kMinute) {
        RETURN_IF_ERROR(add(sql->add_responses[grain], part, tally));
      } else {
        coarse[grain][part] += tally;
      }
    }
  }
  for (size_t grain = 0; grain < kGrains.size(); ++grain) {
    for (const auto& [key, tally] : coarse[grain]) {
      RETURN_IF_ERROR(add(sql->add_responses[grain], key, tally));
    }
  }
  for (const auto& [key, tally] : totals) RETURN_IF_ERROR(add(sql->add_total, key, tally));
  return absl::OkStatus();
}

absl::Status BatchWriter::Impl::WriteRejects(const CountBatch& batch, const Horizons& horizons) {
  for (const auto& [key, lines] : batch.rejects) {
    ASSIGN_OR_RETURN(const int64_t site_id, SiteId(batch, key.site));
    ASSIGN_OR_RETURN(const int64_t reason_id, reasons->IdOf(RejectReasonName(key.reason)));
    sql->add_reject_total.BindInt(1, site_id).BindInt(2, reason_id).BindInt(3, lines);
    RETURN_IF_ERROR(sql->add_reject_total.Run());
    if (key.minute_unix == kUntimed) continue;
    for (const GrainInfo& info : kGrains) {
      const int64_t time_unix = key.minute_unix - key.minute_unix % info.seconds;
      if (time_unix < horizons.of(info.grain)) continue;
      Statement& add = sql->add_rejects[static_cast<size_t>(info.grain)];
      add.BindInt(1, site_id).BindInt(2, reason_id).BindInt(3, lines).BindInt(4, time_unix);
      RETURN_IF_ERROR(add.Run());
    }
  }
  return absl::OkStatus();
}

absl::Status BatchWriter::Impl::WriteIntake(const CountBatch& batch) {
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

absl::Status BatchWriter::Impl::WriteDurations(const CountBatch& batch) {
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

absl::Status BatchWriter::Impl::WriteLosses(const CountBatch& batch) {
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

BatchWriter::BatchWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
BatchWriter::BatchWriter(BatchWriter&&) noexcept = default;
BatchWriter& BatchWriter::operator=(BatchWriter&&) noexcept = default;
BatchWriter::~BatchWriter() = default;

absl::StatusOr<BatchWriter> BatchWriter::Open(Database& database, NameTable& sites) {
  auto impl = std::make_unique<Impl>(database, sites);
  RETURN_IF_ERROR(impl->PrepareStatements());
  return BatchWriter(std::move(impl));
}

absl::Status BatchWriter::Write(const CountBatch& batch, const Horizons& horizons) {
  RETURN_IF_ERROR(impl_->WriteCounts(batch, horizons));
  RETURN_IF_ERROR(impl_->WriteRejects(batch, horizons));
  RETURN_IF_ERROR(impl_->WriteIntake(batch));
  RETURN_IF_ERROR(impl_->WriteDurations(batch));
  return impl_->WriteLosses(batch);
}

void BatchWriter::ForgetIds() {
  impl_->methods->ForgetIds();
  impl_->reasons->ForgetIds();
}

}  // namespace logtally
