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
#include "model/retention.h"
#include "store/backup.h"

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

// How the store was left, and so how much there may be to read before it is up to date again.
enum class StoreStart {
  kClean,     // by a clean stop, or it is new
  kUnclean,   // by a process that did not get to its end
  kRestored,  // it is an older copy: a backup, or whatever somebody put in its place
};

// Thread: one at a time.
class CountStore {
 public:
  // Takes the lock of the state directory, creates or migrates <state_dir>/logtally.db, checks it,
  // and reads what it holds.
  // Errors: kAlreadyExists (another process runs here), kPermissionDenied (not writable),
  //         kFailedPrecondition (newer schema), kResourceExhausted (disk full), kUnavailable
  //         (locked), kDataLoss (not a database, damaged, gone: RecoverDatabase is the way out), …
  static absl::StatusOr<std::unique_ptr<CountStore>> Open(const std::string& state_dir,
                                                          BackupOptions backup = {});
  ~CountStore();

  StoreStart start() const;

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
  //         it, so somebody else wrote, and to go on would count lines twice; and kDataLoss: the
  //         database is damaged or was taken away. On a full disk the reserve is given back.
  absl::Status Commit(const CountBatch& batch, const std::vector<PositionUpdate>& positions);

  // After the last commit: empties the write-ahead log, makes a backup if one is due, and leaves
  // word that all went well. `now` is the wall clock.
  absl::Status EndCleanly(absl::Time now);

  // It begins anew where there was more: until NoteCaughtUp, this start and later ones are
  // kRestored.
  absl::Status NoteRestored();
  // What was there to be read at the start is read: a later start is no longer kRestored.
  absl::Status NoteCaughtUp();

  // Goes on with the backup, if one is due, for a few milliseconds. Errors: as BackupWriter::Tend.
  absl::Status TendBackup(absl::Time now);
  // Whether TendBackup has more to do at once.
  bool backup_running() const;

  // Replaces the rows of the view status_codes.
  absl::Status SetStatusCodes(const std::vector<StatusCodeRow>& rows);

  // From the next commit on, what is older than `retention` at `now` is not kept: it is neither
  // written nor read any more. Totals stay.
  void KeepFrom(const Retention& retention, absl::Time now);
  // Deletes what is not kept: at most `max_rows` rows, oldest first. True: there is more to do.
  absl::StatusOr<bool> Prune(int64_t max_rows);

  // Memory for the details of errors that later commits may go on with:
  // ErrorDetailsByKey::kDefaultMaxBytes at first.
  void SetErrorMemory(int64_t max_bytes);

  // Bytes on disk: database and write-ahead log.
  int64_t SizeBytes() const;
  // Of the write-ahead log alone. It begins anew by itself, unless somebody reads for long.
  int64_t WalBytes() const;

 private:
  struct Impl;
  explicit CountStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace logtally

#endif  // LOGTALLY_STORE_COUNT_STORE_H_
