// Counts finished files without a store: for a summary straight from logs.
#ifndef LOGTALLY_PIPELINE_COUNT_FILES_H_
#define LOGTALLY_PIPELINE_COUNT_FILES_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "model/counts.h"
#include "model/time_window.h"
#include "parse/log_format.h"
#include "pipeline/pipeline.h"
#include "tail/tailer.h"

namespace logtally {

struct FileCounts {
  CountBatch batch;
  int64_t lines_outside_window = 0;
  // "open /x: Permission denied": one for each file that could not be read, or not to its end.
  std::vector<std::string> read_errors;
};

// Reads each file of the source once, from beginning to end as of now, and standard input (the
// stream "-") until it ends. A last line without '\n' is a rejected line (unterminated): it may
// have been cut off anywhere, also inside its status. `format` null: found out for each file.
// Lines are counted on `threads` threads. `show` is called now and then.
absl::StatusOr<FileCounts> CountFiles(const LogSource& source,
                                      std::shared_ptr<const LogFormat> format, TimeWindow window,
                                      const Clock& clock, int threads,
                                      const std::function<void(const IngestProgress&)>& show);

}  // namespace logtally

#endif  // LOGTALLY_PIPELINE_COUNT_FILES_H_
