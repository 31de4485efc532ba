// Serves GET requests on one or more addresses.
#ifndef LOGTALLY_EXPORT_HTTP_SERVER_H_
#define LOGTALLY_EXPORT_HTTP_SERVER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

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
  std::string path;  // exact
  std::function<HttpResponse(const HttpRequest&)> handle;
};

struct HttpAddress {
  std::string host;  // without brackets; an IPv6 literal has colons
  int port = 0;      // 0: any free one
};

// Shape:  only GET and HEAD; other methods are 405, other paths 404, both with a JSON body
//         {"error": "…"}; a handler that throws is 500. Answers are compressed when asked for.
// Bounds: request heads 8 KiB a line, bodies 64 KiB, 5 s to read and to write, 4 threads an
// address. Thread: handlers run on the server's threads, several at a time.
class HttpServer {
 public:
  // Binds and starts serving.
  // Errors: kFailedPrecondition "listen on http://127.0.0.1:9748: Address already in use; …".
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(
      const std::vector<HttpAddress>& addresses, std::vector<HttpRoute> routes);
  // Answers what is under way, then stops.
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
