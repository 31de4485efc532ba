#include "tail/syslog_listener.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sock_diag.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "tail/syslog_header.h"

namespace logtally {
namespace {

constexpr size_t kMessagesPerRead = 32;
constexpr int64_t kHeaderBytes = 1024;           // more than any header has
constexpr int64_t kMinMessageBytes = 64 << 10;   // a UDP datagram is no longer
constexpr int64_t kMaxMessageBytes = 256 << 10;  // about what a unix socket can send
constexpr int kAskedBufferBytes = 8 << 20;       // a second of 40,000 lines
constexpr int kSmallQueue = 128;                 // datagrams
constexpr mode_t kSocketMode = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP;

const sockaddr* Raw(const SyslogAddress& address) {
  return reinterpret_cast<const sockaddr*>(&address.socket);
}

// Makes room for a unix socket where an earlier run has left one.
absl::Status RemoveLeftover(const SyslogAddress& address) {
  struct stat there;
  if (lstat(address.path.c_str(), &there) != 0) return absl::OkStatus();  // bind will say why
  if (!S_ISSOCK(there.st_mode)) {
    return absl::AlreadyExistsError(
        absl::StrCat(address.path, ": is there already, and is no socket; it is not replaced"));
  }
  // A socket file without a process is refused; one of another type, or a full one, is somebody's.
  const UniqueFd probe(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe.valid()) return ErrnoStatus("create a socket for", address.path, errno);
  if (connect(probe.get(), Raw(address), address.socket_size) != 0 && errno == ECONNREFUSED) {
    if (unlink(address.path.c_str()) == 0 || errno == ENOENT) return absl::OkStatus();
    return ErrnoStatus("remove the old socket", address.path, errno);
  }
  return absl::AlreadyExistsError(
      absl::StrCat(address.path, ": another process listens on this socket already"));
}

// As much as is granted: more than net.core.rmem_max only to root.
void AskForLargeBuffer(int fd) {
  const int bytes = kAskedBufferBytes;
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) == 0) return;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SyslogListener>> SyslogListener::Open(std::string site,
                                                                     const std::string& address,
                                                                     const Options& options) {
  ASSIGN_OR_RETURN(const SyslogAddress parsed, ParseSyslogAddress(address));
  if (!parsed.path.empty()) RETURN_IF_ERROR(RemoveLeftover(parsed));
  UniqueFd fd(socket(parsed.socket.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return ErrnoStatus("create a socket for", address, errno);
  AskForLargeBuffer(fd.get());
  // Before it has a name, so that nobody else can ever send to it; the umask narrows that mode…
  if (!parsed.path.empty()) fchmod(fd.get(), kSocketMode);
  if (bind(fd.get(), Raw(parsed), parsed.socket_size) != 0) {
    return ErrnoStatus("listen on", address, errno);
  }
  const std::string name = BoundAddressText(fd.get(), address);
  std::unique_ptr<SyslogListener> listener(
      new SyslogListener(std::move(site), name, std::move(fd), parsed.path, options));
  // …and the group is to send.
  if (!parsed.path.empty() && chmod(parsed.path.c_str(), kSocketMode) != 0) {
    return ErrnoStatus("set the mode of", parsed.path, errno);
  }
  return listener;
}

SyslogListener::SyslogListener(std::string site, std::string name, UniqueFd socket,
                               std::string path, const Options& options)
    : StreamInput(std::move(site), std::move(name)),
      socket_(std::move(socket)),
      path_(std::move(path)),
      parts_(kMessagesPerRead),
      messages_(kMessagesPerRead) {
  SetMaxLineBytes(options.max_line_bytes);
  struct stat bound;
  if (!path_.empty() && lstat(path_.c_str(), &bound) == 0) inode_ = bound.st_ino;
}

SyslogListener::~SyslogListener() {
  // Unless somebody has put a socket of his own there meanwhile.
  struct stat there;
  if (path_.empty() || lstat(path_.c_str(), &there) != 0) return;
  if (there.st_ino == inode_ && S_ISSOCK(there.st_mode)) unlink(path_.c_str());
}

void SyslogListener::SetMaxLineBytes(int64_t max_line_bytes) {
  max_line_bytes_ = max_line_bytes;
  const size_t message_bytes =
      std::clamp(max_line_bytes, kMinMessageBytes, kMaxMessageBytes) + kHeaderBytes;
  buffer_.resize(kMessagesPerRead * message_bytes);
  for (size_t i = 0; i < kMessagesPerRead; ++i) {
    parts_[i] = {buffer_.data() + i * message_bytes, message_bytes};
    messages_[i] = {};
    messages_[i].msg_hdr.msg_iov = &parts_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
  }
}

bool SyslogListener::Read(LineBatch& batch) {
  if (at_end()) return false;
  const int count =
      recvmmsg(socket_.get(), messages_.data(), messages_.size(), MSG_DONTWAIT, nullptr);
  if (count < 0) {
    if (errno != EAGAIN && errno != EINTR) error_ = ErrnoStatus("receive from", name_, errno);
    return false;
  }
  for (int i = 0; i < count; ++i) {
    const bool cut_off = (messages_[i].msg_hdr.msg_flags & MSG_TRUNC) != 0;
    const std::string_view datagram(static_cast<const char*>(parts_[i].iov_base),
                                    std::min<size_t>(messages_[i].msg_len, parts_[i].iov_len));
    AddLines(datagram, cut_off, batch);
    bytes_read_ += static_cast<int64_t>(datagram.size());
    batch.bytes += static_cast<int64_t>(datagram.size());
  }
  return count > 0;
}

void SyslogListener::AddLines(std::string_view datagram, bool cut_off, LineBatch& batch) {
  std::string_view rest = SyslogMessage(datagram);
  if (!cut_off) {
    // Some end a message with a 0 or a line end, as if they wrote it into a stream.
    while (!rest.empty() && rest.back() == '\0') rest.remove_suffix(1);
    if (!rest.empty() && rest.back() == '\n') rest.remove_suffix(1);
  }
  for (size_t end; (end = rest.find('\n')) != rest.npos; rest.remove_prefix(end + 1)) {
    AddLine(rest.substr(0, end), false, batch);
  }
  AddLine(rest, cut_off, batch);
}

void SyslogListener::AddLine(std::string_view bytes, bool cut_off, LineBatch& batch) {
  if (!bytes.empty() && bytes.back() == '\r') bytes.remove_suffix(1);
  if (cut_off || static_cast<int64_t>(bytes.size()) > max_line_bytes_) {
    batch.lines.push_back({{}, bytes_read_, RawLine::Kind::kTooLong});
  } else {
    batch.lines.push_back({bytes, bytes_read_, RawLine::Kind::kWhole});
  }
}

// Asked for rather than told with the next datagram (SO_RXQ_OVFL): there may be no next one.
int64_t SyslogListener::TakeDrops() {
  uint32_t info[SK_MEMINFO_VARS] = {};
  socklen_t size = sizeof(info);
  if (getsockopt(socket_.get(), SOL_SOCKET, SO_MEMINFO, info, &size) != 0) return 0;
  const uint32_t drops = info[SK_MEMINFO_DROPS];
  return static_cast<uint32_t>(drops - std::exchange(drops_seen_, drops));
}

std::string SyslogListener::Advice() const {
  if (path_.empty()) return "";
  int queue = 0;
  if (!(std::ifstream("/proc/sys/net/unix/max_dgram_qlen") >> queue)) return "";
  if (queue >= kSmallQueue) return "";
  return absl::StrCat("the kernel keeps only ", queue,
                      " messages of a unix socket (sysctl net.unix.max_dgram_qlen): when more come "
                      "at once, the sender loses them, and nobody can count that; udp: is safer");
}

}  // namespace logtally
