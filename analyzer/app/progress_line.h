// Shows on a terminal how far a long run has come; says nothing into a pipe.
#ifndef LOGTALLY_APP_PROGRESS_LINE_H_
#define LOGTALLY_APP_PROGRESS_LINE_H_

#include <string>

#include "absl/time/time.h"
#include "base/clock.h"
#include "pipeline/pipeline.h"

namespace logtally {

// "1,234,567 lines  512.0 MiB of 1.0 GiB  350 MB/s  2 s left"
std::string ProgressText(const IngestProgress& progress, absl::Duration elapsed);

// Thread: one at a time.
class ProgressLine {
 public:
  // `clock` must outlive this.
  explicit ProgressLine(const Clock& clock);
  // Wipes what it has shown.
  ~ProgressLine();
  // Redraws at most five times a second.
  void Show(const IngestProgress& progress);

 private:
  const Clock& clock_;
  const bool visible_;
  const absl::Duration begin_;
  absl::Duration last_shown_;
  bool shown_ = false;
};

}  // namespace logtally

#endif  // LOGTALLY_APP_PROGRESS_LINE_H_
