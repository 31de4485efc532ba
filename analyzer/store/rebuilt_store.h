// Puts a store that was counted anew in the place of an old one, without losing what only the old
// one knows.
#ifndef LOGTALLY_STORE_REBUILT_STORE_H_
#define LOGTALLY_STORE_REBUILT_STORE_H_

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "model/file_position.h"

namespace logtally {

// Makes the database ready to be read and moved: brings it to the schema that is known, and all of
// it into the one file.
// Errors: kNotFound: there is none; kDataLoss: it is damaged; kFailedPrecondition: a newer schema.
absl::Status PrepareOldDatabase(const std::string& path);

// From which minute on the new store knows better, and what it does not know.
struct History {
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  // By site, unix seconds, a multiple of 60. A site that is not here was not counted anew.
  std::map<std::string, int64_t> recounted_from;
  // Texts whose files are gone, or were not counted anew.
  std::vector<TextKey> kept_texts;
};

// Makes the new database tell the whole history: minutes before `recounted_from` become those of
// the old one, later ones stay, and so with hours and days. The hour and the day that this cuts are
// made of both. Totals become those of the old one, less its days, and with the days that are there
// now: so what was deleted, or has no time, stays in them. What has no time at all (durations,
// intake, losses) becomes that of the old one; what is known of errors is taken by the hour.
// Where the old store has deleted days, none before the first that it has are taken anew; where it
// has only hours or days left, `recounted_from` is the next of those.
// One transaction on the new database; the old one is only read.
absl::Status MergeHistory(const std::string& new_path, const std::string& old_path,
                          const History& history);

// Makes `new_path` the database `path`, in one rename: there is the old one or the new one at any
// moment. What was there is kept under `kept_path` (with its -wal and -shm, if those are needed).
// The owner and the mode become those of the old one, or the owner that of the state directory.
// Nobody else may have the database open for writing.
absl::Status ReplaceDatabase(const std::string& new_path, const std::string& path,
                             const std::string& kept_path);

}  // namespace logtally

#endif  // LOGTALLY_STORE_REBUILT_STORE_H_
