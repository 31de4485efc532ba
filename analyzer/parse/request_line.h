// The first line of an HTTP request, as servers log it: method, target, protocol.
#ifndef LOGTALLY_PARSE_REQUEST_LINE_H_
#define LOGTALLY_PARSE_REQUEST_LINE_H_

#include <string_view>

#include "model/method.h"

namespace logtally {

struct RequestLine {
  Method method = kOtherMethod;
  std::string_view path;  // the target as logged: origin form, absolute URI, host:port or "*"
  // A registered method or a protocol was there: surely a request, however odd.
  bool recognised = false;
};

// Shape:  "GET /a?b HTTP/1.1", "GET /a" (HTTP/0.9), "GET http://…", "CONNECT host:port HTTP/1.1";
//         a target may hold spaces ("GET /a b HTTP/1.1"). "-" and nothing are an empty path.
//         What is no request line (a TLS greeting on a plain port, "MGLNDD_…") has the method
//         "other" and is, whole, its own path: that is what one wants to see among the errors.
//         Escapes (\x22) stay as they are.
// Errors: none; every text has an answer.
// Views:  the path points into `request`.
// Source: RFC 9112 §3.
inline RequestLine ParseRequestLine(std::string_view request);

// The same, not expecting a usual one.
RequestLine ParseOddRequestLine(std::string_view request);

// Nine requests in ten are "GET … HTTP/1.1" (or 1.0, or 2.0): that is seen without a search.
inline RequestLine ParseRequestLine(std::string_view request) {
  constexpr std::string_view kGet = "GET ";
  constexpr std::string_view kName = " HTTP/";
  constexpr size_t kProtocolBytes = 9;  // " HTTP/1.1"
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (request.size() < kGet.size() + kProtocolBytes || !request.starts_with(kGet)) {
    return ParseOddRequestLine(request);
  }
  const std::string_view end = request.substr(request.size() - kProtocolBytes);
  if (!end.starts_with(kName) || !is_digit(end[6]) || end[7] != '.' || !is_digit(end[8])) {
    return ParseOddRequestLine(request);
  }
  const size_t path_bytes = request.size() - kGet.size() - kProtocolBytes;
  return {kGetMethod, request.substr(kGet.size(), path_bytes), true};
}

}  // namespace logtally

#endif  // LOGTALLY_PARSE_REQUEST_LINE_H_
