#include "app/store_opening.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "app/status_code_rows.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "catalogue/status_catalogue.h"
#include "store/recovery.h"

namespace logtally {
namespace {

absl::StatusOr<std::unique_ptr<CountStore>> OpenOnce(const std::string& state_dir,
                                                     const BackupOptions& backup) {
  ASSIGN_OR_RETURN(std::unique_ptr<CountStore> store, CountStore::Open(state_dir, backup));
  RETURN_IF_ERROR(store->SetStatusCodes(StatusCodeRows(StatusCatalogue::BuiltIn())));
  return store;
}

void Say(const Recovery& recovery, const std::string& state_dir, Log& log) {
  for (const std::string& sentence : recovery.refused) log.Warning(sentence);
  if (!recovery.set_aside.empty()) {
    log.Error(absl::StrFormat("the damaged database was kept as %s; it may be deleted",
                              recovery.set_aside));
  }
  if (!recovery.backup.empty()) {
    log.Error(absl::StrFormat(
        "%s took its place; what was counted since is read again from the logs that still exist",
        recovery.backup));
    return;
  }
  log.Error(absl::StrFormat(
      "there is no usable backup: a new database was begun, and the logs that still exist are "
      "counted from their beginning. What was counted from logs that are gone is only in the "
      "damaged database: logtally rebuild --state-dir %s brings back what can be read of it",
      state_dir));
}

}  // namespace

absl::StatusOr<std::unique_ptr<CountStore>> OpenStore(const std::string& state_dir,
                                                      BackupOptions backup, Log& log) {
  absl::StatusOr<std::unique_ptr<CountStore>> store = OpenOnce(state_dir, backup);
  if (!absl::IsDataLoss(store.status())) return store;
  log.Error(absl::StrFormat("the database is damaged: %s", StdView(store.status().message())));
  ASSIGN_OR_RETURN(const Recovery recovery, RecoverDatabase(state_dir, absl::Now()));
  Say(recovery, state_dir, log);
  store = OpenOnce(state_dir, backup);
  if (store.ok() && recovery.backup.empty()) RETURN_IF_ERROR((*store)->NoteRestored());
  return store;
}

}  // namespace logtally
