#include "app/listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "app/config_reader.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace logtally {
namespace {

// "fe80::1%eth0": the zone, if any, is for the system to know.
bool IsIpv6(std::string_view text) {
  const size_t percent = text.find('%');
  if (percent != std::string_view::npos && percent + 1 == text.size()) return false;
  in6_addr address;
  return inet_pton(AF_INET6, std::string(text.substr(0, percent)).c_str(), &address) == 1;
}

// An IPv4 address or a host name. What consists of digits and dots is meant as an address, so it
// must be one: a resolver would read 127.1 and 010.0.0.1 in its own way.
bool IsIpv4OrName(std::string_view text) {
  const bool is_numeric = std::all_of(
      text.begin(), text.end(), [](unsigned char c) { return absl::ascii_isdigit(c) || c == '.'; });
  in_addr address;
  if (is_numeric) return inet_pton(AF_INET, std::string(text).c_str(), &address) == 1;
  return text.size() <= 253 && text.front() != '-' && text.front() != '.' &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '_';
         });
}

std::optional<int> ParsePort(std::string_view text) {
  const auto port = ParseInt64(text);
  if (!port || *port < 0 || *port > 65535) return std::nullopt;
  if (text.size() > 1 && (text[0] == '0' || text[0] == '-')) return std::nullopt;
  return static_cast<int>(*port);
}

std::optional<HostPort> Split(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = ParsePort(text.substr(colon + 1));
  if (!port) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.empty()) return HostPort{"", *port};
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    if (!IsIpv6(host)) return std::nullopt;
  } else if (!IsIpv4OrName(host)) {
    return std::nullopt;
  }
  return HostPort{std::string(host), *port};
}

}  // namespace

absl::StatusOr<HostPort> ParseListenAddress(std::string_view text) {
  if (auto address = Split(text)) return *std::move(address);
  return absl::InvalidArgumentError(
      absl::StrFormat("listen address: expected %s, got %s", kListenAddressForms, Quoted(text)));
}

bool HasIpv6Loopback() {
  const UniqueFd socket(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 loopback = {};
  loopback.sin6_family = AF_INET6;
  loopback.sin6_addr = in6addr_loopback;
  return socket.valid() &&
         ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&loopback), sizeof(loopback)) == 0;
}

}  // namespace logtally
