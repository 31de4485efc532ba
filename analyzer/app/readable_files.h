// Files named on the command line, checked before any work begins.
#ifndef LOGTALLY_APP_READABLE_FILES_H_
#define LOGTALLY_APP_READABLE_FILES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace logtally {

// OK if each is a regular file that can be opened for reading, and is either plain or compressed in
// a way that can be read (gzip, zstd).
// Errors: kNotFound or kPermissionDenied with all that are not, separated by "; ".
absl::Status CheckReadable(const std::vector<std::string>& paths);

}  // namespace logtally

#endif  // LOGTALLY_APP_READABLE_FILES_H_
