#include "pipeline/count_files.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "pipeline/counting_crew.h"
#include "pipeline/line_counter.h"
#include "tail/tailer.h"

namespace logtally {
namespace {

// Now and then what was counted is folded, so that its memory is bounded.
constexpr int64_t kFoldBytes = 64 << 20;
constexpr size_t kFoldRows = 10'000;

constexpr absl::Duration kPatience = absl::Seconds(1);

}  // namespace

absl::StatusOr<FileCounts> CountFiles(const LogSource& source,
                                      std::shared_ptr<const LogFormat> format, TimeWindow window,
                                      const Clock& clock, int threads,
                                      const std::function<void(const IngestProgress&)>& show) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Tailer> tailer, Tailer::Create({}, {source}, {}, clock));
  Aggregator::Options options;
  options.shard.error_grain_seconds = std::numeric_limits<int32_t>::max();  // one list for all time
  options.max_future = absl::Hours(24 * 36525);  // a file may say what it likes
  LineCounter counter({{.site = source.site, .format = std::move(format)}}, options, clock);
  counter.SetWindow(window);
  CountingCrew crew(counter, threads);

  FileCounts result;
  IngestProgress progress;
  const auto show_progress = [&] {
    progress.lines_counted = counter.lines_counted();
    progress.lines_rejected = counter.lines_rejected();
    show(progress);
  };
  int64_t bytes_unfolded = 0;
  for (const FollowedFile& file : tailer->Files()) progress.bytes_total += file.size;
  while (true) {
    LineBatch& batch = crew.NextBatch();
    tailer->ReadBatch(batch);
    const bool has_read = !batch.empty();
    progress.bytes_read += batch.bytes;
    bytes_unfolded += batch.bytes;
    crew.Count();
    if (bytes_unfolded >= kFoldBytes) {
      bytes_unfolded = 0;
      crew.Settle();
      if (counter.aggregator().batch().rows() > kFoldRows) counter.aggregator().FoldMinutes();
    }
    for (const Loss& loss : tailer->TakeLosses()) {
      counter.aggregator().NoteLoss(loss);
      if (loss.cause != LossCause::kGone) continue;
      // It cannot have been rotated away: it is an archive that is damaged further on.
      result.read_errors.push_back(loss.path + ": damaged; only what stands before that was read");
    }
    show_progress();
    if (has_read) continue;
    if (tailer->AtEnd()) break;
    tailer->Wait(kPatience, -1);  // for what a pipe has not delivered yet
  }

  for (const FollowedFile& file : tailer->Files()) {
    if (file.failing)
      result.read_errors.push_back(absl::StrFormat("%s: %s", file.path, file.state));
  }
  crew.Settle();
  show_progress();
  LineBatch rest;
  rest.site = source.site;
  for (const UnterminatedTail& tail : tailer->UnterminatedTails()) {
    rest.path = tail.path;
    rest.lines.push_back({{}, 0, RawLine::Kind::kUnterminated});
  }
  counter.Count(rest);
  result.batch = counter.aggregator().batch();
  result.lines_outside_window = counter.lines_outside_window();
  return result;
}

}  // namespace logtally
