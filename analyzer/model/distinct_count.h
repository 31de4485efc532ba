// How many different values a stream had, within a few per cent, in at most 2 KiB (HyperLogLog).
//
// Idea: of n random numbers, the one with the longest run of zero bits at its end has about log2(n)
// of them. The hash of a value says which of 2048 registers it belongs to, and how long its run is;
// a register keeps the longest. So the same value counts once, in whatever order parts of a stream
// are counted and merged. The standard error is 1.04 / √2048 = 2.3 %; small numbers are exact or
// nearly so.
// Source: Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog", AofA 2007; the estimate is that of
// Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", arXiv:1702.01284, which
// needs no other method, and no table, for small numbers.
#ifndef LOGTALLY_MODEL_DISTINCT_COUNT_H_
#define LOGTALLY_MODEL_DISTINCT_COUNT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace logtally {

// Bounds: nothing is allocated while it is empty; up to 512 bytes for the first 256 values.
class DistinctCount {
 public:
  void Add(std::string_view value);

  // As if all that `other` has seen had been added here.
  void Merge(const DistinctCount& other);

  int64_t Estimate() const;
  bool empty() const { return sparse_.empty() && dense_.empty(); }

  // For the database: the same bytes on every machine and in every version; "" if it is empty.
  std::string ToBytes() const;
  // Nothing, if ToBytes() cannot have written that.
  static std::optional<DistinctCount> FromBytes(std::string_view bytes);

  // Memory beside the object itself.
  size_t heap_bytes() const { return sparse_.capacity() * sizeof(uint16_t) + dense_.capacity(); }

  bool operator==(const DistinctCount&) const = default;

 private:
  static constexpr int kIndexBits = 11;
  static constexpr int kRankBits = 5;
  static constexpr size_t kRegisters = size_t{1} << kIndexBits;
  static constexpr int kMaxRank = (1 << kRankBits) - 1;  // enough for 2^42 values
  static constexpr size_t kMaxSparse = 256;

  // Sets the register, if it is lower.
  void Raise(uint16_t index, uint8_t rank);
  void MakeDense();

  // Registers that are not 0, as index << kRankBits | rank, by index; while they are few.
  std::vector<uint16_t> sparse_;
  std::vector<uint8_t> dense_;  // all kRegisters of them, or none
};

}  // namespace logtally

#endif  // LOGTALLY_MODEL_DISTINCT_COUNT_H_
