#include "model/counts.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

namespace logtally {

std::string_view DurationKindName(DurationKind kind) {
  return kind == DurationKind::kRequest ? "request" : "upstream";
}

std::string_view CappedLabelName(CappedLabel label) {
  static constexpr std::string_view kNames[kCappedLabelCount] = {"site", "method", "code"};
  return kNames[static_cast<int>(label)];
}

void DurationHistogram::Observe(double seconds) {
  const auto bound = std::lower_bound(kDurationBounds.begin(), kDurationBounds.end(), seconds);
  ++buckets[static_cast<size_t>(bound - kDurationBounds.begin())];
  sum_seconds += seconds;
}

void DurationHistogram::operator+=(const DurationHistogram& other) {
  for (size_t i = 0; i < buckets.size(); ++i) buckets[i] += other.buckets[i];
  sum_seconds += other.sum_seconds;
}

void CountBatch::Merge(const CountBatch& other) {
  const auto add = [](auto& sums, const auto& addends) {
    for (const auto& [key, addend] : addends) sums[key] += addend;
  };
  add(counts, other.counts);
  add(rejects, other.rejects);
  add(durations, other.durations);
  add(untimed, other.untimed);
  add(losses, other.losses);
  add(text_codes, other.text_codes);
  add(text_rejects, other.text_rejects);
  for (const auto& [site, addend] : other.intake) {
    SiteIntake& sum = intake[site];
    sum.read_bytes += addend.read_bytes;
    sum.last_line_unix = std::max(sum.last_line_unix, addend.last_line_unix);
  }
  error_details.Merge(other.error_details);
  for (size_t i = 0; i < overflowed.size(); ++i) overflowed[i] += other.overflowed[i];
}

size_t CountBatch::rows() const {
  // The details of a key are one row, which weighs as much as a dozen others.
  return counts.size() + rejects.size() + text_codes.size() + losses.size() +
         12 * error_details.by_key().size();
}

namespace {

// Moves the sums of the minutes between the first and the last of each `group(key)` to the first.
template <typename Sums, typename Group>
void Fold(Sums& sums, Group group) {
  struct Ends {
    int64_t first = std::numeric_limits<int64_t>::max();
    int64_t last = std::numeric_limits<int64_t>::min();
  };
  std::map<decltype(group(sums.begin()->first)), Ends> ends;
  for (const auto& [key, sum] : sums) {
    if (key.minute_unix == kUntimed) continue;
    Ends& of_group = ends[group(key)];
    of_group.first = std::min(of_group.first, key.minute_unix);
    of_group.last = std::max(of_group.last, key.minute_unix);
  }
  Sums folded;
  for (const auto& [key, sum] : sums) {
    auto to = key;
    if (key.minute_unix != kUntimed) {
      const Ends& of_group = ends.at(group(key));
      if (key.minute_unix != of_group.last) to.minute_unix = of_group.first;
    }
    folded[to] += sum;
  }
  sums = std::move(folded);
}

}  // namespace

void CountBatch::FoldMinutes() {
  Fold(counts, [](const CountKey& key) { return std::tuple(key.site, key.code, key.method); });
  Fold(rejects, [](const RejectKey& key) { return std::pair(key.site, key.reason); });
}

void CountBatch::Clear() {
  counts.clear();
  rejects.clear();
  intake.clear();
  error_details.Clear();
  durations.clear();
  untimed.clear();
  overflowed = {};
  losses.clear();
  texts.clear();
  text_codes.clear();
  text_rejects.clear();
}

int64_t SiteCounts::counted_lines() const {
  int64_t lines = 0;
  for (const auto& [key, tally] : responses) lines += tally.responses;
  return lines;
}

int64_t SiteCounts::rejected_lines() const {
  int64_t lines = 0;
  for (const int64_t count : rejects) lines += count;
  return lines;
}

void CountSnapshot::Add(const CountBatch& batch) {
  for (const auto& [key, tally] : batch.counts) {
    sites[batch.sites[key.site]].responses[{key.code, key.method}] += tally;
  }
  for (const auto& [key, lines] : batch.rejects) {
    sites[batch.sites[key.site]].rejects[static_cast<int>(key.reason)] += lines;
  }
  for (const auto& [site, intake] : batch.intake) {
    SiteIntake& total = sites[batch.sites[site]].intake;
    total.read_bytes += intake.read_bytes;
    total.last_line_unix = std::max(total.last_line_unix, intake.last_line_unix);
  }
  for (const auto& [key, histogram] : batch.durations) {
    sites[batch.sites[key.site]].durations[{key.kind, key.status_class}] += histogram;
  }
  for (const auto& [site, lines] : batch.untimed) {
    sites[batch.sites[site]].untimed += lines;
  }
  for (const auto& [site, lines] : batch.error_details.unlisted()) {
    sites[batch.sites[site]].unlisted_errors += lines;
  }
  for (const auto& [key, tally] : batch.losses) {
    sites[batch.sites[key.site]].losses[static_cast<int>(key.cause)] += tally;
  }
  for (size_t i = 0; i < overflowed.size(); ++i) overflowed[i] += batch.overflowed[i];
}

}  // namespace logtally
