// Files that are still there after a power cut.
#ifndef LOGTALLY_STORE_DURABLE_FILE_H_
#define LOGTALLY_STORE_DURABLE_FILE_H_

#include <string>

#include "absl/status/status.h"

namespace logtally {

// Errors: those of the file system, "sync /var/lib/logtally/…: …".

// What was written to the file is on the disk.
absl::Status SyncFile(const std::string& path);

// The directory's entries are on the disk: a file that exists only in its memory is lost with the
// power.
absl::Status SyncDirectory(const std::string& path);

// rename(2) within one directory, and the directory synced.
absl::Status RenameDurably(const std::string& from, const std::string& to);

}  // namespace logtally

#endif  // LOGTALLY_STORE_DURABLE_FILE_H_
