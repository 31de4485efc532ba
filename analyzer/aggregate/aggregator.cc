#include "aggregate/aggregator.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace logtally {
namespace {

int64_t FloorTo(int64_t unix_seconds, int64_t grain) {
  const int64_t remainder = unix_seconds % grain;
  return unix_seconds - (remainder < 0 ? remainder + grain : remainder);
}

}  // namespace

Aggregator::Aggregator(Options options, LabelPolicy labels, const Clock& clock)
    : options_(options), labels_(std::move(labels)), clock_(clock) {
  batch_.error_details.SetMaxBytes(options_.max_error_details_bytes);
  RenewWindow();
}

SiteIndex Aggregator::IndexOf(std::string_view site) {
  const auto known = site_index_.find(AbslView(site));
  if (known != site_index_.end()) return known->second;
  const auto index = static_cast<SiteIndex>(batch_.sites.size());
  batch_.sites.emplace_back(site);
  site_index_.emplace(site, index);
  return index;
}

TextIndex Aggregator::IndexOf(const TextKey& text) {
  const auto [index, is_new] =
      text_index_.try_emplace(text, static_cast<TextIndex>(batch_.texts.size()));
  if (is_new) batch_.texts.push_back(text);
  return index->second;
}

int64_t Aggregator::MinuteOf(FileIndex file, const AccessRecord& record) {
  int64_t& last_minute = last_minute_.try_emplace(file, kUntimed).first->second;
  if (!record.time_unix) return last_minute;
  if (*record.time_unix < oldest_unix_ || *record.time_unix > newest_unix_) return kUntimed;
  return last_minute = FloorTo(*record.time_unix, 60);
}

void Aggregator::Count(FileIndex file, std::string_view site, const AccessRecord& record) {
  const LabelPolicy::Label label = labels_.SiteOf(site, record.host);
  const auto overflow = [&](bool happened, CappedLabel which) {
    batch_.overflowed[static_cast<int>(which)] += happened ? 1 : 0;
  };
  overflow(label.overflowed, CappedLabel::kSite);
  overflow(record.method == kOtherMethod, CappedLabel::kMethod);
  overflow(!IsLabelStatus(record.status), CappedLabel::kCode);
  const SiteIndex index = IndexOf(label.name);
  const int64_t minute = MinuteOf(file, record);

  batch_.counts[{minute, index, record.status, record.method}] += Tally{1, record.bytes};
  if (text_) ++batch_.text_codes[{*text_, record.status}];
  SiteIntake& intake = batch_.intake[index];
  if (minute == kUntimed) {
    ++batch_.untimed[index];
  } else if (record.time_unix) {
    intake.last_line_unix = std::max(intake.last_line_unix, *record.time_unix);
  }

  const auto status_class =
      static_cast<int8_t>(record.status >= 100 && record.status <= 599 ? record.status / 100 : 0);
  if (record.duration_seconds) {
    batch_.durations[{index, status_class, DurationKind::kRequest}].Observe(
        *record.duration_seconds);
  }
  if (record.upstream_seconds) {
    batch_.durations[{index, status_class, DurationKind::kUpstream}].Observe(
        *record.upstream_seconds);
  }
  if (IsErrorStatus(record.status) && minute != kUntimed) {
    error_lister_.Add({FloorTo(minute, options_.path_grain_seconds), index, record.status}, record,
                      batch_.error_details);
  }
}

void Aggregator::Reject(FileIndex file, std::string_view site, RejectReason reason) {
  const auto last = last_minute_.find(file);
  const int64_t minute = last == last_minute_.end() || last->second == kUntimed
                             ? FloorTo(absl::ToUnixSeconds(clock_.Now()), 60)
                             : last->second;
  const SiteIndex index = IndexOf(site);
  batch_.intake[index];  // a batch with nothing but rejects is not empty
  ++batch_.rejects[{minute, index, reason}];
  if (text_) ++batch_.text_rejects[*text_];
}

void Aggregator::NoteLoss(const Loss& loss) {
  const int64_t hour = FloorTo(absl::ToUnixSeconds(clock_.Now()), 3600);
  batch_.losses[{hour, IndexOf(loss.site), loss.cause, loss.path}] += loss.tally;
}

void Aggregator::NoteRead(std::string_view site, const TextKey* text, int64_t bytes) {
  text_.reset();
  if (text != nullptr) text_ = IndexOf(*text);
  batch_.intake[IndexOf(site)].read_bytes += bytes;
  batch_bytes_ += bytes;
  RenewWindow();
}

bool Aggregator::is_full() const {
  // The details of a key are one row, which weighs as much as a dozen others.
  const size_t rows = batch_.counts.size() + batch_.rejects.size() + batch_.text_codes.size() +
                      batch_.losses.size() + 12 * batch_.error_details.by_key().size();
  return batch_.error_details.is_full() || batch_bytes_ >= options_.max_batch_bytes ||
         rows >= options_.max_batch_keys;
}

bool Aggregator::DueForCommit() const {
  return is_full() || (!empty() && clock_.Elapsed() - last_clear_ >= options_.commit_period);
}

void Aggregator::Clear() {
  batch_.Clear();
  text_.reset();
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
  labels_ = std::move(labels);
  options_.retention = retention;
}

}  // namespace logtally
