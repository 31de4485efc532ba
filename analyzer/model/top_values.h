// The most frequent values of a stream, in bounded memory (Space-Saving).
//
// Idea: keep `capacity` counters. A value without a counter takes over the smallest one and
// inherits its count as a possible overcount. So a count is never too low, at most `overcount`
// too high, and every value that makes up more than 1/capacity of the stream is in the list.
// Source: Metwally, Agrawal, El Abbadi, "Efficient Computation of Frequent and Top-k Elements
// in Data Streams", ICDT 2005; merging as in Agarwal et al., "Mergeable Summaries", PODS 2012.
//
// It lives in model/ because it crosses borders: aggregate/ fills it, store/ merges it into what is
// stored, report/ reads it.
#ifndef LOGTALLY_MODEL_TOP_VALUES_H_
#define LOGTALLY_MODEL_TOP_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace logtally {

// Bounds: the caller bounds the length of values; memory is then at most `capacity` of them.
// Speed:  a few tens of nanoseconds per Add(), also where every value is a new one; nothing is
//         allocated where a value fits into the room of the one whose place it takes.
class TopValues {
 public:
  struct Entry {
    std::string value;
    int64_t count = 0;
    int64_t overcount = 0;  // how much of `count` may belong to other values
    bool operator==(const Entry&) const = default;
  };

  static constexpr size_t kDefaultCapacity = 64;
  static constexpr size_t kMaxCapacity = 254;

  explicit TopValues(size_t capacity = kDefaultCapacity);

  void Add(std::string_view value, int64_t count = 1);

  // Adds an entry as it was stored. More entries than the capacity push out the smallest.
  void Restore(Entry entry);

  // As if all that `other` has seen had been added here; overcounts add up.
  void Merge(const TopValues& other);

  // In no order.
  const std::vector<Entry>& entries() const { return entries_; }
  // Largest first; equal counts by value.
  std::vector<Entry> Sorted() const;

  size_t size() const { return entries_.size(); }
  bool full() const { return entries_.size() == capacity_; }

  // How often a value that is not in the list may have occurred at most.
  int64_t missing_at_most() const;

  // Memory beside the object itself.
  size_t heap_bytes() const { return heap_bytes_; }

 private:
  static constexpr size_t kNowhere = SIZE_MAX;

  size_t Find(std::string_view value, uint32_t hash) const;
  void Append(Entry entry, uint32_t hash);
  void Replace(size_t place, std::string_view value, uint32_t hash, int64_t count,
               int64_t overcount);
  void Index(size_t place);
  void Unindex(size_t place);
  void FindSmallest();
  size_t PlaceOfSmallest();

  size_t capacity_;
  std::vector<Entry> entries_;
  std::vector<uint32_t> hashes_;  // of entries_[i].value, to compare strings rarely
  // Open addressing by hash: a place + 1, or 0 for none. At most half full.
  std::vector<uint8_t> index_;

  // The search for the smallest goes on where the last one ended: see the .cc.
  size_t cursor_ = 0;
  int64_t smallest_ = -1;
  int64_t next_smallest_ = -1;

  int64_t largest_dropped_ = 0;  // count of the largest value that has ever lost its place
  bool restored_ = false;        // what was dropped before it was stored is not known
  size_t heap_bytes_ = 0;
};

}  // namespace logtally

#endif  // LOGTALLY_MODEL_TOP_VALUES_H_
