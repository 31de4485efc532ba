#include "model/top_values.h"

#include <algorithm>
#include <cassert>
#include <functional>
#include <utility>

namespace logtally {
namespace {

size_t HashOf(std::string_view value) { return std::hash<std::string_view>()(value); }

bool Larger(const TopValues::Entry& a, const TopValues::Entry& b) {
  return a.count != b.count ? a.count > b.count : a.value < b.value;
}

}  // namespace

TopValues::TopValues(size_t capacity) : capacity_(capacity) { assert(capacity > 0); }

TopValues::Entry* TopValues::Find(std::string_view value) {
  const size_t hash = HashOf(value);
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (hashes_[i] == hash && entries_[i].value == value) return &entries_[i];
  }
  return nullptr;
}

int64_t TopValues::SmallestIfFull() const {
  if (!full()) return 0;
  const auto smallest =
      std::min_element(entries_.begin(), entries_.end(),
                       [](const Entry& a, const Entry& b) { return a.count < b.count; });
  return smallest->count;
}

void TopValues::Add(std::string_view value, int64_t count) {
  if (Entry* entry = Find(value)) {
    entry->count += count;
    return;
  }
  Restore({std::string(value), count, 0});
}

void TopValues::Restore(Entry entry) {
  const size_t hash = HashOf(entry.value);
  if (!full()) {
    entries_.push_back(std::move(entry));
    hashes_.push_back(hash);
    return;
  }
  const auto smallest =
      std::min_element(entries_.begin(), entries_.end(),
                       [](const Entry& a, const Entry& b) { return a.count < b.count; });
  entry.count += smallest->count;
  entry.overcount += smallest->count;
  hashes_[static_cast<size_t>(smallest - entries_.begin())] = hash;
  *smallest = std::move(entry);
}

void TopValues::Merge(const TopValues& other) {
  // A value that one side has no counter for may have occurred there as often as that side's
  // smallest counter says, so that much is added as overcount. Then the largest are kept.
  const int64_t missing_here = SmallestIfFull();
  const int64_t missing_there = other.SmallestIfFull();
  std::vector<Entry> merged;
  merged.reserve(entries_.size() + other.entries_.size());
  for (const Entry& entry : other.entries_) {
    Entry sum = entry;
    if (const Entry* here = Find(entry.value)) {
      sum.count += here->count;
      sum.overcount += here->overcount;
    } else {
      sum.count += missing_here;
      sum.overcount += missing_here;
    }
    merged.push_back(std::move(sum));
  }
  TopValues seen_there = other;
  for (Entry& entry : entries_) {
    if (seen_there.Find(entry.value) != nullptr) continue;
    entry.count += missing_there;
    entry.overcount += missing_there;
    merged.push_back(std::move(entry));
  }
  std::sort(merged.begin(), merged.end(), Larger);
  if (merged.size() > capacity_) merged.resize(capacity_);
  entries_ = std::move(merged);
  hashes_.clear();
  for (const Entry& entry : entries_) hashes_.push_back(HashOf(entry.value));
}

std::vector<TopValues::Entry> TopValues::Sorted() const {
  std::vector<Entry> sorted = entries_;
  std::sort(sorted.begin(), sorted.end(), Larger);
  return sorted;
}

}  // namespace logtally
