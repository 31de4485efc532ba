// A number over everything that /metrics shows and that decides what is read next, stored with each
// commit and compared at the next start.
//
// SQLite finds a page that cannot be right. It cannot find a count that is merely another number: a
// bit that flipped in a cell, a row that is gone. The seal is made from what this process knows,
// not from what the disk says, so it finds those. Counts by minute are not under it: they are many.
#ifndef LOGTALLY_STORE_SEAL_H_
#define LOGTALLY_STORE_SEAL_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "model/counts.h"
#include "model/file_position.h"
#include "store/database.h"

namespace logtally {

// The positions' part: a sum over the texts, so that a commit costs no more than what it moves.
// Whoever stores, changes or deletes a position must say so here.
class PositionSeal {
 public:
  PositionSeal() = default;
  explicit PositionSeal(const std::vector<FilePosition>& positions);

  // Takes the place of what was there of the same text.
  void Set(const FilePosition& position);
  uint64_t value() const { return sum_; }
  // What value() will be when these are set, each text at most once.
  uint64_t ValueWith(const std::vector<PositionUpdate>& updates) const;

 private:
  absl::flat_hash_map<TextKey, uint64_t> hashes_;
  uint64_t sum_ = 0;
};

// The whole seal of a commit; `positions` is a PositionSeal's value.
int64_t SealOf(const CountSnapshot& counts, uint64_t positions);

// A number that changes with the names (methods, reasons, …) that this program knows. Where another
// program has sealed, names that one of us does not know would break every seal.
int64_t SealVocabulary();

// Whether what was read from the database is what was sealed. True as well where there is no seal,
// or one of another vocabulary. Whoever writes totals or positions past CountStore must delete the
// row 'seal' of the table meta.
// Errors: kDataLoss; else as Database.
absl::Status CheckSeal(Database& database, const CountSnapshot& counts,
                       const PositionSeal& positions);

}  // namespace logtally

#endif  // LOGTALLY_STORE_SEAL_H_
