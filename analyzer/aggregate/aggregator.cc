#include "aggregate/aggregator.h"

#include <algorithm>
#include <utility>

#include "model/time_window.h"

namespace logtally {

Aggregator::Aggregator(Options options, LabelPolicy labels, const Clock& clock)
    : options_(options),
      sites_(std::move(labels)),
      clock_(clock),
      shard_(options.shard, sites_, batch_) {
  RenewWindow();
}

TextIndex Aggregator::IndexOf(const TextKey& text) {
  const auto [index, is_new] =
      text_index_.try_emplace(text, static_cast<TextIndex>(batch_.texts.size()));
  if (is_new) batch_.texts.push_back(text);
  return index->second;
}

ChunkOrigin Aggregator::NoteRead(FileIndex file, std::string_view site,
                                 const std::optional<TextKey>& text, int64_t bytes) {
  RenewWindow();
  ChunkOrigin origin;
  origin.site = site;
  origin.site_index = sites_.IndexOf(site);
  origin.splits_hosts = sites_.SplitsHosts(site);
  origin.rules = rules_;
  if (text) origin.text = IndexOf(*text);
  origin.oldest_unix = oldest_unix_;
  origin.newest_unix = newest_unix_;
  origin.now_minute_unix = FloorTo(absl::ToUnixSeconds(clock_.Now()), 60);
  origin.after = std::make_shared<MinuteLink>();
  origin.before = std::exchange(last_chunk_[file], origin.after);
  batch_.intake[origin.site_index].read_bytes += bytes;
  batch_bytes_ += bytes;
  return origin;
}

void Aggregator::Absorb(CountBatch& part) {
  batch_.Merge(part);
  part.Clear();
}

void Aggregator::NoteLoss(const Loss& loss) {
  const int64_t hour = FloorTo(absl::ToUnixSeconds(clock_.Now()), 3600);
  batch_.losses[{hour, sites_.IndexOf(loss.site), loss.cause, loss.path}] += loss.tally;
}

bool Aggregator::is_full(size_t rows_elsewhere) const {
  return batch_.error_details.is_full() || batch_bytes_ >= options_.max_batch_bytes ||
         batch_.rows() + rows_elsewhere >= options_.max_batch_keys;
}

bool Aggregator::DueForCommit() const {
  return is_full() || (!empty() && clock_.Elapsed() - last_clear_ >= options_.commit_period);
}

void Aggregator::Clear() {
  batch_.Clear();
  text_index_.clear();
  batch_bytes_ = 0;
  last_clear_ = clock_.Elapsed();
}

void Aggregator::RenewWindow() {
  const absl::Time now = clock_.Now();
  oldest_unix_ = options_.retention ? absl::ToUnixSeconds(now - *options_.retention) : 0;
  newest_unix_ = absl::ToUnixSeconds(now + options_.max_future);
}

void Aggregator::SetLabels(LabelPolicy labels, std::optional<absl::Duration> retention) {
  sites_.SetLabels(std::move(labels));
  ++rules_;
  options_.retention = retention;
}

}  // namespace logtally
