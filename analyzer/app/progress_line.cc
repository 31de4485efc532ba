#include "app/progress_line.h"

#include <algorithm>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "app/standard_output.h"
#include "base/text.h"

namespace logtally {

std::string ProgressText(const IngestProgress& progress, absl::Duration elapsed) {
  const double seconds = std::max(absl::ToDoubleSeconds(elapsed), 1e-3);
  const double bytes_per_second = static_cast<double>(progress.bytes_read) / seconds;
  std::string text =
      absl::StrFormat("%s lines  %s", FormatCount(progress.lines_counted + progress.lines_rejected),
                      FormatBytes(progress.bytes_read));
  if (progress.bytes_total >= progress.bytes_read) {  // nobody knows how much a pipe will deliver
    absl::StrAppend(&text, " of ", FormatBytes(progress.bytes_total));
  }
  absl::StrAppendFormat(&text, "  %.0f MB/s", bytes_per_second / 1e6);
  const auto bytes_left = static_cast<double>(progress.bytes_total - progress.bytes_read);
  if (bytes_per_second > 0 && bytes_left > 0) {
    absl::StrAppendFormat(&text, "  %.0f s left", bytes_left / bytes_per_second + 0.5);
  }
  return text;
}

ProgressLine::ProgressLine(const Clock& clock)
    : clock_(clock),
      visible_(StandardErrorIsTerminal()),
      begin_(clock.Elapsed()),
      last_shown_(begin_) {}

ProgressLine::~ProgressLine() {
  if (shown_) std::fputs("\r\033[K", stderr);
}

void ProgressLine::Show(const IngestProgress& progress) {
  if (!visible_) return;
  const absl::Duration now = clock_.Elapsed();
  if (now - last_shown_ < absl::Milliseconds(200)) return;
  last_shown_ = now;
  shown_ = true;
  std::fprintf(stderr, "\r\033[K%s", ProgressText(progress, now - begin_).c_str());
  std::fflush(stderr);
}

}  // namespace logtally
