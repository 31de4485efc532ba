// Writes an access log as a web server would, and keeps the truth about it.
#ifndef LOGTALLY_TESTING_LOG_WRITER_H_
#define LOGTALLY_TESTING_LOG_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "testing/code_counts.h"

namespace logtally::testing {

// A line of nginx's combined format with that status and the time of now, without '\n'.
std::string CombinedLine(int code, std::string_view target = "/");

// Holds the log open like a server does: after a rename it goes on writing to the old file until
// it is told to reopen.
// The truth is kept in memory: a second log that no rotation ever touches.
// Thread: one at a time.
class LogWriter {
 public:
  // Creates the file, or appends to it.
  explicit LogWriter(std::string path);

  const std::string& path() const { return path_; }
  const CodeCounts& truth() const { return truth_; }
  int64_t lines() const { return Total(truth_); }

  // Complete lines; one write each call.
  void Append(int code, int count = 1);
  // The same, but no two lines that a test writes so are alike, from whichever writer: like those
  // of a real server, they tell one text from another. All are equally long.
  void AppendDistinct(int code, int count = 1);
  // A line that this writer does not understand itself; `counts_as` is its status.
  void AppendLine(std::string_view line, int counts_as);

  // The first half of a line, and later its rest: only then does it count.
  void AppendHalf(int code);
  void FinishHalf();

  // Bytes that are no record: the truth does not change.
  void AppendRaw(std::string_view bytes);

  // Renames the log as logrotate does. What is appended from now on goes to the renamed file…
  void Rename(const std::string& to);
  // …until the log is opened again under its own name, as on SIGUSR1.
  void Reopen();
  // Both at once; the old file becomes <path>.1.
  void RotateByRename();

 private:
  void Write(std::string_view bytes);

  const std::string path_;
  UniqueFd fd_;
  CodeCounts truth_;
  int half_code_ = 0;
  std::string rest_of_half_;
};

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_LOG_WRITER_H_
