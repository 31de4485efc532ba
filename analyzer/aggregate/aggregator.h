// Adds records up to a batch of counts, in bounded memory.
#ifndef LOGTALLY_AGGREGATE_AGGREGATOR_H_
#define LOGTALLY_AGGREGATE_AGGREGATOR_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "aggregate/count_shard.h"
#include "aggregate/label_policy.h"
#include "aggregate/minute_link.h"
#include "aggregate/site_table.h"
#include "base/clock.h"
#include "model/access_record.h"
#include "model/counts.h"

namespace logtally {

// Shape:  NoteRead() for each read, whose lines a CountShard then counts: that of this object, or
//         others on other threads, whose batches Absorb() takes before batch() is stored.
// Thread: one at a time; for shards see there.
class Aggregator {
 public:
  struct Options {
    absl::Duration commit_period = absl::Seconds(1);
    int64_t max_batch_bytes = 32 << 20;  // of log, not of memory
    size_t max_batch_keys = 10000;       // rows that a commit would write
    // Minutes older than this are not kept by the store; nothing: all are.
    std::optional<absl::Duration> retention;
    // A time stamp further in the future is a clock gone wrong.
    absl::Duration max_future = absl::Hours(24);
    CountShard::Options shard;
  };

  // `clock` must outlive this.
  Aggregator(Options options, LabelPolicy labels, const Clock& clock);
  Aggregator(const Aggregator&) = delete;
  Aggregator& operator=(const Aggregator&) = delete;

  // Bytes consumed from a file by lines that are to be counted next, and the text that they are of
  // (nothing: one that has no position). Which time stamps the store keeps is found out here: for
  // each read, as a batch may wait long for lines, or for the store. What comes back goes to
  // CountShard::Begin; chunks of one file must be begun in the order of these calls.
  ChunkOrigin NoteRead(FileIndex file, std::string_view site, const std::optional<TextKey>& text,
                       int64_t bytes);
  // The shard that counts straight into batch(), on the thread of this.
  CountShard& shard() { return shard_; }
  // What shards on other threads are made of; their batches come back by Absorb().
  SiteTable& sites() { return sites_; }
  CountShard::Options shard_options() const { return options_.shard; }
  // Adds what another shard has counted since the last Clear(), and forgets it there.
  void Absorb(CountBatch& part);

  void NoteLoss(const Loss& loss);
  // Nothing more comes from this file.
  void ForgetFile(FileIndex file) { last_chunk_.erase(file); }

  // Whether there is something to store, and it is time or the batch is large.
  bool DueForCommit() const;
  // Whether the batch is so large that reading on would break the memory bound.
  // `rows_elsewhere`: in parts that are still to be absorbed.
  bool is_full(size_t rows_elsewhere = 0) const;
  bool empty() const { return batch_.intake.empty() && batch_.losses.empty(); }

  // What was counted by shard() and absorbed.
  const CountBatch& batch() const {
    sites_.Complete(batch_.sites);
    return batch_;
  }
  // As CountBatch::FoldMinutes, for a batch that is not to be stored.
  void FoldMinutes() { batch_.FoldMinutes(); }
  // The batch is durable: forget it, start the next.
  void Clear();

  // A host that the store knows as a site already.
  void AdmitHost(std::string_view site, std::string_view host) { sites_.AdmitHost(site, host); }

  // Takes new rules, for lines to come.
  void SetLabels(LabelPolicy labels, std::optional<absl::Duration> retention);

 private:
  TextIndex IndexOf(const TextKey& text);
  void RenewWindow();

  Options options_;
  SiteTable sites_;
  uint64_t rules_ = 0;
  const Clock& clock_;
  mutable CountBatch batch_;  // its names come when somebody asks
  CountShard shard_;
  absl::flat_hash_map<FileIndex, std::shared_ptr<const MinuteLink>> last_chunk_;
  absl::flat_hash_map<TextKey, TextIndex> text_index_;  // of this batch
  int64_t batch_bytes_ = 0;
  absl::Duration last_clear_ = -absl::InfiniteDuration();  // the first batch is due at once
  // The window of time stamps that the store keeps.
  int64_t oldest_unix_ = 0;
  int64_t newest_unix_ = 0;
};

}  // namespace logtally

#endif  // LOGTALLY_AGGREGATE_AGGREGATOR_H_
