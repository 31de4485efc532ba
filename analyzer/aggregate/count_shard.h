// Adds the records of one thread up to a batch of counts.
#ifndef LOGTALLY_AGGREGATE_COUNT_SHARD_H_
#define LOGTALLY_AGGREGATE_COUNT_SHARD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aggregate/error_lists.h"
#include "aggregate/minute_link.h"
#include "aggregate/site_table.h"
#include "model/access_record.h"
#include "model/counts.h"

namespace logtally {

// Where the lines of one read come from, and what holds for all of them.
struct ChunkOrigin {
  std::string_view site;     // the configured one
  SiteIndex site_index = 0;  // of that
  bool splits_hosts = false;
  uint64_t rules = 0;             // another number: other rules for sites
  std::optional<TextIndex> text;  // nothing where there is no position to keep
  // The window of time stamps that the store keeps.
  int64_t oldest_unix = 0;
  int64_t newest_unix = 0;
  int64_t now_minute_unix = 0;               // for rejects that no line with a time precedes
  std::shared_ptr<const MinuteLink> before;  // null: it is the file's first chunk
  std::shared_ptr<MinuteLink> after;         // set by End()
};

// Shape:  Begin(), then Count() or Reject() for each line, then End().
// Speed:  Count() of a line that is no error allocates nothing: it adds to a few counters that lie
//         together, which End() adds up to the maps of the batch.
// Thread: one at a time. Shards with batches of their own may work at the same time.
class CountShard {
 public:
  struct Options {
    // Memory for the details of errors: see ErrorDetailsByKey.
    int64_t max_error_details_bytes = ErrorDetailsByKey::kDefaultMaxBytes;
    int64_t error_grain_seconds = 3600;  // errors are listed per this much time
  };

  // `sites` and `batch` must outlive this. The batch is up to date after End().
  CountShard(Options options, SiteTable& sites, CountBatch& batch);

  // The views in `origin` must be good until End().
  void Begin(const ChunkOrigin& origin);
  // A line that is a record. Its minute is that of its own time stamp; without one, that of the
  // line before it in the same file.
  void Count(const AccessRecord& record);
  // A line that is none: in the minute of the line before it.
  void Reject(RejectReason reason);
  void End();

 private:
  // Counters of one (minute, site, code, method).
  struct CountSlot {
    uint64_t key = kFree;
    int64_t responses = 0;
    int64_t bytes = 0;
    int64_t last_unix = 0;
  };
  struct DurationSlot {
    uint64_t key = kFree;
    DurationHistogram histogram;
  };
  // A site that a virtual host stands for.
  struct HostSlot {
    std::string host;
    SiteIndex site = 0;
    bool is_free = true;
  };
  static constexpr uint64_t kFree = std::numeric_limits<uint64_t>::max();
  static constexpr int kCountSlotBits = 8;
  static constexpr int kDurationSlotBits = 4;
  static constexpr int kHostSlotBits = 5;

  SiteIndex SiteOf(std::string_view host);
  int64_t MinuteOf(const std::optional<int64_t>& time_unix);
  int64_t LastMinute();
  void Observe(SiteIndex site, StatusCode code, DurationKind kind, double seconds);
  void Spill(CountSlot& slot);
  void Spill(DurationSlot& slot);
  void AddCounts(const CountKey& key, const CountSlot& sums);

  const Options options_;
  SiteTable& sites_;
  CountBatch& batch_;
  ChunkOrigin origin_;
  // Of the last line in this chunk that had a time; else nothing is known yet.
  std::optional<int64_t> last_minute_;
  std::array<CountSlot, 1 << kCountSlotBits> counts_;
  std::array<DurationSlot, 1 << kDurationSlotBits> durations_;
  std::array<HostSlot, 1 << kHostSlotBits> hosts_;
  ErrorLister error_lister_;
};

}  // namespace logtally

#endif  // LOGTALLY_AGGREGATE_COUNT_SHARD_H_
