#include "model/distinct_count.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "base/hash.h"

namespace logtally {
namespace {

// The first byte of what is stored.
constexpr char kSparseForm = 'S';
constexpr char kDenseForm = 'D';

// Ertl, §2.2: x + x²·1 + x⁴·2 + x⁸·4 + …; infinite at 1.
double Sigma(double x) {
  if (x == 1) return std::numeric_limits<double>::infinity();
  double sum = x;
  for (double factor = 1, before = -1; sum != before; factor *= 2) {
    x *= x;
    before = sum;
    sum += x * factor;
  }
  return sum;
}

// Ertl, §2.2: (1 - x - (1 - √x)²/2 - (1 - ⁴√x)²/4 - …) / 3.
double Tau(double x) {
  if (x == 0 || x == 1) return 0;
  double sum = 1 - x;
  for (double factor = 1, before = -1; sum != before;) {
    x = std::sqrt(x);
    before = sum;
    factor /= 2;
    sum -= (1 - x) * (1 - x) * factor;
  }
  return sum / 3;
}

}  // namespace

void DistinctCount::Add(std::string_view value) {
  const uint64_t hash = StableHash(value);
  const auto index = static_cast<uint16_t>(hash & (kRegisters - 1));
  const int zeros = std::countr_zero(hash >> kIndexBits);
  Raise(index, static_cast<uint8_t>(std::min(zeros + 1, kMaxRank)));
}

void DistinctCount::Raise(uint16_t index, uint8_t rank) {
  if (!dense_.empty()) {
    dense_[index] = std::max(dense_[index], rank);
    return;
  }
  const auto wanted = static_cast<uint16_t>(index << kRankBits | rank);
  const auto found =
      std::lower_bound(sparse_.begin(), sparse_.end(), static_cast<uint16_t>(index << kRankBits));
  if (found != sparse_.end() && *found >> kRankBits == index) {
    *found = std::max(*found, wanted);
    return;
  }
  if (sparse_.size() == kMaxSparse) {
    MakeDense();
    dense_[index] = rank;
    return;
  }
  sparse_.insert(found, wanted);
}

void DistinctCount::MakeDense() {
  dense_.resize(kRegisters);
  for (const uint16_t entry : sparse_) dense_[entry >> kRankBits] = entry & kMaxRank;
  std::vector<uint16_t>().swap(sparse_);  // gives its memory back
}

void DistinctCount::Merge(const DistinctCount& other) {
  for (const uint16_t entry : other.sparse_) Raise(entry >> kRankBits, entry & kMaxRank);
  if (other.dense_.empty()) return;
  if (dense_.empty()) MakeDense();
  for (size_t index = 0; index < kRegisters; ++index) {
    dense_[index] = std::max(dense_[index], other.dense_[index]);
  }
}

int64_t DistinctCount::Estimate() const {
  std::array<int, kMaxRank + 1> registers_of_rank = {};
  for (const uint8_t rank : dense_) ++registers_of_rank[rank];
  for (const uint16_t entry : sparse_) ++registers_of_rank[entry & kMaxRank];
  if (dense_.empty()) registers_of_rank[0] = static_cast<int>(kRegisters - sparse_.size());

  const auto all = static_cast<double>(kRegisters);
  double sum = all * Tau(1 - registers_of_rank[kMaxRank] / all);
  for (int rank = kMaxRank - 1; rank >= 1; --rank) sum = (sum + registers_of_rank[rank]) / 2;
  sum += all * Sigma(registers_of_rank[0] / all);
  const double estimate = all * all / (2 * std::log(2.0) * sum);
  // All registers at their highest: more than can be counted, and not a number.
  return static_cast<int64_t>(std::llround(std::min(estimate, 1e15)));
}

std::string DistinctCount::ToBytes() const {
  if (empty()) return "";
  if (!dense_.empty()) return kDenseForm + std::string(dense_.begin(), dense_.end());
  std::string bytes(1, kSparseForm);
  for (const uint16_t entry : sparse_) {
    bytes += static_cast<char>(entry & 0xFF);
    bytes += static_cast<char>(entry >> 8);
  }
  return bytes;
}

std::optional<DistinctCount> DistinctCount::FromBytes(std::string_view bytes) {
  DistinctCount count;
  if (bytes.empty()) return count;
  const char form = bytes.front();
  bytes.remove_prefix(1);
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  if (form == kDenseForm) {
    if (bytes.size() != kRegisters) return std::nullopt;
    for (size_t i = 0; i < kRegisters; ++i) {
      if (byte(i) > kMaxRank) return std::nullopt;
      count.dense_.push_back(byte(i));
    }
    return count;
  }
  if (form != kSparseForm || bytes.empty() || bytes.size() % 2 != 0 ||
      bytes.size() / 2 > kMaxSparse) {
    return std::nullopt;
  }
  int last_index = -1;
  for (size_t i = 0; i < bytes.size(); i += 2) {
    const auto entry = static_cast<uint16_t>(byte(i) | byte(i + 1) << 8);
    const int index = entry >> kRankBits;
    if (index <= last_index || (entry & kMaxRank) == 0) return std::nullopt;
    last_index = index;
    count.sparse_.push_back(entry);
  }
  return count;
}

}  // namespace logtally
