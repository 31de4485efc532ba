#include "testing/archives.h"

#include <gtest/gtest.h>

#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include <cstdint>

#include "absl/strings/str_cat.h"

namespace logtally::testing {

std::string Gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string made(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<const Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(made.data());
  stream.avail_out = static_cast<uInt>(made.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  made.resize(stream.total_out);
  deflateEnd(&stream);
  return made;
}

std::string Zstd(std::string_view text, int window_log) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  if (window_log > 0) {
    // Without the size of the content, which would make the window as small as that.
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  }
  std::string made(ZSTD_compressBound(text.size()), '\0');
  ZSTD_inBuffer from{text.data(), text.size(), 0};
  ZSTD_outBuffer to{made.data(), made.size(), 0};
  ZSTD_compressStream2(context, &to, &from, ZSTD_e_continue);
  EXPECT_EQ(ZSTD_compressStream2(context, &to, &from, ZSTD_e_end), 0u);
  made.resize(to.pos);
  ZSTD_freeCCtx(context);
  return made;
}

std::string NumberedLines(int lines) {
  std::string text;
  uint32_t random = 1;
  for (int i = 0; i < lines; ++i) {
    random = random * 1664525 + 1013904223;
    absl::StrAppend(&text, i, " \"GET /", random, " HTTP/1.1\" ", 200 + random % 300, "\n");
  }
  return text;
}

}  // namespace logtally::testing
