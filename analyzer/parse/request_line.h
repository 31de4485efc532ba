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
RequestLine ParseRequestLine(std::string_view request);

}  // namespace logtally

#endif  // LOGTALLY_PARSE_REQUEST_LINE_H_
