// Counts texts into a store, one after the other, without following them.
#ifndef LOGTALLY_PIPELINE_STORE_FILLER_H_
#define LOGTALLY_PIPELINE_STORE_FILLER_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "aggregate/aggregator.h"
#include "base/clock.h"
#include "pipeline/line_counter.h"
#include "pipeline/pipeline.h"
#include "pipeline/retained_logs.h"
#include "store/count_store.h"

namespace logtally {

// Shape:  Fill() for each text, then Commit(). Counts and positions become durable together, as
//         the pipeline's do.
// Thread: one at a time.
class StoreFiller {
 public:
  using Show = std::function<void(const IngestProgress&)>;

  // `store`, `clock` and `show` must outlive this. `known`: hosts that are sites already keep their
  // names.
  StoreFiller(CountStore& store, const CountSnapshot& known, const std::vector<SiteSetup>& sites,
              Aggregator::Options options, const Clock& clock, const IngestProgress& so_far,
              const Show& show);

  struct Text {
    const RetainedFile& file;
    // Files of one log have one number, so that what was found out of the format of one helps with
    // the next.
    FileIndex log = 0;
    FilePosition position;   // counting begins at its offset
    bool is_stored = false;  // the store knows the position, with that offset
    static constexpr int64_t kToItsEnd = std::numeric_limits<int64_t>::max();
    int64_t end = kToItsEnd;
    // What is behind the last '\n': a line that has been cut off (rejected), or one that is still
    // being written.
    enum class Rest { kIsALine, kWaits } rest = Rest::kIsALine;
    int64_t max_line_bytes = 64 << 10;
  };
  struct Filled {
    FilePosition position;
    absl::Status unreadable;  // why not more was counted: as LogContent::ReadAt
  };
  // Errors: those of the store.
  absl::StatusOr<Filled> Fill(const Text& text);

  absl::Status Commit();

  const IngestProgress& progress() const { return progress_; }

 private:
  // A text that is being counted.
  struct Current {
    const RetainedFile& file;
    FilePosition position;
    std::optional<int64_t> stored_offset;
  };
  absl::Status Count(LogContent& content, Current& current, LineBatch& batch, int64_t consumed);
  static void Seal(LogContent& content, Current& current);

  CountStore& store_;
  LineCounter counter_;
  const IngestProgress so_far_;
  IngestProgress progress_;
  const Show& show_;
  std::vector<PositionUpdate> updates_;  // since the last commit
};

}  // namespace logtally

#endif  // LOGTALLY_PIPELINE_STORE_FILLER_H_
