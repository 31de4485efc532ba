#include "tail/decompressor.h"

#define ZLIB_CONST  // next_in points to const bytes
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"

namespace logtally {
namespace {

// Source: RFC 1952. Members follow one another (cat a.gz b.gz); zero bytes behind the last one are
// padding (tapes, preallocated files), as for gzip(1).
class GzipDecompressor final : public Decompressor {
 public:
  GzipDecompressor() = default;
  ~GzipDecompressor() override { inflateEnd(&stream_); }
  GzipDecompressor(const GzipDecompressor&) = delete;  // zlib keeps the address of stream_
  GzipDecompressor& operator=(const GzipDecompressor&) = delete;

  absl::Status Init() {
    constexpr int kGzipOnly = 16;  // added to the window: neither zlib's header nor none
    if (inflateInit2(&stream_, MAX_WBITS + kGzipOnly) == Z_OK) return absl::OkStatus();
    return absl::ResourceExhaustedError("no memory for zlib");
  }

  Step Run(std::span<const char> in, std::span<char> out) override {
    Step step;
    if (may_end_) {
      const auto padding = std::find_if(in.begin(), in.end(), [](char c) { return c != '\0'; });
      step.consumed = padding - in.begin();
      in = in.subspan(step.consumed);
    }
    if (in.empty() && may_end_) return step;
    may_end_ = false;
    stream_.next_in = reinterpret_cast<const Bytef*>(in.data());
    stream_.avail_in = static_cast<uInt>(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    step.consumed += in.size() - stream_.avail_in;
    step.produced = out.size() - stream_.avail_out;
    switch (result) {
      case Z_STREAM_END:
        may_end_ = true;
        inflateReset(&stream_);
        break;
      case Z_OK:
      case Z_BUF_ERROR:  // nothing to do without more input
        break;
      case Z_MEM_ERROR:
        step.status = absl::ResourceExhaustedError("no memory for zlib");
        break;
      default:
        step.status = absl::DataLossError(
            absl::StrCat("damaged: ", stream_.msg != nullptr ? stream_.msg : "unknown error"));
    }
    return step;
  }

  bool MayEnd() const override { return may_end_; }

 private:
  z_stream stream_{};
  bool may_end_ = false;
};

// Source: RFC 8878. Frames follow one another; skippable ones have no text.
class ZstdDecompressor final : public Decompressor {
 public:
  absl::Status Init() {
    // What zstd itself takes without being asked: a header alone must not cost gigabytes.
    constexpr int kMaxWindowLog = 27;
    if (stream_ == nullptr ||
        ZSTD_isError(ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, kMaxWindowLog))) {
      return absl::ResourceExhaustedError("no memory for zstd");
    }
    return absl::OkStatus();
  }

  Step Run(std::span<const char> in, std::span<char> out) override {
    if (in.empty() && may_end_) return {};
    // No more input than it asks for, which is a block: a call that fails keeps to itself what it
    // had made of the blocks before.
    ZSTD_inBuffer from{in.data(), std::min(in.size(), wanted_), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const size_t result = ZSTD_decompressStream(stream_.get(), &to, &from);
    Step step{from.pos, to.pos, absl::OkStatus()};
    if (ZSTD_isError(result)) {
      step.status = StatusOf(result);
    } else if (result == 0) {
      may_end_ = true;
      wanted_ = kFirstBytes;
    } else {
      may_end_ = may_end_ && from.pos == 0;
      wanted_ = result;
    }
    return step;
  }

  bool MayEnd() const override { return may_end_; }

 private:
  // Enough for the shortest header; then zstd says how much it wants.
  static constexpr size_t kFirstBytes = 5;

  static absl::Status StatusOf(size_t error) {
    const std::string why = ZSTD_getErrorName(error);
    switch (ZSTD_getErrorCode(error)) {
      case ZSTD_error_frameParameter_windowTooLarge:
        return absl::UnimplementedError("made with a window above 128 MiB (zstd --long)");
      case ZSTD_error_dictionary_wrong:
        return absl::UnimplementedError("made with a dictionary");
      case ZSTD_error_memory_allocation:
        return absl::ResourceExhaustedError("no memory for zstd");
      default:
        return absl::DataLossError(absl::StrCat("damaged: ", why));
    }
  }

  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
  std::unique_ptr<ZSTD_DStream, Free> stream_{ZSTD_createDStream()};
  size_t wanted_ = kFirstBytes;
  bool may_end_ = false;
};

template <typename Made>
absl::StatusOr<std::unique_ptr<Decompressor>> Make() {
  auto made = std::make_unique<Made>();
  if (const absl::Status status = made->Init(); !status.ok()) return status;
  return made;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Decompressor>> Decompressor::Create(ArchiveFormat format) {
  return format == ArchiveFormat::kGzip ? Make<GzipDecompressor>() : Make<ZstdDecompressor>();
}

}  // namespace logtally
