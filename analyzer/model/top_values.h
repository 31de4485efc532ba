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

class TopValues {
 public:
  struct Entry {
    std::string value;
    int64_t count = 0;
    int64_t overcount = 0;  // how much of `count` may belong to other values
    bool operator==(const Entry&) const = default;
  };

  static constexpr size_t kDefaultCapacity = 64;

  explicit TopValues(size_t capacity = kDefaultCapacity);

  void Add(std::string_view value, int64_t count = 1);

  // Adds an entry as it was stored. More entries than the capacity push out the smallest.
  void Restore(Entry entry);

  // As if all that `other` has seen had been added here; overcounts add up.
  void Merge(const TopValues& other);

  // Largest first; equal counts by value.
  std::vector<Entry> Sorted() const;

  size_t size() const { return entries_.size(); }
  bool full() const { return entries_.size() == capacity_; }

 private:
  Entry* Find(std::string_view value);
  // What a value without a counter may have had: the smallest count of a full list, else 0.
  int64_t SmallestIfFull() const;

  size_t capacity_;
  std::vector<Entry> entries_;
  std::vector<size_t> hashes_;  // of entries_[i].value, to compare strings rarely
};

}  // namespace logtally

#endif  // LOGTALLY_MODEL_TOP_VALUES_H_
