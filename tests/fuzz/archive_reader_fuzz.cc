// Whatever the bytes of an archive are and however its text is asked for, each byte of it is the
// same, and so is what comes behind the last.
//
// Input: byte 0 is the format (even: gzip), byte 1 seeds the sizes, the rest is the archive.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "tail/archive_reader.h"

namespace {

using logtally::ArchiveReader;

void Require(bool condition) {
  if (!condition) std::abort();
}

// A bomb is none of ours: who reads, stops where he likes.
constexpr size_t kMaxText = 5 << 18;  // more than is kept

struct Text {
  std::string bytes;
  absl::StatusCode end = absl::StatusCode::kOk;
  bool operator==(const Text&) const = default;
};

// In pieces of random size, larger ones further on; now and then some of it a second time, from
// further back.
Text Read(ArchiveReader& reader, size_t largest, uint32_t seed) {
  Text text;
  while (text.bytes.size() < kMaxText) {
    seed = seed * 1664525 + 1013904223;
    std::string piece(1 + (seed >> 8) % largest + text.bytes.size() / 16, '\0');
    const absl::StatusOr<size_t> n = reader.ReadAt(piece, static_cast<int64_t>(text.bytes.size()));
    text.end = n.status().code();
    if (!n.ok() || *n == 0) return text;
    Require(*n <= piece.size());
    text.bytes.append(piece, 0, *n);
    if ((seed >> 4) % 32 != 0) continue;
    const size_t again = (seed >> 8) % text.bytes.size();
    const size_t size = std::min(piece.size(), text.bytes.size() - again);
    const absl::StatusOr<size_t> second =
        reader.ReadAt({piece.data(), size}, static_cast<int64_t>(again));
    Require(second.ok() && *second == size && text.bytes.compare(again, size, piece, 0, size) == 0);
  }
  text.bytes.resize(kMaxText);
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  static const logtally::UniqueFd file(memfd_create("archive", MFD_CLOEXEC));
  Require(file.valid() && ftruncate(file.get(), 0) == 0);
  Require(pwrite(file.get(), data + 2, size - 2, 0) == static_cast<ssize_t>(size - 2));
  const auto format =
      data[0] % 2 == 0 ? ArchiveReader::Format::kGzip : ArchiveReader::Format::kZstd;
  absl::StatusOr<ArchiveReader> whole = ArchiveReader::Open(file.get(), format, "archive");
  absl::StatusOr<ArchiveReader> pieces = ArchiveReader::Open(file.get(), format, "archive");
  Require(whole.ok() && pieces.ok());
  const Text text = Read(*whole, 1 << 20, 1);
  Require(text == Read(*pieces, 1 << (4 + data[1] % 16), data[1]));
  return 0;
}
