// How every command that counts opens the store: also a damaged one.
#ifndef LOGTALLY_APP_STORE_OPENING_H_
#define LOGTALLY_APP_STORE_OPENING_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/log.h"
#include "store/count_store.h"

namespace logtally {

// Opens the store, with the built-in catalogue in it. A database that is damaged is put aside, and
// the newest backup takes its place, or a new one where there is no backup; `log` is told, with
// where the damaged one is and what to do.
// Errors: as CountStore::Open and RecoverDatabase; kDataLoss if what was restored cannot be used.
absl::StatusOr<std::unique_ptr<CountStore>> OpenStore(const std::string& state_dir,
                                                      BackupOptions backup, Log& log);

}  // namespace logtally

#endif  // LOGTALLY_APP_STORE_OPENING_H_
