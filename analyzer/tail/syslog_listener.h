// Takes access-log lines that a server sends by syslog:
//   nginx:   access_log syslog:server=127.0.0.1:5140,nohostname combined;
//            access_log syslog:server=unix:/run/logtally/access.sock,nohostname combined;
//   HAProxy: log 127.0.0.1:5140 local0
#ifndef LOGTALLY_TAIL_SYSLOG_LISTENER_H_
#define LOGTALLY_TAIL_SYSLOG_LISTENER_H_

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/unique_fd.h"
#include "tail/stream_input.h"
#include "tail/syslog_address.h"

namespace logtally {

// A socket that datagrams come in by, each a syslog header and one line (or several).
//
// The promise of StreamInput applies, and what a kernel does with datagrams that nobody takes in
// time, while the disk is slow, say:
//   udp:   it drops them; TakeDrops() tells how many. A large buffer is asked for;
//   net.core.rmem_max
//          limits it.
//   unix:  it keeps net.unix.max_dgram_qlen of them (10; systemd makes that 512) and refuses more.
//          A server that does not want to wait, as nginx, then drops its line, and only the server
//          can know. So UDP over the loopback interface is the better choice for busy servers.
//
// A unix socket has mode 0660: servers that run as another user must be members of our group. A
// socket that an earlier run has left behind is replaced; one that somebody serves is not, nor is
// any other file. The file is removed at the end.
class SyslogListener : public StreamInput {
 public:
  // `address` in the form of syslog_address.h.
  // Errors: kInvalidArgument for the address; kAlreadyExists if somebody serves it; what the system
  //         calls say.
  static absl::StatusOr<std::unique_ptr<SyslogListener>> Open(std::string site,
                                                              const std::string& address,
                                                              const Options& options);
  ~SyslogListener() override;

  int fd() const override { return socket_.get(); }
  // A datagram that is longer than max_line_bytes (at least 64 KiB, at most 256 KiB) is cut off by
  // the kernel: its last line is too long.
  bool Read(LineBatch& batch) override;
  bool at_end() const override { return !error_.ok(); }
  int64_t TakeDrops() override;
  void SetMaxLineBytes(int64_t max_line_bytes) override;

  // Why bursts may get lost without a trace, for people; "" if there is nothing to say.
  std::string Advice() const;

 private:
  SyslogListener(std::string site, std::string name, UniqueFd socket, std::string path,
                 const Options& options);
  void AddLines(std::string_view datagram, bool cut_off, LineBatch& batch);
  void AddLine(std::string_view bytes, bool cut_off, LineBatch& batch);

  UniqueFd socket_;
  const std::string path_;  // of a unix socket
  ino_t inode_ = 0;         // of the file at path_
  int64_t max_line_bytes_;
  uint32_t drops_seen_ = 0;  // the kernel's counter, which wraps around
  std::vector<char> buffer_;
  std::vector<iovec> parts_;       // of buffer_, one a message
  std::vector<mmsghdr> messages_;  // point into parts_
};

}  // namespace logtally

#endif  // LOGTALLY_TAIL_SYSLOG_LISTENER_H_
