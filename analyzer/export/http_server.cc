#include "export/http_server.h"

#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <exception>
#include <functional>
#include <semaphore>
#include <string_view>
#include <thread>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "export/bounded_stream.h"
#include "export/json.h"

namespace logtally {
namespace {

// The library's default sets SO_REUSEPORT, with which a second daemon could bind the same port and
// take away half of the requests. SO_REUSEADDR only lets a restart bind at once.
void SetSocketOptions(socket_t socket) {
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
}

std::string Url(const HttpAddress& address) {
  const bool ipv6 = address.host.find(':') != std::string::npos;
  const std::string host = ipv6 ? "[" + address.host + "]" : address.host;
  return absl::StrFormat("http://%s:%d", host, address.port);
}

void Answer(const HttpResponse& response, httplib::Response& out) {
  out.status = response.status;
  out.set_content(response.body, response.content_type.c_str());
  // Whatever a log line says, a browser takes our pages for what they are.
  out.set_header("X-Content-Type-Options", "nosniff");
  out.set_header("Cache-Control", "no-store");
  if (response.content_type.starts_with("text/html")) {
    out.set_header("Content-Security-Policy",
                   "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
                   "form-action 'none'");
  }
}

bool IsAt(const HttpRoute& route, std::string_view path) {
  if (!route.path.ends_with('*')) return route.path == path;
  return path.starts_with(std::string_view(route.path).substr(0, route.path.size() - 1));
}

// Accepted connections, served by a few threads. When all places are taken, the accepting thread
// waits here: the library's own queue has no end, and each connection in it is a descriptor that
// the logs might need.
class ConnectionQueue : public httplib::TaskQueue {
 public:
  explicit ConnectionQueue(const HttpLimits& limits)
      : places_(static_cast<std::ptrdiff_t>(limits.max_connections)), threads_(limits.threads) {}

  void enqueue(std::function<void()> serve) override {
    places_.acquire();
    threads_.enqueue([this, serve = std::move(serve)] {
      serve();
      places_.release();
    });
  }
  void shutdown() override { threads_.shutdown(); }

 private:
  std::counting_semaphore<> places_;
  httplib::ThreadPool threads_;
};

// The library's server with one request a connection, within `limits`.
class BoundedServer : public httplib::Server {
 public:
  explicit BoundedServer(const HttpLimits& limits) : limits_(limits) {}

  // Answers one request of our own on the calling thread, while there is no other. The library
  // keeps tables in function-local statics; made here, they are there before two threads can want
  // them at once. (That would be safe, but ThreadSanitizer cannot see it inside the prebuilt
  // library.)
  void WarmUp() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return;
    const UniqueFd client(ends[0]);
    constexpr std::string_view kRequest = "GET /-/warm-up HTTP/1.1\r\nHost: localhost\r\n\r\n";
    if (::write(client.get(), kRequest.data(), kRequest.size()) > 0) {
      process_and_close_socket(ends[1]);
    } else {
      ::close(ends[1]);
    }
  }

  // Ends the reading of requests that have not arrived yet, too.
  void Stop() {
    stopping_ = true;
    stop();
  }

 private:
  bool process_and_close_socket(socket_t socket) override {
    const UniqueFd connection(socket);
    BoundedStream stream(socket, limits_, stopping_);
    bool closed = false;
    const bool answered =
        process_request(stream, /*close_connection=*/true, closed,
                        [](httplib::Request& request) { request.ranges.clear(); });
    ::shutdown(socket, SHUT_WR);
    // close(2) with bytes that nobody read resets the connection, and the client may lose the
    // answer: take what is there.
    char unread[4096];
    for (int i = 0; i < 16 && ::recv(socket, unread, sizeof(unread), MSG_DONTWAIT) > 0; ++i) {
    }
    return answered;
  }

  const HttpLimits limits_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace

struct HttpServer::Impl {
  struct Listener {
    explicit Listener(const HttpLimits& limits) : server(limits) {}
    BoundedServer server;
    std::thread thread;
  };

  absl::Status Listen(HttpAddress address);
  void Route(httplib::Server& server);
  HttpResponse ResponseTo(const httplib::Request& request) const;

  HttpLimits limits;
  std::vector<HttpRoute> routes;
  std::vector<std::unique_ptr<Listener>> listeners;
  std::vector<std::string> urls;
};

HttpResponse HttpServer::Impl::ResponseTo(const httplib::Request& request) const {
  for (const HttpRoute& route : routes) {
    if (!IsAt(route, request.path)) continue;
    return route.handle({request.path, {request.params.begin(), request.params.end()}});
  }
  return JsonError(404,
                   absl::StrFormat("there is nothing at %s; / lists what there is", request.path));
}

void HttpServer::Impl::Route(httplib::Server& server) {
  // Before the library's own routing, which would match each path with std::regex, and read the
  // body of a POST first: until the connection ends, when the client did not announce one.
  server.set_pre_routing_handler([this](const httplib::Request& request,
                                        httplib::Response& response) {
    if (request.method == "GET" || request.method == "HEAD") {
      Answer(ResponseTo(request), response);
    } else {
      Answer(JsonError(405,
                       absl::StrFormat("%s is not allowed; only GET and HEAD are", request.method)),
             response);
      response.set_header("Allow", "GET, HEAD");
    }
    return httplib::Server::HandlerResponse::Handled;
  });
  // What the library refuses by itself (a malformed head) has no body yet.
  server.set_error_handler([](const httplib::Request&, httplib::Response& response) {
    if (response.body.empty()) {
      Answer(JsonError(response.status,
                       absl::StrFormat("the request was refused with status %d", response.status)),
             response);
    }
  });
  server.set_exception_handler(
      [](const httplib::Request&, httplib::Response& response, std::exception_ptr) {
        Answer(JsonError(500, "the request could not be answered"), response);
      });
}

absl::Status HttpServer::Impl::Listen(HttpAddress address) {
  auto listener = std::make_unique<Listener>(limits);
  BoundedServer& server = listener->server;
  server.set_socket_options(SetSocketOptions);
  server.new_task_queue = [this] { return new ConnectionQueue(limits); };
  Route(server);

  errno = 0;
  int port = address.port;
  if (port == 0) {
    port = server.bind_to_any_port(address.host.c_str());
  } else if (!server.bind_to_port(address.host.c_str(), port)) {
    port = -1;
  }
  if (port < 0) {
    const int reason = errno == 0 ? EADDRNOTAVAIL : errno;
    return absl::FailedPreconditionError(
        absl::StrFormat("%s; choose another --web.listen-address",
                        StdView(ErrnoStatus("listen on", Url(address), reason).message())));
  }
  address.port = port;
  urls.push_back(Url(address));
  listener->server.WarmUp();
  listener->thread = std::thread([&server] { server.listen_after_bind(); });
  // Stop() before the loop runs would be forgotten: wait until it does.
  while (!server.is_running()) std::this_thread::yield();
  listeners.push_back(std::move(listener));
  return absl::OkStatus();
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
  for (const auto& listener : impl_->listeners) listener->server.Stop();
  for (const auto& listener : impl_->listeners) listener->thread.join();
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(
    const std::vector<HttpAddress>& addresses, std::vector<HttpRoute> routes,
    const HttpLimits& limits) {
  std::unique_ptr<HttpServer> server(new HttpServer(std::make_unique<Impl>()));
  server->impl_->limits = limits;
  server->impl_->routes = std::move(routes);
  for (const HttpAddress& address : addresses) RETURN_IF_ERROR(server->impl_->Listen(address));
  return server;
}

const std::vector<std::string>& HttpServer::urls() const { return impl_->urls; }

}  // namespace logtally
