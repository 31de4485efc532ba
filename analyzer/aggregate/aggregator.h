// Adds records up to a batch of counts, in bounded memory.
#ifndef LOGTALLY_AGGREGATE_AGGREGATOR_H_
#define LOGTALLY_AGGREGATE_AGGREGATOR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "aggregate/error_lists.h"
#include "aggregate/label_policy.h"
#include "base/clock.h"
#include "model/access_record.h"
#include "model/counts.h"

namespace logtally {

// Thread: one at a time.
class Aggregator {
 public:
  struct Options {
    absl::Duration commit_period = absl::Seconds(1);
    int64_t max_batch_bytes = 32 << 20;  // of log, not of memory
    size_t max_batch_keys = 10000;       // rows that a commit would write
    // Memory for the details of errors: see ErrorDetailsByKey.
    int64_t max_error_details_bytes = ErrorDetailsByKey::kDefaultMaxBytes;
    // Minutes older than this are not kept by the store; nothing: all are.
    std::optional<absl::Duration> retention;
    // A time stamp further in the future is a clock gone wrong.
    absl::Duration max_future = absl::Hours(24);
    // Errors are listed per this much time: the store keeps hours.
    int64_t path_grain_seconds = 3600;
  };

  // `clock` must outlive this.
  Aggregator(Options options, LabelPolicy labels, const Clock& clock);

  // A line of a configured site that is a record. Its minute is that of its own time stamp; without
  // one, that of the line before it in the same file.
  void Count(FileIndex file, std::string_view site, const AccessRecord& record);
  // A line that is none: in the minute of the line before it.
  void Reject(FileIndex file, std::string_view site, RejectReason reason);
  // Bytes consumed by the lines that are counted or rejected next, and the text that they are of
  // (null: none that has a position). Which time stamps the store keeps is found out here: for each
  // read, as a batch may wait long for lines, or for the store.
  void NoteRead(std::string_view site, const TextKey* text, int64_t bytes);
  void NoteLoss(const Loss& loss);
  // Nothing more comes from this file.
  void ForgetFile(FileIndex file) { last_minute_.erase(file); }

  // Whether there is something to store, and it is time or the batch is large.
  bool DueForCommit() const;
  // Whether the batch is so large that reading on would break the memory bound.
  bool is_full() const;
  bool empty() const { return batch_.intake.empty() && batch_.losses.empty(); }

  const CountBatch& batch() const { return batch_; }
  // The batch is durable: forget it, start the next.
  void Clear();

  // A host that the store knows as a site already.
  void AdmitHost(std::string_view site, std::string_view host) { labels_.AdmitHost(site, host); }

  // Takes new rules, for lines to come.
  void SetLabels(LabelPolicy labels, std::optional<absl::Duration> retention);

 private:
  SiteIndex IndexOf(std::string_view site);
  TextIndex IndexOf(const TextKey& text);
  int64_t MinuteOf(FileIndex file, const AccessRecord& record);
  void RenewWindow();

  Options options_;
  LabelPolicy labels_;
  const Clock& clock_;
  CountBatch batch_;
  ErrorLister error_lister_;
  absl::flat_hash_map<std::string, SiteIndex> site_index_;
  absl::flat_hash_map<FileIndex, int64_t> last_minute_;
  absl::flat_hash_map<TextKey, TextIndex> text_index_;  // of this batch
  std::optional<TextIndex> text_;                       // of the lines that come now
  int64_t batch_bytes_ = 0;
  absl::Duration last_clear_ = -absl::InfiniteDuration();  // the first batch is due at once
  // The window of time stamps that the store keeps.
  int64_t oldest_unix_ = 0;
  int64_t newest_unix_ = 0;
};

}  // namespace logtally

#endif  // LOGTALLY_AGGREGATE_AGGREGATOR_H_
