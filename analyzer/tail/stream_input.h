// What inputs without positions have in common: standard input, FIFOs and syslog sockets.
#ifndef LOGTALLY_TAIL_STREAM_INPUT_H_
#define LOGTALLY_TAIL_STREAM_INPUT_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "model/access_record.h"

namespace logtally {

// An input whose bytes can be read only once.
//
// Promise: at most once, where a file has exactly once. What was read and not yet committed is lost
//          with kill -9 or a power cut, and what waits in the kernel is lost when the program ends:
//          there is nothing to read it from again. Nothing is counted twice. Messages that the
//          kernel is known to have dropped are told by TakeDrops().
// Units:   offsets are bytes since the input was opened.
// Thread:  one at a time.
class StreamInput {
 public:
  struct Options {
    int64_t max_line_bytes = 64 << 10;
    int64_t read_bytes = 256 << 10;  // at most so much by one read(2) of a pipe
  };

  StreamInput(std::string site, std::string name)
      : site_(std::move(site)), name_(std::move(name)) {}
  StreamInput(const StreamInput&) = delete;
  StreamInput& operator=(const StreamInput&) = delete;
  virtual ~StreamInput() = default;

  // For poll(2): POLLIN when Read() may find something.
  virtual int fd() const = 0;

  // Takes what is there, without waiting and within bounds (one system call), and appends its
  // complete lines to `batch`. False: there was nothing, or no more will come.
  // Views: good until the next call.
  virtual bool Read(LineBatch& batch) = 0;

  // Nothing will come any more: it ended, or see error().
  virtual bool at_end() const = 0;

  // Why it cannot be read any more, or OK.
  const absl::Status& error() const { return error_; }

  // How many messages the kernel has dropped since the last call because nobody took them in time.
  virtual int64_t TakeDrops() { return 0; }

  // From the next line on.
  virtual void SetMaxLineBytes(int64_t max_line_bytes) = 0;

  const std::string& site() const { return site_; }
  // For people: "standard input", the path of the FIFO, "udp:127.0.0.1:5140".
  const std::string& name() const { return name_; }
  int64_t bytes_read() const { return bytes_read_; }

 protected:
  const std::string site_;
  std::string name_;
  absl::Status error_;
  int64_t bytes_read_ = 0;
};

}  // namespace logtally

#endif  // LOGTALLY_TAIL_STREAM_INPUT_H_
