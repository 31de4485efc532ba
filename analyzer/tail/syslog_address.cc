#include "tail/syslog_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/un.h>

#include <cstring>
#include <optional>

#include "absl/strings/str_format.h"
#include "base/text.h"

namespace logtally {
namespace {

// A socket address of one family, in the storage of any.
template <typename Address>
SyslogAddress In(const Address& address, std::string path = {}) {
  SyslogAddress in;
  static_assert(sizeof(address) <= sizeof(in.socket));
  std::memcpy(&in.socket, &address, sizeof(address));
  in.socket_size = sizeof(address);
  in.path = std::move(path);
  return in;
}

std::optional<uint16_t> ParsePort(std::string_view text) {
  const auto port = ParseInt64(text);
  if (!port || *port < 0 || *port > 65535 || (text.size() > 1 && text.front() == '0')) {
    return std::nullopt;
  }
  return static_cast<uint16_t>(*port);
}

std::optional<SyslogAddress> ParseUdp(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == text.npos) return std::nullopt;
  const auto port = ParsePort(text.substr(colon + 1));
  if (!port) return std::nullopt;
  std::string host(text.substr(0, colon));
  sockaddr_in ipv4 = {};
  if (inet_pton(AF_INET, host.c_str(), &ipv4.sin_addr) == 1) {
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = htons(*port);
    return In(ipv4);
  }
  if (host.size() < 3 || host.front() != '[' || host.back() != ']') return std::nullopt;
  host = host.substr(1, host.size() - 2);
  sockaddr_in6 ipv6 = {};
  if (inet_pton(AF_INET6, host.c_str(), &ipv6.sin6_addr) != 1) return std::nullopt;
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_port = htons(*port);
  return In(ipv6);
}

std::optional<SyslogAddress> ParseUnix(std::string_view path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  // One byte is kept for the 0 at its end. Source: unix(7).
  if (path.size() < 2 || path.size() >= sizeof(address.sun_path)) return std::nullopt;
  if (path.front() != '/' || path.back() == '/') return std::nullopt;
  path.copy(address.sun_path, path.size());
  return In(address, std::string(path));
}

}  // namespace

absl::StatusOr<SyslogAddress> ParseSyslogAddress(std::string_view text) {
  const bool has_nul = text.find('\0') != text.npos;  // the C library would stop reading there
  constexpr std::string_view kUdp = "udp:";
  constexpr std::string_view kUnix = "unix:";
  std::optional<SyslogAddress> address;
  if (!has_nul && text.starts_with(kUdp)) address = ParseUdp(text.substr(kUdp.size()));
  if (!has_nul && text.starts_with(kUnix)) address = ParseUnix(text.substr(kUnix.size()));
  if (address) return *std::move(address);
  return absl::InvalidArgumentError(
      absl::StrFormat("expected %s, got '%s'", kSyslogAddressForms, EscapeForTerminal(text)));
}

std::string BoundAddressText(int fd, std::string text) {
  sockaddr_storage bound = {};
  socklen_t size = sizeof(bound);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size) != 0) return text;
  char host[INET6_ADDRSTRLEN] = "";
  if (bound.ss_family == AF_INET) {
    const auto& ipv4 = reinterpret_cast<const sockaddr_in&>(bound);
    inet_ntop(AF_INET, &ipv4.sin_addr, host, sizeof(host));
    return absl::StrFormat("udp:%s:%d", host, ntohs(ipv4.sin_port));
  }
  if (bound.ss_family == AF_INET6) {
    const auto& ipv6 = reinterpret_cast<const sockaddr_in6&>(bound);
    inet_ntop(AF_INET6, &ipv6.sin6_addr, host, sizeof(host));
    return absl::StrFormat("udp:[%s]:%d", host, ntohs(ipv6.sin6_port));
  }
  return text;
}

}  // namespace logtally
