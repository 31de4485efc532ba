// However a file's bytes are cut into chunks, its lines are the same as in one chunk; and no
// line is longer than the limit.
//
// Input: byte 0 is the longest line, byte 1 seeds the cuts, the rest is the file.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tail/line_splitter.h"

namespace {

struct Line {
  std::string bytes;
  int64_t offset;
  logtally::RawLine::Kind kind;
  bool operator==(const Line&) const = default;
};

void Require(bool condition) {
  if (!condition) std::abort();
}

// Every chunk is a heap block of its own, so that a view which outlives it is found by ASan.
std::vector<Line> Split(std::string_view file, int64_t max_line_bytes, uint32_t cut_seed) {
  logtally::LineSplitter splitter(max_line_bytes);
  std::vector<Line> lines;
  for (size_t at = 0; at < file.size();) {
    size_t size = file.size() - at;
    if (cut_seed != 0) {
      cut_seed = cut_seed * 1664525 + 1013904223;
      size = std::min<size_t>(size, 1 + (cut_seed >> 24) % 17);
    }
    const auto chunk = std::make_unique<char[]>(size);
    file.copy(chunk.get(), size, at);
    splitter.Append({chunk.get(), size});
    while (const auto line = splitter.Next()) {
      Require(static_cast<int64_t>(line->bytes.size()) <= max_line_bytes);
      lines.push_back({std::string(line->bytes), line->offset_bytes, line->kind});
    }
    at += size;
    Require(splitter.end_offset() == static_cast<int64_t>(at));
    Require(splitter.line_offset() <= splitter.end_offset());
  }
  if (const auto last = splitter.Finish()) {
    lines.push_back({std::string(last->bytes), last->offset_bytes, last->kind});
  }
  Require(splitter.line_offset() == static_cast<int64_t>(file.size()));
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view file(reinterpret_cast<const char*>(data) + 2, size - 2);
  Require(Split(file, data[0], 0) == Split(file, data[0], data[1] + 1u));
  return 0;
}
