// Where the web server listens, as people write it.
#ifndef LOGTALLY_APP_LISTEN_ADDRESS_H_
#define LOGTALLY_APP_LISTEN_ADDRESS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace logtally {

struct HostPort {
  std::string host;  // a name, an IPv4 or (without brackets) an IPv6 address; "" is every interface
  int port = 0;      // 0: any free port
};

inline constexpr std::string_view kListenAddressForms =
    "an address such as 127.0.0.1:9748, [::1]:9748 or :9748";

// Errors: kInvalidArgument "listen address: expected …, got …". Names are not looked up.
absl::StatusOr<HostPort> ParseListenAddress(std::string_view text);

// Whether a socket can be bound to ::1 on this machine.
bool HasIpv6Loopback();

}  // namespace logtally

#endif  // LOGTALLY_APP_LISTEN_ADDRESS_H_
