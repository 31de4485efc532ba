#include "export/http_server.h"

#include <httplib.h>
#include <sys/socket.h>

#include <cerrno>
#include <exception>
#include <thread>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "export/json.h"

namespace logtally {
namespace {

constexpr size_t kThreads = 4;
constexpr size_t kMaxBodyBytes = 64 << 10;
constexpr time_t kTimeoutSeconds = 5;

// The library's default sets SO_REUSEPORT, with which a second daemon could bind the same port and
// take away half of the requests. SO_REUSEADDR only lets a restart bind at once.
void SetSocketOptions(socket_t socket) {
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
}

std::string Url(const HttpAddress& address) {
  const bool ipv6 = address.host.find(':') != std::string::npos;
  return absl::StrFormat(ipv6 ? "http://[%s]:%d" : "http://%s:%d", address.host, address.port);
}

void Answer(const HttpResponse& response, httplib::Response& out) {
  out.status = response.status;
  out.set_content(response.body, response.content_type.c_str());
  // Whatever a log line says, a browser takes our pages for what they are.
  out.set_header("X-Content-Type-Options", "nosniff");
  out.set_header("Cache-Control", "no-store");
}

}  // namespace

struct HttpServer::Impl {
  struct Listener {
    httplib::Server server;
    std::thread thread;
  };

  absl::Status Listen(HttpAddress address);
  void Route(httplib::Server& server);

  std::vector<HttpRoute> routes;
  std::vector<std::unique_ptr<Listener>> listeners;
  std::vector<std::string> urls;
};

void HttpServer::Impl::Route(httplib::Server& server) {
  server.Get(".*", [this](const httplib::Request& request, httplib::Response& response) {
    for (const HttpRoute& route : routes) {
      if (route.path != request.path) continue;
      Answer(route.handle({request.path, {request.params.begin(), request.params.end()}}),
             response);
      return;
    }
    Answer(JsonError(
               404, absl::StrFormat("there is nothing at %s; / lists what there is", request.path)),
           response);
  });
  const auto refuse = [](const httplib::Request& request, httplib::Response& response) {
    Answer(
        JsonError(405, absl::StrFormat("%s is not allowed; only GET and HEAD are", request.method)),
        response);
    response.set_header("Allow", "GET, HEAD");
  };
  server.Post(".*", refuse).Put(".*", refuse).Patch(".*", refuse).Delete(".*", refuse);
  server.Options(".*", refuse);
  // What the library refuses by itself (a malformed head, a body too large) has no body yet.
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
  auto listener = std::make_unique<Listener>();
  httplib::Server& server = listener->server;
  server.set_socket_options(SetSocketOptions);
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_read_timeout(kTimeoutSeconds);
  server.set_write_timeout(kTimeoutSeconds);
  server.set_keep_alive_timeout(kTimeoutSeconds);
  server.set_payload_max_length(kMaxBodyBytes);
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
  listener->thread = std::thread([&server] { server.listen_after_bind(); });
  // Stop() before the loop runs would be forgotten: wait until it does.
  while (!server.is_running()) std::this_thread::yield();
  listeners.push_back(std::move(listener));
  return absl::OkStatus();
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
  for (const auto& listener : impl_->listeners) listener->server.stop();
  for (const auto& listener : impl_->listeners) listener->thread.join();
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(
    const std::vector<HttpAddress>& addresses, std::vector<HttpRoute> routes) {
  std::unique_ptr<HttpServer> server(new HttpServer(std::make_unique<Impl>()));
  server->impl_->routes = std::move(routes);
  for (const HttpAddress& address : addresses) RETURN_IF_ERROR(server->impl_->Listen(address));
  return server;
}

const std::vector<std::string>& HttpServer::urls() const { return impl_->urls; }

}  // namespace logtally
