// Unwraps the lines that a container runtime has wrapped: what the program wrote to its standard
// output, as it wrote it.
#ifndef LOGTALLY_TAIL_CONTAINER_LOG_H_
#define LOGTALLY_TAIL_CONTAINER_LOG_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/access_record.h"

namespace logtally {

enum class ContainerFormat {
  kNone,        // plain lines
  kDockerJson,  // {"log":"…\n","stream":"stdout","time":"…"}: Docker's logging driver json-file
  kCri,         // 2024-06-10T12:00:00.1Z stdout F …: containerd, CRI-O, Podman's k8s-file
};

// The format that a file is in, by its first complete line.
ContainerFormat DetectContainerFormat(std::string_view first_line);

// Turns the lines of one file, in order, into the lines that the program wrote.
//
// Shape:   only standard output is an access log: what came by standard error is skipped, as the
//          images of nginx and httpd write their error log there. Runtimes cut long lines into
//          parts (Docker: at 16 KiB); the parts are joined, whatever came by standard error in
//          between. A line that is not wrapped is handed out as it is. Lines of a file that is not
//          wrapped at all stay untouched.
// Offsets: a line begins where its first part begins. While its last part is missing the read
//          position must not move beyond unfinished_from(): after a restart the parts are read
//          again, and what lies between them is skipped again.
// Errors:  none. More than `max_line_bytes` of parts are skipped up to the end of the line and
//          handed out as one kTooLong. If one of the wrapped lines is too long, or the file ends
//          there, so is the line that it may belong to.
// Views:   good until the next Unwrap(), and as long as the lines that were given.
// Limits:  a line whose parts are in two files, because the log was rotated between them, is not
//          joined. The last words of a container that ended without '\n' are joined with the first
//          ones of its next run, in Docker's format, which does not tell the two apart.
// Thread:  one at a time.
class ContainerLog {
 public:
  explicit ContainerLog(int64_t max_line_bytes) : max_line_bytes_(max_line_bytes) {}
  void SetMaxLineBytes(int64_t max_line_bytes) { max_line_bytes_ = max_line_bytes; }

  // Forgets everything: the next line is the first one, of whatever format.
  void StartAgain();

  // Replaces the lines from `first` on, which follow those of the last call, by what they mean.
  void Unwrap(std::vector<RawLine>& lines, size_t first = 0);

  // The file is final: the line whose last part is missing, if any (kUnterminated).
  std::optional<RawLine> Finish();

  // Where the line begins whose last part has not come yet.
  std::optional<int64_t> unfinished_from() const { return unfinished_from_; }
  // Nothing before the first complete line.
  std::optional<ContainerFormat> format() const { return format_; }

 private:
  void Take(const RawLine& wrapped, std::vector<RawLine>& lines);
  // `part` may lie in arena_, at its end.
  void TakePart(std::string_view part, bool is_last, int64_t offset, std::vector<RawLine>& lines);

  int64_t max_line_bytes_;
  std::optional<ContainerFormat> format_;
  std::optional<int64_t> unfinished_from_;
  std::string unfinished_;  // the parts of that line, at most max_line_bytes
  bool skipping_ = false;   // that line is too long already
  // The bytes of the lines handed out that are not views into what was given. Reserved before it is
  // filled, so that it does not move.
  std::string arena_;
  std::vector<RawLine> wrapped_;  // kept for its memory
};

}  // namespace logtally

#endif  // LOGTALLY_TAIL_CONTAINER_LOG_H_
