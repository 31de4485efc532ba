#include "pipeline/count_files.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "pipeline/line_counter.h"
#include "tail/tailer.h"

namespace logtally {

absl::StatusOr<FileCounts> CountFiles(const std::vector<std::string>& paths,
                                      const std::string& site,
                                      std::shared_ptr<const LogFormat> format, TimeWindow window,
                                      const Clock& clock,
                                      const std::function<void(const IngestProgress&)>& show) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Tailer> tailer,
                   Tailer::Create({}, {{site, paths}}, {}, clock));
  Aggregator::Options options;
  options.path_grain_seconds = std::numeric_limits<int32_t>::max();  // one list for all time
  options.max_future = absl::Hours(24 * 36525);                      // a file may say what it likes
  LineCounter counter({{.site = site, .patterns = paths, .format = std::move(format)}}, options,
                      clock);
  counter.SetWindow(window);

  FileCounts result;
  IngestProgress progress;
  for (const FollowedFile& file : tailer->Files()) progress.bytes_total += file.size;
  while (true) {
    const LineBatch& batch = tailer->ReadBatch();
    counter.Count(batch);
    for (const Loss& loss : tailer->TakeLosses()) {
      counter.aggregator().NoteLoss(loss);
      if (loss.cause != LossCause::kGone) continue;
      // It cannot have been rotated away: it is an archive that is damaged further on.
      result.read_errors.push_back(loss.path + ": damaged; only what stands before that was read");
    }
    progress.bytes_read += batch.bytes;
    progress.lines_counted = counter.lines_counted();
    progress.lines_rejected = counter.lines_rejected();
    show(progress);
    if (batch.bytes == 0 && batch.lines.empty() && tailer->AtEnd()) break;
  }

  for (const FollowedFile& file : tailer->Files()) {
    if (file.failing)
      result.read_errors.push_back(absl::StrFormat("%s: %s", file.path, file.state));
  }
  for (size_t i = 0; i < tailer->UnterminatedTails().size(); ++i) {
    counter.aggregator().Reject(0, site, RejectReason::kUnterminated);
  }
  result.batch = counter.aggregator().batch();
  result.lines_outside_window = counter.lines_outside_window();
  return result;
}

}  // namespace logtally
