// Reads back what the commits have stored.
#ifndef LOGTALLY_STORE_SNAPSHOT_LOADER_H_
#define LOGTALLY_STORE_SNAPSHOT_LOADER_H_

#include <vector>

#include "absl/status/statusor.h"
#include "model/counts.h"
#include "model/file_position.h"
#include "store/database.h"

namespace logtally {

// All totals, as of the last commit. A method, reason or label that this program does not know
// (stored by a newer one) counts as "other", "no_match" or is left out; nothing else is changed.
absl::StatusOr<CountSnapshot> LoadSnapshot(Database& database);

// All positions, oldest commit first.
absl::StatusOr<std::vector<FilePosition>> LoadPositions(Database& database);

}  // namespace logtally

#endif  // LOGTALLY_STORE_SNAPSHOT_LOADER_H_
