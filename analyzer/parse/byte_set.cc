#include "parse/byte_set.h"

#include <cassert>
#include <string>

namespace logtally {

ByteSet::ByteSet(std::string_view bytes) {
  std::string different;
  for (const char byte : bytes) {
    if (different.find(byte) == std::string::npos) different += byte;
  }
  assert(!different.empty() && different.size() <= kMaxBytes && "too many bytes for a ByteSet");
  width_ = different.size() <= 2 ? 2 : different.size() <= 4 ? 4 : kMaxBytes;
  for (size_t i = 0; i < kMaxBytes; ++i) {
    vectors_[i].fill(i < different.size() ? different[i] : different.front());
  }
}

}  // namespace logtally
