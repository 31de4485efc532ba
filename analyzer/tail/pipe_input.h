// Reads lines from a pipe: standard input, or a FIFO that a server writes its access log to.
#ifndef LOGTALLY_TAIL_PIPE_INPUT_H_
#define LOGTALLY_TAIL_PIPE_INPUT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/unique_fd.h"
#include "tail/container_log.h"
#include "tail/file_identity.h"
#include "tail/line_splitter.h"
#include "tail/stream_input.h"

namespace logtally {

// The name that stands for standard input where a log is asked for, and what people are told.
inline constexpr std::string_view kStandardInput = "-";
inline constexpr std::string_view kStandardInputName = "standard input";

// Shape:  bytes from a descriptor, cut into lines, until it ends. Then what has no '\n' is an
//         unterminated line. A regular file (`< access.log`) works as well, up to its end as of
//         now.
// Errors: a compressed text (told by its first bytes) and whatever read(2) says end the input.
// The promise of StreamInput applies: at most once.
class PipeInput : public StreamInput {
 public:
  // `fd` need not be non-blocking: it is polled before each read.
  PipeInput(std::string site, std::string name, UniqueFd fd, const Options& options);

  // The standard input of this program. Errors: there is none.
  static absl::StatusOr<std::unique_ptr<PipeInput>> OpenStandardInput(std::string site,
                                                                      const Options& options);
  // Opened for reading and writing, so that it does not end when its last writer leaves: the next
  // one may come. So writing must be permitted, though nothing is ever written.
  static absl::StatusOr<std::unique_ptr<PipeInput>> OpenFifo(std::string site,
                                                             const std::string& path,
                                                             const Options& options);

  int fd() const override { return fd_.get(); }
  bool Read(LineBatch& batch) override;
  bool at_end() const override { return !fd_.valid(); }
  void SetMaxLineBytes(int64_t max_line_bytes) override;

  // Nobody finds this FIFO any more: it ends once there is nothing left to read in it.
  void EndWhenEmpty() { end_when_empty_ = true; }
  // Who the opened FIFO is; all zeroes for others.
  const FileStat& stat() const { return stat_; }

 private:
  bool Finish(LineBatch& batch);
  bool Fail(absl::Status error);

  UniqueFd fd_;
  FileStat stat_;
  LineSplitter splitter_;
  ContainerLog container_;  // `cat a-containers.log |`
  std::vector<char> buffer_;
  bool end_when_empty_ = false;
};

}  // namespace logtally

#endif  // LOGTALLY_TAIL_PIPE_INPUT_H_
