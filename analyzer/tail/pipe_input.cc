#include "tail/pipe_input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "base/text.h"

namespace logtally {
namespace {

absl::Status NoFifo(const std::string& path) {
  return absl::FailedPreconditionError(absl::StrCat(path, ": is no FIFO any more"));
}

}  // namespace

PipeInput::PipeInput(std::string site, std::string name, UniqueFd fd, const Options& options)
    : StreamInput(std::move(site), std::move(name)),
      fd_(std::move(fd)),
      splitter_(options.max_line_bytes),
      container_(options.max_line_bytes),
      buffer_(options.read_bytes) {}

absl::StatusOr<std::unique_ptr<PipeInput>> PipeInput::OpenStandardInput(std::string site,
                                                                        const Options& options) {
  // A descriptor of our own, so that closing it frees no number 0 for something else to get.
  UniqueFd fd(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (!fd.valid()) return ErrnoStatus("open", kStandardInputName, errno);
  return std::make_unique<PipeInput>(std::move(site), std::string(kStandardInputName),
                                     std::move(fd), options);
}

absl::StatusOr<std::unique_ptr<PipeInput>> PipeInput::OpenFifo(std::string site,
                                                               const std::string& path,
                                                               const Options& options) {
  // Looked at before it is opened, as opening alone has effects on some devices; and again
  // afterwards, as the path may lead to something else by then.
  ASSIGN_OR_RETURN(const FileStat before, StatPath(path));
  if (before.type != S_IFIFO) return NoFifo(path);
  UniqueFd fd(open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd.valid()) return ErrnoStatus("open for reading and writing", path, errno);
  ASSIGN_OR_RETURN(const FileStat stat, StatOpened(fd.get(), path));
  if (stat.type != S_IFIFO) return NoFifo(path);
  auto input = std::make_unique<PipeInput>(std::move(site), path, std::move(fd), options);
  input->stat_ = stat;
  return input;
}

bool PipeInput::Read(LineBatch& batch) {
  if (at_end()) return false;
  // O_NONBLOCK would be shared with every process that has the same pipe or terminal open.
  pollfd ready = {fd_.get(), POLLIN, 0};
  const int polled = poll(&ready, 1, 0);
  if (polled <= 0) return polled == 0 && end_when_empty_ && Finish(batch);
  const ssize_t n = read(fd_.get(), buffer_.data(), buffer_.size());
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return false;
  if (n < 0) return Fail(ErrnoStatus("read", name_, errno));
  if (n == 0) return Finish(batch);
  const std::string_view chunk(buffer_.data(), n);
  if (bytes_read_ == 0) {
    if (const auto format = CompressionName(chunk)) {
      return Fail(absl::FailedPreconditionError(
          absl::StrCat(name_, ": is compressed (", AbslView(*format),
                       "); decompress it first, for example with zcat or zstdcat")));
    }
  }
  const int64_t begin = splitter_.line_offset();
  splitter_.Append(chunk);
  const size_t first = batch.lines.size();
  while (const std::optional<RawLine> line = splitter_.Next()) batch.lines.push_back(*line);
  container_.Unwrap(batch.lines, first);
  bytes_read_ += n;
  batch.bytes += splitter_.line_offset() - begin;
  return true;
}

bool PipeInput::Finish(LineBatch& batch) {
  const int64_t begin = splitter_.line_offset();
  std::optional<RawLine> line = splitter_.Finish();
  batch.bytes += splitter_.line_offset() - begin;
  if (!line.has_value()) line = container_.Finish();
  if (line.has_value()) batch.lines.push_back(*line);
  fd_.reset();
  return line.has_value();
}

bool PipeInput::Fail(absl::Status error) {
  error_ = std::move(error);
  fd_.reset();
  return false;
}

void PipeInput::SetMaxLineBytes(int64_t max_line_bytes) {
  splitter_.SetMaxLineBytes(max_line_bytes);
  container_.SetMaxLineBytes(max_line_bytes);
}

}  // namespace logtally
