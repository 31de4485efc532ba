#include "store/error_store.h"

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "store/list_text.h"

namespace logtally {
namespace {

Statement& BindKey(Statement& statement, int64_t hour_unix, int64_t site_id, StatusCode code) {
  return statement.BindInt(1, hour_unix).BindInt(2, site_id).BindInt(3, code);
}

}  // namespace

ErrorDetails ReadErrorColumns(const Statement& row, int first_column) {
  ErrorDetails details;
  for (TopValues& list : details.lists) {
    list = ParseListText(row.ColumnText(first_column++)).value_or(TopValues());
  }
  details.clients =
      DistinctCount::FromBytes(row.ColumnText(first_column++)).value_or(DistinctCount());
  details.first_line = row.ColumnText(first_column++);
  details.last_line = row.ColumnText(first_column);
  return details;
}

absl::StatusOr<ErrorStore> ErrorStore::Open(Database& database) {
  ASSIGN_OR_RETURN(Statement read,
                   database.Prepare(absl::StrFormat("SELECT %s FROM error_hour WHERE hour_unix = "
                                                    "?1 AND site_id = ?2 AND code = ?3",
                                                    kErrorColumns)));
  ASSIGN_OR_RETURN(
      Statement write,
      database.Prepare("INSERT INTO error_hour VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
                       "ON CONFLICT DO UPDATE SET paths = ?4, clients = ?5, referrers = ?6, "
                       "distinct_clients = ?7, client_sketch = ?8, first_line = ?9, "
                       "last_line = ?10"));
  ASSIGN_OR_RETURN(Statement add_unlisted,
                   database.Prepare("INSERT INTO unlisted_errors VALUES (?1, ?2) ON CONFLICT DO "
                                    "UPDATE SET lines = lines + ?2"));
  return ErrorStore({std::move(read), std::move(write), std::move(add_unlisted)});
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

absl::StatusOr<ErrorDetails> ErrorStore::Read(const StoredKey& key) {
  ErrorDetails details;
  BindKey(sql_.read, key.hour_unix, key.site_id, key.code);
  RETURN_IF_ERROR(sql_.read.ForEachRow([&] { details = ReadErrorColumns(sql_.read, 0); }));
  sql_.read.Reset();
  return details;
}

absl::Status ErrorStore::WriteKey(const StoredKey& key, const ErrorDetails& more) {
  auto known = stored_.find(key);
  if (known == stored_.end()) {
    ASSIGN_OR_RETURN(ErrorDetails details, Read(key));
    known = stored_.try_emplace(key).first;
    known->second.details = std::move(details);
    bytes_ += static_cast<int64_t>(sizeof(*known) + known->second.details.heap_bytes());
  }
  StoredDetails& stored = known->second;
  stored.last_write = writes_;
  bytes_ -= static_cast<int64_t>(stored.details.heap_bytes());
  stored.details.Merge(more);
  bytes_ += static_cast<int64_t>(stored.details.heap_bytes());
  RETURN_IF_ERROR(WriteRow(key, stored.details));
  if (bytes_ > max_bytes_) MakeRoom();
  return absl::OkStatus();
}

absl::Status ErrorStore::WriteRow(const StoredKey& key, const ErrorDetails& details) {
  BindKey(sql_.write, key.hour_unix, key.site_id, key.code);
  for (size_t i = 0; i < kErrorLists; ++i) {
    sql_.write.BindText(static_cast<int>(i) + 4, ListText(details.lists[i]));
  }
  sql_.write.BindInt(7, details.clients.Estimate()).BindBlob(8, details.clients.ToBytes());
  sql_.write.BindText(9, SampleText(details.first_line));
  return sql_.write.BindText(10, SampleText(details.last_line)).Run();
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
