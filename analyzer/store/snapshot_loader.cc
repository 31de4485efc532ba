#include "store/snapshot_loader.h"

#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"

namespace logtally {
namespace {

// Runs `query` and calls `take` with each row.
template <typename Take>
absl::Status ForEachRow(Database& database, std::string_view query, Take take) {
  ASSIGN_OR_RETURN(Statement rows, database.Prepare(query));
  return rows.ForEachRow([&] { take(rows); });
}

RejectReason ReasonNamed(std::string_view name) {
  for (int i = 0; i < kRejectReasonCount; ++i) {
    if (RejectReasonName(static_cast<RejectReason>(i)) == name) return static_cast<RejectReason>(i);
  }
  return RejectReason::kNoMatch;
}

absl::Status LoadDurations(Database& database, CountSnapshot& snapshot) {
  const auto histogram = [&](const Statement& row) -> DurationHistogram& {
    const auto kind = row.ColumnText(1) == DurationKindName(DurationKind::kUpstream)
                          ? DurationKind::kUpstream
                          : DurationKind::kRequest;
    const auto status_class = static_cast<int8_t>(row.ColumnInt(2));
    return snapshot.sites[std::string(row.ColumnText(0))].durations[{kind, status_class}];
  };
  RETURN_IF_ERROR(
      ForEachRow(database,
                 "SELECT site.name, kind, status_class, bucket, observations FROM duration_bucket "
                 "JOIN site ON site.id = site_id",
                 [&](const Statement& row) {
                   DurationHistogram& target = histogram(row);
                   const auto bucket = static_cast<size_t>(row.ColumnInt(3));
                   if (bucket < target.buckets.size()) target.buckets[bucket] += row.ColumnInt(4);
                 }));
  return ForEachRow(
      database,
      "SELECT site.name, kind, status_class, seconds FROM duration_sum "
      "JOIN site ON site.id = site_id",
      [&](const Statement& row) { histogram(row).sum_seconds = row.ColumnDouble(3); });
}

}  // namespace

absl::StatusOr<CountSnapshot> LoadSnapshot(Database& database) {
  CountSnapshot snapshot;
  ASSIGN_OR_RETURN(snapshot.commit_seq,
                   database.QueryInt("SELECT value FROM meta WHERE key = 'commit_seq'"));
  RETURN_IF_ERROR(ForEachRow(database,
                             "SELECT site.name, code, method.name, responses, bytes FROM total "
                             "JOIN site ON site.id = site_id JOIN method ON method.id = method_id",
                             [&](const Statement& row) {
                               SiteCounts& site = snapshot.sites[std::string(row.ColumnText(0))];
                               const auto code = static_cast<StatusCode>(row.ColumnInt(1));
                               site.responses[{code, ParseMethod(row.ColumnText(2))}] +=
                                   Tally{row.ColumnInt(3), row.ColumnInt(4)};
                             }));
  RETURN_IF_ERROR(ForEachRow(database,
                             "SELECT site.name, reason.name, lines FROM reject_total "
                             "JOIN site ON site.id = site_id JOIN reason ON reason.id = reason_id",
                             [&](const Statement& row) {
                               const auto reason =
                                   static_cast<size_t>(ReasonNamed(row.ColumnText(1)));
                               snapshot.sites[std::string(row.ColumnText(0))].rejects[reason] +=
                                   row.ColumnInt(2);
                             }));
  RETURN_IF_ERROR(ForEachRow(database,
                             "SELECT site.name, read_bytes, last_line_unix, untimed "
                             "FROM intake JOIN site ON site.id = site_id",
                             [&](const Statement& row) {
                               SiteCounts& site = snapshot.sites[std::string(row.ColumnText(0))];
                               site.intake = {row.ColumnInt(1), row.ColumnInt(2)};
                               site.untimed = row.ColumnInt(3);
                             }));
  RETURN_IF_ERROR(
      ForEachRow(database, "SELECT label, counts FROM label_overflow", [&](const Statement& row) {
        for (int i = 0; i < kCappedLabelCount; ++i) {
          if (CappedLabelName(static_cast<CappedLabel>(i)) == row.ColumnText(0)) {
            snapshot.overflowed[i] = row.ColumnInt(1);
          }
        }
      }));
  RETURN_IF_ERROR(ForEachRow(
      database,
      "SELECT site.name, cause, losses, bytes, lines, from_unix, to_unix FROM loss_total "
      "JOIN site ON site.id = site_id",
      [&](const Statement& row) {
        const auto cause = ParseLossCause(row.ColumnText(1));
        if (!cause) return;  // of a newer program
        snapshot.sites[std::string(row.ColumnText(0))].losses[static_cast<int>(*cause)] =
            LossTally{row.ColumnInt(2), row.ColumnInt(3), row.ColumnInt(4), row.ColumnInt(5),
                      row.ColumnInt(6)};
      }));
  RETURN_IF_ERROR(ForEachRow(database,
                             "SELECT site.name, lines FROM unlisted_errors "
                             "JOIN site ON site.id = site_id",
                             [&](const Statement& row) {
                               snapshot.sites[std::string(row.ColumnText(0))].unlisted_errors =
                                   row.ColumnInt(1);
                             }));
  RETURN_IF_ERROR(LoadDurations(database, snapshot));
  return snapshot;
}

absl::StatusOr<std::vector<FilePosition>> LoadPositions(Database& database) {
  std::vector<FilePosition> positions;
  absl::Status damaged;
  RETURN_IF_ERROR(ForEachRow(
      database,
      "SELECT site.name, inode, btime_ns, device, generation, offset, size_seen, head_length, "
      "head_hash, anchor_length, anchor_hash, state, path, start_offset, continues_inode IS NULL, "
      "continues_inode, continues_btime_ns, continues_generation FROM file_text "
      "JOIN site ON site.id = site_id ORDER BY commit_seq, btime_ns, inode, generation",
      [&](const Statement& row) {
        FilePosition position;
        position.key = {std::string(row.ColumnText(0)), static_cast<uint64_t>(row.ColumnInt(1)),
                        row.ColumnInt(2)};
        position.device = static_cast<uint64_t>(row.ColumnInt(3));
        position.generation = row.ColumnInt(4);
        position.offset = row.ColumnInt(5);
        position.size_seen = row.ColumnInt(6);
        position.head_length = static_cast<int32_t>(row.ColumnInt(7));
        position.head_hash = static_cast<uint64_t>(row.ColumnInt(8));
        position.anchor_length = static_cast<int32_t>(row.ColumnInt(9));
        position.anchor_hash = static_cast<uint64_t>(row.ColumnInt(10));
        position.path = std::string(row.ColumnText(12));
        position.start_offset = row.ColumnInt(13);
        if (row.ColumnInt(14) == 0) {
          position.continues = {
              {position.key.site, static_cast<uint64_t>(row.ColumnInt(15)), row.ColumnInt(16)},
              row.ColumnInt(17)};
        }
        const auto state = ParseFileState(row.ColumnText(11));
        if (!state || position.start_offset < 0 || position.offset < position.start_offset ||
            position.head_length < 0 || position.head_length > 1024 || position.anchor_length < 0 ||
            position.anchor_length > 128) {
          // Guessing would count lines twice or never: better to say so than to go on.
          damaged = absl::DataLossError(absl::StrFormat(
              "read the position of %s from %s: the row makes no sense; restore the database from "
              "a backup, or start with an empty --state-dir",
              position.path, database.path()));
          return;
        }
        position.state = *state;
        positions.push_back(std::move(position));
      }));
  RETURN_IF_ERROR(damaged);
  return positions;
}

}  // namespace logtally
