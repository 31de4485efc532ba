// One connection of an HTTP client, which cannot hold the thread that serves it for long.
#ifndef LOGTALLY_EXPORT_BOUNDED_STREAM_H_
#define LOGTALLY_EXPORT_BOUNDED_STREAM_H_

#include <httplib.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <string>

#include "absl/time/time.h"
#include "export/http_server.h"

namespace logtally {

// Shape:  what cpp-httplib reads a request from and writes the answer to. Unlike the library's own
//         stream, time is limited for the whole request and the whole answer and not for each
//         read(2): a client that sends a byte a second gets no more time than a silent one.
// Errors: after a limit, read() and write() return -1, as after a broken connection.
// Lifetime: the socket stays the caller's; `stopping` must outlive this, and ends reading early.
// Thread: one.
class BoundedStream : public httplib::Stream {
 public:
  BoundedStream(int socket, const HttpLimits& limits, const std::atomic<bool>& stopping);

  bool is_readable() const override;
  bool is_writable() const override;
  ssize_t read(char* out, size_t size) override;
  ssize_t write(const char* data, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }

 private:
  const int socket_;
  const absl::Duration answer_time_;
  const std::atomic<bool>& stopping_;
  const absl::Duration read_until_;                        // of SystemClock().Elapsed()
  absl::Duration write_until_ = absl::InfiniteDuration();  // from the first write on
  size_t bytes_left_;                                      // that may still be read
  std::array<char, 4096> buffer_;                          // the library reads heads byte by byte
  size_t buffered_from_ = 0;
  size_t buffered_to_ = 0;
};

}  // namespace logtally

#endif  // LOGTALLY_EXPORT_BOUNDED_STREAM_H_
