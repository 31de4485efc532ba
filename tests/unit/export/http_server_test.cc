#include "export/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "base/unique_fd.h"
#include "testing/http.h"

namespace logtally {
namespace {

using ::logtally::testing::ExchangeBytes;
using ::logtally::testing::HttpAnswer;
using ::logtally::testing::HttpGet;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class HttpServerTest : public ::testing::Test {
 protected:
  void Serve(const HttpLimits& limits) {
    auto server = HttpServer::Start(
        {{"127.0.0.1", 0}},
        {{"/hello", [](const HttpRequest&) { return HttpResponse{.body = "hello\n"}; }},
         {"/pages", [](const HttpRequest&) { return HttpResponse{.body = "pages\n"}; }},
         {"/pages/*",
          [](const HttpRequest& request) {
            return HttpResponse{.content_type = "text/html; charset=utf-8", .body = request.path};
          }},
         {"/large", [](const HttpRequest&) { return HttpResponse{.body = Large()}; }}},
        limits);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  // More than the kernel's buffers of a connection hold.
  static std::string Large() { return std::string(64 << 20, 'x'); }

  std::string url() const { return server_->urls().front(); }
  int port() const {
    int port = 0;
    EXPECT_TRUE(absl::SimpleAtoi(url().substr(url().rfind(':') + 1), &port));
    return port;
  }

  // A client that has sent `bytes` and now keeps the connection open.
  UniqueFd Hold(std::string_view bytes) {
    UniqueFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
              0);
    if (!bytes.empty()) ::send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return client;
  }

  std::unique_ptr<HttpServer> server_;
};

// Sends a byte now and then on each of the connections for as long as it lives.
class Dribble {
 public:
  explicit Dribble(const std::vector<UniqueFd>& clients)
      : thread_([this, &clients] {
          while (!stop_) {
            for (const UniqueFd& client : clients) ::send(client.get(), "a", 1, MSG_NOSIGNAL);
            absl::SleepFor(absl::Milliseconds(20));
          }
        }) {}
  ~Dribble() {
    stop_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

TEST_F(HttpServerTest, AnswersWhileClientsHoldMoreConnectionsThanThereAreThreads) {
  Serve({.threads = 2, .request_time = absl::Milliseconds(200)});
  std::vector<UniqueFd> clients;
  for (int i = 0; i < 8; ++i) clients.push_back(Hold(i % 2 == 0 ? "" : "GET /hello HT"));
  const HttpAnswer answer = HttpGet(url(), "/hello");
  EXPECT_EQ(answer.status, 200) << answer.body;
}

TEST_F(HttpServerTest, AClientThatSendsByteByByteHasNoMoreTimeThanOneThatSendsNothing) {
  Serve({.threads = 2, .request_time = absl::Milliseconds(200)});
  std::vector<UniqueFd> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(Hold("GET /hello HTTP/1.1\r\nX: "));
  const Dribble dribble(clients);
  const HttpAnswer answer = HttpGet(url(), "/hello");
  EXPECT_EQ(answer.status, 200) << answer.body;
}

TEST_F(HttpServerTest, AClientThatDoesNotReadItsAnswerIsLeft) {
  Serve({.threads = 1, .answer_time = absl::Milliseconds(200)});
  const UniqueFd client = Hold("GET /large HTTP/1.1\r\n\r\n");
  const HttpAnswer answer = HttpGet(url(), "/hello");
  EXPECT_EQ(answer.status, 200) << answer.body;
}

TEST_F(HttpServerTest, StopsAtOnceWhileClientsHoldConnections) {
  Serve({.threads = 1, .request_time = absl::Seconds(60), .answer_time = absl::Seconds(60)});
  const std::vector<UniqueFd> clients = [&] {
    std::vector<UniqueFd> held;
    for (int i = 0; i < 8; ++i) held.push_back(Hold("GET /hello HT"));
    return held;
  }();
  const absl::Time before = absl::Now();
  server_.reset();
  EXPECT_LT(absl::Now() - before, absl::Seconds(10));
}

TEST_F(HttpServerTest, ALargeAnswerArrivesWhole) {
  Serve({});
  const HttpAnswer answer = HttpGet(url(), "/large");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, Large());
}

TEST_F(HttpServerTest, ARequestWithoutEndIsCutOff) {
  Serve({.max_request_bytes = 4096});
  std::string request = "GET /hello HTTP/1.1\r\n";
  for (int i = 0; i < 10'000; ++i) request += "X: y\r\n";
  EXPECT_THAT(ExchangeBytes(port(), request + "\r\n"),
              ::testing::AnyOf(StartsWith("HTTP/1.1 400 "), ""));
}

// As "curl -X POST" sends it: a body was neither announced nor sent.
TEST_F(HttpServerTest, AMethodThatOnlyWritesIsRefusedWithoutWaitingForABody) {
  Serve({.request_time = absl::Seconds(60)});
  for (const std::string method : {"POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"}) {
    const UniqueFd client = Hold(method + " /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    std::string answer(2000, '\0');
    const ssize_t got = ::recv(client.get(), answer.data(), answer.size(), 0);
    answer.resize(static_cast<size_t>(std::max<ssize_t>(got, 0)));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 ")) << method;
    EXPECT_THAT(answer, HasSubstr("Allow: GET, HEAD")) << method;
    EXPECT_THAT(answer, HasSubstr("Connection: close")) << method;
  }
}

TEST_F(HttpServerTest, ARangeOfBytesIsNotServed) {
  Serve({});
  const HttpAnswer answer = testing::HttpRequest(url(), "GET", "/hello", {{"Range", "bytes=999-"}});
  EXPECT_EQ(answer.body, "hello\n");
  EXPECT_EQ(testing::HttpRequest(url(), "GET", "/hello", {{"Range", "bytes=0-1"}}).body, "hello\n");
  EXPECT_EQ(answer.headers.count("accept-ranges"), 0u);
}

TEST_F(HttpServerTest, ARouteWithAStarServesWhateverBeginsSo) {
  Serve({});
  EXPECT_EQ(HttpGet(url(), "/pages/4%3C4/x?a=b").body, "/pages/4<4/x");
  EXPECT_EQ(HttpGet(url(), "/pages/").body, "/pages/");
  EXPECT_EQ(HttpGet(url(), "/pages").body, "pages\n");
  EXPECT_EQ(HttpGet(url(), "/pagesx").status, 404);
}

TEST_F(HttpServerTest, APageForPeopleMayLoadAndRunNothing) {
  Serve({});
  const HttpAnswer page = HttpGet(url(), "/pages/1");
  EXPECT_THAT(page.headers.at("content-security-policy"), StartsWith("default-src 'none'; "));
  EXPECT_EQ(page.headers.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(HttpGet(url(), "/hello").headers.count("content-security-policy"), 0u);
}

TEST_F(HttpServerTest, AnyPathThatIsNotServedIs404WithItsName) {
  Serve({});
  const HttpAnswer answer = HttpGet(url(), "/x%0d%0aSet-Cookie:%20a=b");
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.body, HasSubstr("there is nothing at /x"));
  EXPECT_EQ(answer.headers.count("set-cookie"), 0u);
}

}  // namespace
}  // namespace logtally
