#include "parse/byte_set.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace logtally {
namespace {

TEST(ByteSet, FindsTheFirstByteWhereverItStands) {
  for (const std::string_view set : {"\"", "\"\\", " \"\\", " ]\"\\", " ,|\"\\", " ,|[\"\\"}) {
    const ByteSet bytes(set);
    for (size_t size = 0; size < 70; ++size) {
      // A block of its own, so that AddressSanitizer sees a read past either end.
      std::vector<char> line(size, 'a');
      for (size_t from = 0; from <= size; ++from) {
        const char* begin = line.data() + from;
        const char* end = line.data() + size;
        ASSERT_EQ(bytes.Find(begin, end, line.data()), end);
        ASSERT_EQ(bytes.Find(begin, end, begin), end);
      }
      for (size_t at = 0; at < size; ++at) {
        line[at] = set[at % set.size()];
        for (size_t from = 0; from <= at; ++from) {
          const char* begin = line.data() + from;
          const char* end = line.data() + size;
          ASSERT_EQ(bytes.Find(begin, end, line.data()), line.data() + at);
          ASSERT_EQ(bytes.Find(begin, end, begin), line.data() + at);
        }
        line[at] = 'a';
      }
    }
  }
}

TEST(ByteSet, BytesBeforeTheBeginningDoNotCount) {
  const ByteSet bytes("\"\\");
  const std::string line = "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"aaaa";
  const char* end = line.data() + line.size();
  EXPECT_EQ(bytes.Find(line.data() + 16, end, line.data()), end);
}

TEST(ByteSet, KnowsEveryByte) {
  for (int wanted = 0; wanted < 256; ++wanted) {
    const char byte = static_cast<char>(wanted);
    const ByteSet bytes(std::string_view(&byte, 1));
    for (int other = 0; other < 256; ++other) {
      const std::string line(17, static_cast<char>(other));
      EXPECT_EQ(bytes.Contains(static_cast<char>(other)), other == wanted);
      EXPECT_EQ(bytes.Find(line.data(), line.data() + 17, line.data()) == line.data(),
                other == wanted);
    }
  }
}

}  // namespace
}  // namespace logtally
