#include "store/error_store.h"

#include <optional>
#include <string>

#include "base/status_macros.h"

namespace logtally {
namespace {

Statement& BindKey(Statement& statement, int64_t hour_unix, int64_t site_id, StatusCode code) {
  return statement.BindInt(1, hour_unix).BindInt(2, site_id).BindInt(3, code);
}

}  // namespace

void RestoreValue(int64_t kind, TopValues::Entry entry, ErrorDetails& details) {
  if (kind < 0 || kind >= static_cast<int64_t>(kErrorLists)) return;
  details.lists[static_cast<size_t>(kind)].Restore(std::move(entry));
}

DistinctCount RestoreClients(std::string_view sketch) {
  return DistinctCount::FromBytes(sketch).value_or(DistinctCount());
}

absl::StatusOr<ErrorStore> ErrorStore::Open(Database& database) {
  ASSIGN_OR_RETURN(Statement hour,
                   database.Prepare("SELECT client_sketch, first_line, last_line FROM error_hour "
                                    "WHERE hour_unix = ?1 AND site_id = ?2 AND code = ?3"));
  ASSIGN_OR_RETURN(Statement values,
                   database.Prepare("SELECT kind, slot, value, responses, overcount "
                                    "FROM error_value WHERE hour_unix = ?1 AND site_id = ?2 "
                                    "AND code = ?3 ORDER BY kind, slot"));
  ASSIGN_OR_RETURN(Statement drop_values,
                   database.Prepare("DELETE FROM error_value WHERE hour_unix = ?1 "
                                    "AND site_id = ?2 AND code = ?3"));
  ASSIGN_OR_RETURN(
      Statement add_value,
      database.Prepare("INSERT INTO error_value VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"));
  ASSIGN_OR_RETURN(
      Statement set_value,
      database.Prepare("UPDATE error_value SET value = ?6, responses = ?7, overcount = ?8 "
                       "WHERE hour_unix = ?1 AND site_id = ?2 AND code = ?3 AND kind = ?4 "
                       "AND slot = ?5"));
  ASSIGN_OR_RETURN(Statement put_hour,
                   database.Prepare("REPLACE INTO error_hour VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"));
  ASSIGN_OR_RETURN(Statement add_unlisted,
                   database.Prepare("INSERT INTO unlisted_errors VALUES (?1, ?2) ON CONFLICT DO "
                                    "UPDATE SET lines = lines + ?2"));
  return ErrorStore({std::move(hour), std::move(values), std::move(drop_values),
                     std::move(add_value), std::move(set_value), std::move(put_hour),
                     std::move(add_unlisted)});
}

absl::Status ErrorStore::Write(const ErrorDetailsByKey& batch,
                               const std::function<absl::StatusOr<int64_t>(SiteIndex)>& id_of) {
  ++writes_;
  for (const auto& [key, details] : batch.by_key()) {
    ASSIGN_OR_RETURN(const int64_t site_id, id_of(key.site));
    RETURN_IF_ERROR(WriteKey({key.hour_unix, site_id, key.code}, details));
  }
  for (const auto& [site, lines] : batch.unlisted()) {
    ASSIGN_OR_RETURN(const int64_t site_id, id_of(site));
    RETURN_IF_ERROR(sql_.add_unlisted.BindInt(1, site_id).BindInt(2, lines).Run());
  }
  return absl::OkStatus();
}

absl::StatusOr<ErrorStore::StoredDetails> ErrorStore::Load(const StoredKey& key) {
  StoredDetails stored;
  ErrorDetails& details = stored.details;
  BindKey(sql_.hour, key.hour_unix, key.site_id, key.code);
  RETURN_IF_ERROR(sql_.hour.ForEachRow([&] {
    details.clients = RestoreClients(sql_.hour.ColumnText(0));
    details.first_line = sql_.hour.ColumnText(1);
    details.last_line = sql_.hour.ColumnText(2);
  }));
  sql_.hour.Reset();
  BindKey(sql_.values, key.hour_unix, key.site_id, key.code);
  bool in_place = true;
  RETURN_IF_ERROR(sql_.values.ForEachRow([&] {
    const int64_t kind = sql_.values.ColumnInt(0);
    // Slots must be the places of the list: nobody else writes here, but somebody may have.
    in_place = in_place && kind >= 0 && kind < static_cast<int64_t>(kErrorLists) &&
               static_cast<int64_t>(details.lists[static_cast<size_t>(kind)].size()) ==
                   sql_.values.ColumnInt(1);
    RestoreValue(kind,
                 {std::string(sql_.values.ColumnText(2)), sql_.values.ColumnInt(3),
                  sql_.values.ColumnInt(4)},
                 details);
  }));
  sql_.values.Reset();
  if (in_place) {
    for (size_t kind = 0; kind < kErrorLists; ++kind) {
      stored.rows[kind] = details.lists[kind].size();
    }
  } else {
    // They are all written anew.
    BindKey(sql_.drop_values, key.hour_unix, key.site_id, key.code);
    RETURN_IF_ERROR(sql_.drop_values.Run());
  }
  return stored;
}

absl::Status ErrorStore::WriteKey(const StoredKey& key, const ErrorDetails& more) {
  auto known = stored_.find(key);
  if (known == stored_.end()) {
    ASSIGN_OR_RETURN(StoredDetails stored, Load(key));
    known = stored_.emplace(key, std::move(stored)).first;
    bytes_ += static_cast<int64_t>(sizeof(*known) + known->second.details.heap_bytes());
  }
  StoredDetails& stored = known->second;
  stored.last_write = writes_;
  bytes_ -= static_cast<int64_t>(stored.details.heap_bytes());
  const ErrorDetails::Changes changes = stored.details.Merge(more);
  bytes_ += static_cast<int64_t>(stored.details.heap_bytes());
  RETURN_IF_ERROR(WriteRows(key, stored, changes));
  if (bytes_ > max_bytes_) MakeRoom();
  return absl::OkStatus();
}

absl::Status ErrorStore::WriteRows(const StoredKey& key, StoredDetails& stored,
                                   const ErrorDetails::Changes& changes) {
  const ErrorDetails& details = stored.details;
  BindKey(sql_.add_value, key.hour_unix, key.site_id, key.code);
  BindKey(sql_.set_value, key.hour_unix, key.site_id, key.code);
  for (size_t kind = 0; kind < kErrorLists; ++kind) {
    const auto& entries = details.lists[kind].entries();
    size_t& rows = stored.rows[kind];
    for (const uint8_t place : changes.places[kind]) {
      if (place >= rows) continue;
      RETURN_IF_ERROR(WriteValue(sql_.set_value, kind, place, entries[place]));
    }
    for (; rows < entries.size(); ++rows) {
      RETURN_IF_ERROR(WriteValue(sql_.add_value, kind, rows, entries[rows]));
    }
  }
  BindKey(sql_.put_hour, key.hour_unix, key.site_id, key.code);
  sql_.put_hour.BindInt(4, details.clients.Estimate()).BindBlob(5, details.clients.ToBytes());
  sql_.put_hour.BindText(6, SampleText(details.first_line));
  return sql_.put_hour.BindText(7, SampleText(details.last_line)).Run();
}

absl::Status ErrorStore::WriteValue(Statement& write, size_t kind, size_t place,
                                    const TopValues::Entry& entry) {
  write.BindInt(4, static_cast<int64_t>(kind)).BindInt(5, static_cast<int64_t>(place));
  write.BindText(6, entry.value).BindInt(7, entry.count).BindInt(8, entry.overcount);
  return write.Run();
}

// What is stored need not be known: first that goes which this batch has not asked for.
void ErrorStore::MakeRoom() {
  for (auto stored = stored_.begin(); stored != stored_.end();) {
    if (stored->second.last_write == writes_) {
      ++stored;
      continue;
    }
    bytes_ -= static_cast<int64_t>(sizeof(*stored) + stored->second.details.heap_bytes());
    stored_.erase(stored++);
  }
  if (bytes_ > max_bytes_ / 2) Forget();
}

void ErrorStore::Forget() {
  stored_.clear();
  bytes_ = 0;
}

}  // namespace logtally
