// What the fuzz targets demand.
#ifndef LOGTALLY_FUZZ_REQUIRE_H_
#define LOGTALLY_FUZZ_REQUIRE_H_

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace logtally {

// Ends the program, with the line that was read, unless it holds. assert() would be gone in a build
// with NDEBUG.
inline void Require(bool holds, std::string_view what, std::string_view line) {
  if (holds) return;
  std::fprintf(stderr, "%.*s: ", static_cast<int>(what.size()), what.data());
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fputc('\n', stderr);
  std::abort();
}

}  // namespace logtally

#endif  // LOGTALLY_FUZZ_REQUIRE_H_
