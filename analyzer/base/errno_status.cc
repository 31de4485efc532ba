#include "base/errno_status.h"

#include <system_error>

#include "absl/strings/str_format.h"

namespace logtally {

absl::Status ErrnoStatus(std::string_view tried, std::string_view on_what, int error_number) {
  // std::error_code::message() is strerror without its shared buffer.
  const std::string why = std::error_code(error_number, std::generic_category()).message();
  return absl::Status(absl::ErrnoToStatusCode(error_number),
                      absl::StrFormat("%s %s: %s", tried, on_what, why));
}

}  // namespace logtally
