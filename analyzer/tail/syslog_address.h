// Where a site takes syslog messages, as people write it.
#ifndef LOGTALLY_TAIL_SYSLOG_ADDRESS_H_
#define LOGTALLY_TAIL_SYSLOG_ADDRESS_H_

#include <sys/socket.h>

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace logtally {

struct SyslogAddress {
  sockaddr_storage socket = {};  // for bind(2)
  socklen_t socket_size = 0;
  std::string path;  // of a unix socket; "" for UDP
};

inline constexpr std::string_view kSyslogAddressForms =
    "an address such as udp:127.0.0.1:5140, udp:[::1]:5140 or unix:/run/logtally/access.sock";

// Hosts are numeric: a name could mean another machine tomorrow. Port 0 is any free one.
// Errors: kInvalidArgument "expected an address such as …, got …".
absl::StatusOr<SyslogAddress> ParseSyslogAddress(std::string_view text);

// "udp:127.0.0.1:5140": what a UDP socket was really bound to; `text` for others.
std::string BoundAddressText(int fd, std::string text);

}  // namespace logtally

#endif  // LOGTALLY_TAIL_SYSLOG_ADDRESS_H_
