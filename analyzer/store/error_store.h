// The details of errors in the database.
#ifndef LOGTALLY_STORE_ERROR_STORE_H_
#define LOGTALLY_STORE_ERROR_STORE_H_

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "absl/container/node_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "model/counts.h"
#include "model/error_details.h"
#include "store/database.h"

namespace logtally {

// What is stored of an hour and what a batch has of it are summaries of two parts of one stream:
// they are merged, and the merged one takes the place of the row. So the rows stay few. The hours
// of the last batches are kept in memory, as most batches go on with them.
//
// Bounds: memory is at most max_bytes, and what one hour, site and code needs beside.
// Thread: that of the database, which must outlive this.
class ErrorStore {
 public:
  static absl::StatusOr<ErrorStore> Open(Database& database);

  // In the caller's transaction. `id_of` gives the number that a site has in the database.
  absl::Status Write(const ErrorDetailsByKey& batch,
                     const std::function<absl::StatusOr<int64_t>(SiteIndex)>& id_of);

  // Must be called when rows have changed in another way: after a ROLLBACK, or a deletion.
  void Forget();

  void SetMaxBytes(int64_t max_bytes) { max_bytes_ = max_bytes; }
  int64_t bytes() const { return bytes_; }

 private:
  struct StoredKey {
    int64_t hour_unix = 0;
    int64_t site_id = 0;
    StatusCode code = 0;
    bool operator==(const StoredKey&) const = default;
    template <typename H>
    friend H AbslHashValue(H h, const StoredKey& k) {
      return H::combine(std::move(h), k.hour_unix, k.site_id, k.code);
    }
  };
  struct StoredDetails {
    ErrorDetails details;
    int64_t last_write = 0;  // number of the Write() that has used it
  };
  struct Statements {
    Statement read, write, add_unlisted;
  };

  explicit ErrorStore(Statements statements) : sql_(std::move(statements)) {}

  absl::StatusOr<ErrorDetails> Read(const StoredKey& key);
  absl::Status WriteKey(const StoredKey& key, const ErrorDetails& more);
  absl::Status WriteRow(const StoredKey& key, const ErrorDetails& details);
  void MakeRoom();

  Statements sql_;
  int64_t max_bytes_ = ErrorDetailsByKey::kDefaultMaxBytes;
  int64_t bytes_ = 0;
  int64_t writes_ = 0;
  absl::node_hash_map<StoredKey, StoredDetails> stored_;
};

// The columns of error_hour that hold details, in the order in which ReadErrorColumns() takes them.
inline constexpr std::string_view kErrorColumns =
    "paths, clients, referrers, client_sketch, first_line, last_line";
// `first_column` is where they begin in the row. What makes no sense is taken for empty: it says
// something about what errors have in common, nothing about what was counted.
ErrorDetails ReadErrorColumns(const Statement& row, int first_column);

}  // namespace logtally

#endif  // LOGTALLY_STORE_ERROR_STORE_H_
