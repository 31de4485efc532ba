// HTTP as a client sees it, and bytes on a socket where a client would refuse to send them.
#ifndef LOGTALLY_TESTING_HTTP_H_
#define LOGTALLY_TESTING_HTTP_H_

#include <map>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace logtally::testing {

struct HttpAnswer {
  int status = 0;                              // 0: no answer at all; then `body` says why
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // as sent: not decompressed
};

// `base_url` is "http://127.0.0.1:9090". The target is sent as it is, without any encoding.
HttpAnswer HttpRequest(const std::string& base_url, const std::string& method,
                       const std::string& target,
                       const std::map<std::string, std::string>& headers = {});
HttpAnswer HttpGet(const std::string& base_url, const std::string& target);

// Sends the bytes to 127.0.0.1 and reads until the other side closes or says nothing for 5 s.
std::string ExchangeBytes(int port, std::string_view bytes);

// Sends the bytes to 127.0.0.1, reads the first byte of the answer and resets the connection.
void LeaveEarly(int port, std::string_view bytes);

// Everything but letters and digits as %XX.
std::string PercentEncode(std::string_view text);

// A port of 127.0.0.1 on which nothing listens at the moment.
int FreePort();
// The same for a port to which a server returns after it was down: one that the kernel gives to
// nobody who asks for any.
int LastingFreePort();

// A port of 127.0.0.1 that is taken while this lives.
class TakenPort {
 public:
  TakenPort();
  int port() const { return port_; }

 private:
  UniqueFd socket_;
  int port_ = 0;
};

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_HTTP_H_
