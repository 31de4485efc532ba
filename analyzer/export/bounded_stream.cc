#include "export/bounded_stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/clock.h"

namespace logtally {
namespace {

// Waits until `socket` is ready for `events`. False: the time is over, or it is time to stop.
bool WaitFor(int socket, short events, absl::Duration until, const std::atomic<bool>* stopping) {
  for (;;) {
    const absl::Duration left = until - SystemClock().Elapsed();
    // In slices, so that a stop is noticed.
    const absl::Duration slice = std::clamp(left, absl::ZeroDuration(), absl::Milliseconds(100));
    pollfd waiting = {socket, events, 0};
    const int ready = ::poll(
        &waiting, 1,
        static_cast<int>(absl::ToInt64Milliseconds(absl::Ceil(slice, absl::Milliseconds(1)))));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
    if (left <= absl::ZeroDuration()) return false;
    if (stopping != nullptr && *stopping) return false;
  }
}

}  // namespace

BoundedStream::BoundedStream(int socket, const HttpLimits& limits,
                             const std::atomic<bool>& stopping)
    : socket_(socket),
      answer_time_(limits.answer_time),
      stopping_(stopping),
      read_until_(SystemClock().Elapsed() + limits.request_time),
      bytes_left_(limits.max_request_bytes) {}

bool BoundedStream::is_readable() const {
  return buffered_from_ < buffered_to_ || WaitFor(socket_, POLLIN, read_until_, &stopping_);
}

bool BoundedStream::is_writable() const { return WaitFor(socket_, POLLOUT, write_until_, nullptr); }

ssize_t BoundedStream::read(char* out, size_t size) {
  if (buffered_from_ == buffered_to_) {
    const size_t wanted = std::min(buffer_.size(), bytes_left_);
    if (wanted == 0 || !is_readable()) return -1;
    const ssize_t got = ::recv(socket_, buffer_.data(), wanted, MSG_DONTWAIT);
    if (got <= 0) return got;
    bytes_left_ -= static_cast<size_t>(got);
    buffered_from_ = 0;
    buffered_to_ = static_cast<size_t>(got);
  }
  const size_t taken = std::min(size, buffered_to_ - buffered_from_);
  std::memcpy(out, buffer_.data() + buffered_from_, taken);
  buffered_from_ += taken;
  return static_cast<ssize_t>(taken);
}

ssize_t BoundedStream::write(const char* data, size_t size) {
  if (write_until_ == absl::InfiniteDuration()) {
    write_until_ = SystemClock().Elapsed() + answer_time_;
  }
  size_t written = 0;
  while (written < size) {
    if (!is_writable()) return -1;
    const ssize_t sent =
        ::send(socket_, data + written, size - written, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) {
      written += static_cast<size_t>(sent);
    } else if (errno != EAGAIN && errno != EINTR) {
      return -1;
    }
  }
  return static_cast<ssize_t>(written);
}

// No handler asks who is there, and no answer depends on it.
void BoundedStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

void BoundedStream::get_local_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

}  // namespace logtally
