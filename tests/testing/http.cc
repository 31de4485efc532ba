#include "testing/http.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"

namespace logtally::testing {
namespace {

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

UniqueFd TcpSocket() { return UniqueFd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

}  // namespace

HttpAnswer HttpRequest(const std::string& base_url, const std::string& method,
                       const std::string& target,
                       const std::map<std::string, std::string>& headers) {
  httplib::Client client(base_url);
  client.set_url_encode(false);
  client.set_decompress(false);
  client.set_connection_timeout(5);
  client.set_read_timeout(15);
  httplib::Request request;
  request.method = method;
  request.path = target;
  for (const auto& [name, value] : headers) request.headers.emplace(name, value);
  const httplib::Result result = client.send(request);
  if (!result) return {.status = 0, .headers = {}, .body = httplib::to_string(result.error())};
  HttpAnswer answer = {.status = result->status, .headers = {}, .body = result->body};
  for (const auto& [name, value] : result->headers) {
    answer.headers[absl::AsciiStrToLower(name)] = value;
  }
  return answer;
}

HttpAnswer HttpGet(const std::string& base_url, const std::string& target) {
  return HttpRequest(base_url, "GET", target);
}

std::string ExchangeBytes(int port, std::string_view bytes) {
  const UniqueFd socket = TcpSocket();
  const timeval patience = {.tv_sec = 5, .tv_usec = 0};
  setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const sockaddr_in address = Loopback(port);
  if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ADD_FAILURE() << "connect to port " << port << ": " << strerror(errno);
    return "";
  }
  // A server may close before it has read everything: then what it said still counts.
  while (!bytes.empty()) {
    const ssize_t sent = send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  shutdown(socket.get(), SHUT_WR);
  std::string answer;
  char buffer[4096];
  for (ssize_t got; (got = recv(socket.get(), buffer, sizeof buffer, 0)) > 0;) {
    answer.append(buffer, static_cast<size_t>(got));
  }
  return answer;
}

void LeaveEarly(int port, std::string_view bytes) {
  const UniqueFd socket = TcpSocket();
  const linger at_once = {.l_onoff = 1, .l_linger = 0};
  setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  const sockaddr_in address = Loopback(port);
  char first = 0;
  const bool answered =
      connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0 &&
      recv(socket.get(), &first, 1, 0) == 1;
  EXPECT_TRUE(answered) << "no answer from port " << port;
}

std::string PercentEncode(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      encoded += c;
    } else {
      encoded += absl::StrFormat("%%%02X", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

int FreePort() { return TakenPort().port(); }

int LastingFreePort() {
  // Below what net.ipv4.ip_local_port_range is by default; each process begins elsewhere.
  constexpr int kFirst = 15000, kCount = 15000;
  for (int i = 0; i < kCount; ++i) {
    const int port = kFirst + (getpid() * 37 + i) % kCount;
    const UniqueFd socket = TcpSocket();
    const int yes = 1;
    setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const sockaddr_in address = Loopback(port);
    if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      return port;
    }
  }
  ADD_FAILURE() << "no free port";
  return 0;
}

TakenPort::TakenPort() : socket_(TcpSocket()) {
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (bind(socket_.get(), any, size) != 0 || listen(socket_.get(), 1) != 0 ||
      getsockname(socket_.get(), any, &size) != 0) {
    ADD_FAILURE() << "listen on 127.0.0.1: " << strerror(errno);
  }
  port_ = ntohs(address.sin_port);
}

}  // namespace logtally::testing
