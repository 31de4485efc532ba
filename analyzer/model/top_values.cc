// Under a flood of new values each takes the place of the smallest entry, so that is what has to be
// quick. The smallest count only grows, and mostly many entries have it: they lose their places one
// after the other, and one search through all entries finds the count of them all. Where a single
// entry is smaller than the rest, it stays so until it has grown to the count of the second
// smallest, and no search is needed at all.
#include "model/top_values.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>
#include <utility>

#include "absl/hash/hash.h"
#include "base/text.h"

namespace logtally {
namespace {

// Who makes values that collide gains nothing: a search never takes longer than the list is.
uint32_t HashOf(std::string_view value) {
  return static_cast<uint32_t>(absl::Hash<absl::string_view>()(AbslView(value)));
}

bool Larger(int64_t count, std::string_view value, const TopValues::Entry& than) {
  return count != than.count ? count > than.count : value < than.value;
}
bool LargerEntry(const TopValues::Entry& a, const TopValues::Entry& b) {
  return Larger(a.count, a.value, b);
}

// A short string lies in the object itself.
size_t HeapBytes(const std::string& text) {
  static const size_t kInPlace = std::string().capacity();
  return text.capacity() > kInPlace ? text.capacity() + 1 : 0;
}

}  // namespace

TopValues::TopValues(size_t capacity) : capacity_(capacity) {
  assert(capacity > 0 && capacity <= kMaxCapacity);
}

size_t TopValues::Find(std::string_view value, uint32_t hash) const {
  if (index_.empty()) return kNowhere;
  const size_t mask = index_.size() - 1;
  for (size_t slot = hash & mask; index_[slot] != 0; slot = (slot + 1) & mask) {
    const size_t place = index_[slot] - size_t{1};
    if (hashes_[place] == hash && entries_[place].value == value) return place;
  }
  return kNowhere;
}

void TopValues::Index(size_t place) {
  const size_t mask = index_.size() - 1;
  size_t slot = hashes_[place] & mask;
  while (index_[slot] != 0) slot = (slot + 1) & mask;
  index_[slot] = static_cast<uint8_t>(place + 1);
}

void TopValues::Unindex(size_t place) {
  const size_t mask = index_.size() - 1;
  size_t hole = hashes_[place] & mask;
  while (index_[hole] != place + 1) hole = (hole + 1) & mask;
  // What was put further on because the hole was taken moves into it: no search may end there.
  for (size_t slot = (hole + 1) & mask; index_[slot] != 0; slot = (slot + 1) & mask) {
    const size_t home = hashes_[index_[slot] - size_t{1}] & mask;
    if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
    index_[hole] = index_[slot];
    hole = slot;
  }
  index_[hole] = 0;
}

void TopValues::Append(Entry entry, uint32_t hash) {
  if (index_.empty()) {
    index_.resize(std::bit_ceil(2 * capacity_));
    heap_bytes_ += index_.size();
  }
  const size_t room_before = entries_.capacity();
  if (entries_.size() == room_before) {
    entries_.reserve(std::min(capacity_, std::max<size_t>(4, 2 * room_before)));
    hashes_.reserve(entries_.capacity());
    heap_bytes_ += (entries_.capacity() - room_before) * (sizeof(Entry) + sizeof(uint32_t));
  }
  heap_bytes_ += HeapBytes(entry.value);
  entries_.push_back(std::move(entry));
  hashes_.push_back(hash);
  Index(entries_.size() - 1);
}

void TopValues::Replace(size_t place, std::string_view value, uint32_t hash, int64_t count,
                        int64_t overcount) {
  Entry& entry = entries_[place];
  largest_dropped_ = std::max(largest_dropped_, entry.count);
  Unindex(place);
  heap_bytes_ -= HeapBytes(entry.value);
  if (value.size() <= entry.value.capacity()) {
    entry.value.assign(value);
  } else {
    entry.value = std::string(value);  // assign() would make twice as much room
  }
  heap_bytes_ += HeapBytes(entry.value);
  entry.count = count;
  entry.overcount = overcount;
  hashes_[place] = hash;
  Index(place);
}

// Sets smallest_, the first place that has it, and a count that no other entry is below.
void TopValues::FindSmallest() {
  int64_t smallest = std::numeric_limits<int64_t>::max();  // locals stay in registers
  int64_t next = smallest;
  size_t at = 0;
  const Entry* entries = entries_.data();
  for (size_t place = 0, size = entries_.size(); place < size; ++place) {
    const int64_t count = entries[place].count;
    next = std::min(next, std::max(count, smallest));
    at = count < smallest ? place : at;
    smallest = std::min(count, smallest);
  }
  smallest_ = smallest;
  next_smallest_ = next;
  cursor_ = at;
}

size_t TopValues::PlaceOfSmallest() {
  // The one that was the smallest may still be: all others have grown, if anything.
  if (cursor_ < entries_.size() && smallest_ >= 0 && entries_[cursor_].count <= next_smallest_) {
    smallest_ = entries_[cursor_].count;
    return cursor_;
  }
  for (size_t place = cursor_ + 1; place < entries_.size(); ++place) {
    if (entries_[place].count == smallest_) return cursor_ = place;
  }
  FindSmallest();
  return cursor_;
}

void TopValues::Add(std::string_view value, int64_t count) {
  const uint32_t hash = HashOf(value);
  if (const size_t place = Find(value, hash); place != kNowhere) {
    entries_[place].count += count;
    return;
  }
  if (!full()) {
    Append({std::string(value), count, 0}, hash);
    return;
  }
  const size_t place = PlaceOfSmallest();
  const int64_t inherited = entries_[place].count;
  Replace(place, value, hash, inherited + count, inherited);
}

void TopValues::Restore(Entry entry) {
  restored_ = true;
  smallest_ = -1;
  const uint32_t hash = HashOf(entry.value);
  if (!full()) {
    Append(std::move(entry), hash);
    return;
  }
  FindSmallest();
  const int64_t inherited = smallest_;
  Replace(cursor_, entry.value, hash, entry.count + inherited, entry.overcount + inherited);
  smallest_ = -1;
}

int64_t TopValues::missing_at_most() const {
  if (!restored_ || !full()) return largest_dropped_;
  const auto smallest =
      std::min_element(entries_.begin(), entries_.end(),
                       [](const Entry& a, const Entry& b) { return a.count < b.count; });
  return std::max(largest_dropped_, smallest->count);
}

// A value that one side has no counter for may have occurred there as often as that side's
// missing_at_most() says, so that much is added as overcount. Then the largest are kept.
void TopValues::Merge(const TopValues& other) {
  const int64_t missing_here = missing_at_most();
  const int64_t missing_there = other.missing_at_most();
  largest_dropped_ = missing_here + missing_there;
  restored_ = false;  // it is known now
  smallest_ = -1;

  std::vector<bool> is_here(other.entries_.size());
  for (size_t place = 0; place < entries_.size(); ++place) {
    Entry& entry = entries_[place];
    const size_t there = other.Find(entry.value, hashes_[place]);
    if (there != kNowhere) is_here[there] = true;
    entry.count += there == kNowhere ? missing_there : other.entries_[there].count;
    entry.overcount += there == kNowhere ? missing_there : other.entries_[there].overcount;
  }

  std::vector<size_t> newcomers;  // largest first
  for (size_t there = 0; there < other.entries_.size(); ++there) {
    if (!is_here[there]) newcomers.push_back(there);
  }
  std::sort(newcomers.begin(), newcomers.end(),
            [&](size_t a, size_t b) { return LargerEntry(other.entries_[a], other.entries_[b]); });
  size_t next = 0;
  for (; next < newcomers.size() && !full(); ++next) {
    Entry entry = other.entries_[newcomers[next]];
    entry.count += missing_here;
    entry.overcount += missing_here;
    Append(std::move(entry), other.hashes_[newcomers[next]]);
  }
  if (next == newcomers.size()) return;

  // The largest newcomer against the smallest here, as long as it is the larger one.
  std::vector<size_t> leavers(entries_.size());  // smallest first
  for (size_t place = 0; place < leavers.size(); ++place) leavers[place] = place;
  std::sort(leavers.begin(), leavers.end(),
            [&](size_t a, size_t b) { return LargerEntry(entries_[b], entries_[a]); });
  for (size_t leaver = 0; next < newcomers.size(); ++next, ++leaver) {
    const Entry& newcomer = other.entries_[newcomers[next]];
    const int64_t count = newcomer.count + missing_here;
    if (leaver == leavers.size() || !Larger(count, newcomer.value, entries_[leavers[leaver]])) {
      largest_dropped_ = std::max(largest_dropped_, count);
      break;
    }
    Replace(leavers[leaver], newcomer.value, other.hashes_[newcomers[next]], count,
            newcomer.overcount + missing_here);
  }
}

std::vector<TopValues::Entry> TopValues::Sorted() const {
  std::vector<Entry> sorted = entries_;
  std::sort(sorted.begin(), sorted.end(), LargerEntry);
  return sorted;
}

}  // namespace logtally
