// Decompresses gzip or zstd piece by piece, in memory that is bounded whatever the data say.
#ifndef LOGTALLY_TAIL_DECOMPRESSOR_H_
#define LOGTALLY_TAIL_DECOMPRESSOR_H_

#include <cstddef>
#include <memory>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace logtally {

enum class ArchiveFormat { kGzip, kZstd };

// The text of all members (gzip) or frames (zstd) of one archive, one after another.
// Memory: 40 KiB for gzip; for zstd the window that a frame asks for, at most 128 MiB.
// Thread: one thread at a time.
class Decompressor {
 public:
  // kResourceExhausted: no memory.
  static absl::StatusOr<std::unique_ptr<Decompressor>> Create(ArchiveFormat format);

  virtual ~Decompressor() = default;

  struct Step {
    size_t consumed = 0;  // bytes of `in`
    size_t produced = 0;  // bytes of `out`; right even if `status` is an error
    // kDataLoss: damaged. kUnimplemented: needs a larger window, or a dictionary.
    // kResourceExhausted: no memory. The message has no path. It cannot go on after an error.
    absl::Status status;
  };
  // Takes some of `in` and fills some of `out`, which is not empty. If it fills all of `out`,
  // there may be more text to come without more of `in`.
  // A checksum stands at the end of what it is about: damaged text may be handed out before the
  // damage is found.
  virtual Step Run(std::span<const char> in, std::span<char> out) = 0;

  // Whether the data may end here: behind a member, and not in the middle of the next one.
  virtual bool MayEnd() const = 0;
};

}  // namespace logtally

#endif  // LOGTALLY_TAIL_DECOMPRESSOR_H_
