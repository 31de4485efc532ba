// Serves GET requests on one or more addresses.
#ifndef LOGTALLY_EXPORT_HTTP_SERVER_H_
#define LOGTALLY_EXPORT_HTTP_SERVER_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace logtally {

struct HttpRequest {
  std::string path;
  std::multimap<std::string, std::string> parameters;  // of the query, decoded
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

struct HttpRoute {
  std::string path;  // exact; with a '*' at its end: whatever begins so
  std::function<HttpResponse(const HttpRequest&)> handle;
};

struct HttpAddress {
  std::string host;  // without brackets; an IPv6 literal has colons
  int port = 0;      // 0: any free one
};

// What clients may take of one address. Clients that stay silent, or send or read slowly, are cut
// off after these times, so that they delay a scrape and cannot prevent it.
struct HttpLimits {
  size_t threads = 32;
  size_t max_connections = 128;  // further ones wait in the kernel, and cost no descriptor
  size_t max_request_bytes = 64 << 10;
  absl::Duration request_time = absl::Seconds(2);  // until the whole request is there
  absl::Duration answer_time = absl::Seconds(10);  // until the whole answer is taken
};

// Shape:  only GET and HEAD; other methods are 405, other paths 404, both with a JSON body
//         {"error": "…"}; a handler that throws is 500. Answers are compressed when asked for,
//         and whole: a Range is ignored. Pages may not load or run anything (their
//         Content-Security-Policy allows inline styles alone). Each connection serves one request:
//         what asks here asks every few seconds, and a connection kept in between would hold a
//         thread.
// Thread: handlers run on the server's threads, several at a time.
class HttpServer {
 public:
  // Binds and starts serving.
  // Errors: kFailedPrecondition "listen on http://127.0.0.1:9748: Address already in use; …".
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(
      const std::vector<HttpAddress>& addresses, std::vector<HttpRoute> routes,
      const HttpLimits& limits = {});
  // Answers the requests that have arrived, then stops.
  ~HttpServer();

  // "http://127.0.0.1:9748", "http://[::1]:9748": with the ports that were chosen.
  const std::vector<std::string>& urls() const;

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace logtally

#endif  // LOGTALLY_EXPORT_HTTP_SERVER_H_
