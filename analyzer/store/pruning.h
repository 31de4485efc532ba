// Deletes what is older than the horizons, a little at a time.
#ifndef LOGTALLY_STORE_PRUNING_H_
#define LOGTALLY_STORE_PRUNING_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "store/database.h"
#include "store/grain.h"

namespace logtally {

// Deletes at most `max_rows` rows, oldest first, in one transaction, which a crash leaves done or
// undone: readers see no difference. When nothing is left to be deleted, gives the disk back what
// the file does not need, also bit by bit. Whether there is more to do.
// Errors: as Database.
absl::StatusOr<bool> PruneStep(Database& database, const Horizons& horizons, int64_t max_rows);

}  // namespace logtally

#endif  // LOGTALLY_STORE_PRUNING_H_
