// Finds the first of a few bytes, 16 bytes at a step where the processor can.
#ifndef LOGTALLY_PARSE_BYTE_SET_H_
#define LOGTALLY_PARSE_BYTE_SET_H_

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <array>
#include <bit>
#include <cstddef>
#include <string_view>

namespace logtally {

// One to six bytes to look for. SSE2 is part of every x86-64; elsewhere a plain loop does the same.
//
// Thread: any; immutable after creation.
class ByteSet {
 public:
  static constexpr size_t kMaxBytes = 6;

  // Bytes may repeat. More than kMaxBytes different ones are a mistake of the caller.
  explicit ByteSet(std::string_view bytes);

  bool Contains(char byte) const {
    for (const Vector& vector : vectors_) {
      if (vector[0] == byte) return true;
    }
    return false;
  }

  // The first byte of the set in [at, end), or `end`. `line` is where the bytes around begin:
  // what stands between `line` and `at` may be read too, and nothing else.
  const char* Find(const char* at, const char* end, const char* line) const {
    if (width_ == 2) return FindAny<2>(at, end, line);
    if (width_ == 4) return FindAny<4>(at, end, line);
    return FindAny<kMaxBytes>(at, end, line);
  }

 private:
  using Vector = std::array<char, 16>;

  template <size_t kWidth>
  const char* FindAny(const char* at, const char* end, const char* line) const {
#ifdef __SSE2__
    while (end - at >= 16) {
      const unsigned found = Compare<kWidth>(at);
      if (found != 0) return at + std::countr_zero(found);
      at += 16;
    }
    if (at == end) return end;
    if (end - line >= 16) {
      // The last 16 bytes, without those that are before `at`.
      const char* last = end - 16;
      const unsigned found = Compare<kWidth>(last) >> (at - last);
      return found != 0 ? at + std::countr_zero(found) : end;
    }
#else
    static_cast<void>(line);
#endif
    while (at != end && !Contains(*at)) ++at;
    return at;
  }

#ifdef __SSE2__
  // Bit i is set if at[i] is in the set.
  template <size_t kWidth>
  unsigned Compare(const char* at) const {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const auto equal = [&](size_t i) {
      return _mm_cmpeq_epi8(bytes,
                            _mm_load_si128(reinterpret_cast<const __m128i*>(vectors_[i].data())));
    };
    __m128i found = equal(0);
    for (size_t i = 1; i < kWidth; ++i) found = _mm_or_si128(found, equal(i));
    return static_cast<unsigned>(_mm_movemask_epi8(found));
  }
#endif

  // Each is 16 times the same byte; behind the last byte of the set comes the first again.
  alignas(16) std::array<Vector, kMaxBytes> vectors_;
  size_t width_;  // how many vectors to compare with: 2, 4 or kMaxBytes
};

}  // namespace logtally

#endif  // LOGTALLY_PARSE_BYTE_SET_H_
