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
      Statement put_value,
      database.Prepare("REPLACE INTO error_value VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"));
  ASSIGN_OR_RETURN(Statement put_hour,
                   database.Prepare("REPLACE INTO error_hour VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"));
  ASSIGN_OR_RETURN(Statement add_unlisted,
                   database.Prepare("INSERT INTO unlisted_errors VALUES (?1, ?2) ON CONFLICT DO "
                                    "UPDATE SET lines = lines + ?2"));
  return ErrorStore({std::move(hour), std::move(values), std::move(drop_values),
                     std::move(put_value), std::move(put_hour), std::move(add_unlisted)});
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
  size_t rows = 0;
  RETURN_IF_ERROR(sql_.values.ForEachRow([&] {
    RestoreValue(sql_.values.ColumnInt(0),
                 {std::string(sql_.values.ColumnText(2)), sql_.values.ColumnInt(3),
                  sql_.values.ColumnInt(4)},
                 details);
    ++rows;
    // Slots must be the places of the list: nobody else writes here, but somebody may have.
    const int64_t kind = sql_.values.ColumnInt(0);
    const bool in_place = kind >= 0 && kind < static_cast<int64_t>(kErrorLists) &&
                          static_cast<int64_t>(details.lists[static_cast<size_t>(kind)].size()) ==
                              sql_.values.ColumnInt(1) + 1;
    if (!in_place) stored.must_rewrite = true;
  }));
  sql_.values.Reset();
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
  if (stored.must_rewrite) {
    RETURN_IF_ERROR(BindKey(sql_.drop_values, key.hour_unix, key.site_id, key.code).Run());
  }
  BindKey(sql_.put_value, key.hour_unix, key.site_id, key.code);
  for (size_t kind = 0; kind < kErrorLists; ++kind) {
    const auto& entries = details.lists[kind].entries();
    const auto put = [&](size_t place) {
      sql_.put_value.BindInt(4, static_cast<int64_t>(kind));
      sql_.put_value.BindInt(5, static_cast<int64_t>(place));
      sql_.put_value.BindText(6, entries[place].value).BindInt(7, entries[place].count);
      return sql_.put_value.BindInt(8, entries[place].overcount).Run();
    };
    if (stored.must_rewrite) {
      for (size_t place = 0; place < entries.size(); ++place) RETURN_IF_ERROR(put(place));
    } else {
      for (const uint8_t place : changes.places[kind]) RETURN_IF_ERROR(put(place));
    }
  }
  stored.must_rewrite = false;
  BindKey(sql_.put_hour, key.hour_unix, key.site_id, key.code);
  sql_.put_hour.BindInt(4, details.clients.Estimate()).BindBlob(5, details.clients.ToBytes());
  sql_.put_hour.BindText(6, SampleText(details.first_line));
  return sql_.put_hour.BindText(7, SampleText(details.last_line)).Run();
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
