// Random numbers that are the same on every machine for the same seed (the standard library's
// distributions are not).
#ifndef LOGTALLY_TOOLS_RANDOM_H_
#define LOGTALLY_TOOLS_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace logtally::tools {

// Source: SplitMix64, https://prng.di.unimi.it/splitmix64.c (public domain).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  // 0 … bound - 1; `bound` > 0.
  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(((Next() >> 32) * bound) >> 32); }
  bool PerMille(uint32_t permille) { return Below(1000) < permille; }

 private:
  uint64_t state_;
};

// Draws an index with a probability proportional to its weight. One table look-up a draw: the
// weights are rounded to multiples of 1/65536 of their sum.
class Picker {
 public:
  static Picker Weighted(std::span<const double> weights) {
    double sum = 0;
    for (const double weight : weights) sum += weight;
    Picker picker;
    picker.slots_.resize(kSlots);
    size_t index = 0;
    double upper = weights[0];
    for (size_t slot = 0; slot < kSlots; ++slot) {
      const double at = (static_cast<double>(slot) + 0.5) / kSlots * sum;
      while (at > upper && index + 1 < weights.size()) upper += weights[++index];
      picker.slots_[slot] = static_cast<uint16_t>(index);
    }
    return picker;
  }

  // Rank k has the weight 1/k: few are asked for often, most hardly ever.
  static Picker Zipf(size_t count) {
    std::vector<double> weights;
    for (size_t rank = 1; rank <= count; ++rank) weights.push_back(1.0 / static_cast<double>(rank));
    return Weighted(weights);
  }

  size_t Pick(Random& random) const { return slots_[random.Next() >> 48]; }

 private:
  static constexpr size_t kSlots = 65536;
  std::vector<uint16_t> slots_;
};

}  // namespace logtally::tools

#endif  // LOGTALLY_TOOLS_RANDOM_H_
