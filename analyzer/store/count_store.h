// The durable counts: one writer, and one transaction that moves counts and positions together.
#ifndef LOGTALLY_STORE_COUNT_STORE_H_
#define LOGTALLY_STORE_COUNT_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "model/counts.h"
#include "model/file_position.h"

namespace logtally {

// One row of the public view status_codes.
struct StatusCodeRow {
  StatusCode code;
  std::string name;
  std::string fault;
  bool documented;
  std::string meaning;
  std::string source;
};

// Thread: one at a time.
class CountStore {
 public:
  // Takes the lock of the state directory, creates or migrates <state_dir>/logtally.db, and reads
  // what it holds.
  // Errors: kAlreadyExists (another process runs here), kPermissionDenied (not writable),
  //         kFailedPrecondition (newer schema), kDataLoss (not a database, corrupt), …
  static absl::StatusOr<std::unique_ptr<CountStore>> Open(const std::string& state_dir);
  ~CountStore();

  // What the store holds: exactly the state after the last successful commit.
  const CountSnapshot& counts() const;

  // Where each known file was read up to, as of the last commit.
  absl::StatusOr<std::vector<FilePosition>> LoadPositions();

  // When the last commit was, on the wall clock of that moment; InfinitePast if there was none.
  absl::StatusOr<absl::Time> LastCommitTime();

  // Makes a batch and the positions that go with it durable, both or neither. Afterwards counts()
  // includes the batch.
  // Errors: nothing was stored and the same call may be tried again (kUnavailable,
  //         kResourceExhausted, …), but for kAborted: a position is not where this process left
  //         it, so somebody else wrote, and to go on would count lines twice.
  absl::Status Commit(const CountBatch& batch, const std::vector<PositionUpdate>& positions);

  // Replaces the rows of the view status_codes.
  absl::Status SetStatusCodes(const std::vector<StatusCodeRow>& rows);

  // Deletes what is older than `before_unix` from the rows kept by time, oldest first, at most
  // `limit` rows of a table. Totals stay. Returns how many rows went.
  absl::StatusOr<int64_t> Prune(int64_t before_unix, int64_t limit);

  // Bytes on disk: database and write-ahead log.
  int64_t SizeBytes() const;

 private:
  struct Impl;
  explicit CountStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace logtally

#endif  // LOGTALLY_STORE_COUNT_STORE_H_
