// Turns errno into an absl::Status that says what was tried, on what, and why.
#ifndef LOGTALLY_BASE_ERRNO_STATUS_H_
#define LOGTALLY_BASE_ERRNO_STATUS_H_

#include <string_view>

#include "absl/status/status.h"

namespace logtally {

// "open /var/log/nginx/access.log: Permission denied". The code follows the errno
// (ENOENT is kNotFound, EACCES kPermissionDenied, ENOSPC kResourceExhausted, …).
absl::Status ErrnoStatus(std::string_view tried, std::string_view on_what, int error_number);

}  // namespace logtally

#endif  // LOGTALLY_BASE_ERRNO_STATUS_H_
