#include "store/background_check.h"

#include <utility>

#include "base/status_macros.h"
#include "store/database.h"

namespace logtally {
namespace {

absl::Status Check(const std::string& path, absl::Duration limit, const std::atomic<bool>& stop) {
  ASSIGN_OR_RETURN(Database database, Database::Open(path, Database::Mode::kReader));
  return database.QuickCheck(limit, &stop);
}

}  // namespace

BackgroundCheck::BackgroundCheck(std::string path, absl::Duration limit)
    : thread_([this, path = std::move(path), limit] {
        const absl::Status status = Check(path, limit, stop_);
        if (absl::IsDataLoss(status)) result_ = status;
        ended_ = true;
      }) {}

BackgroundCheck::~BackgroundCheck() {
  stop_ = true;
  thread_.join();
}

absl::Status BackgroundCheck::result() const { return ended_ ? result_ : absl::OkStatus(); }

}  // namespace logtally
