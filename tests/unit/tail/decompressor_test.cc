#include "tail/decompressor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "testing/archives.h"
#include "testing/status_matchers.h"

namespace logtally {
namespace {

// The text of the data, which come in pieces of `in` bytes and go in pieces of `out`.
std::string Text(ArchiveFormat format, std::string_view data, size_t in, size_t out,
                 absl::Status* status = nullptr, bool* may_end = nullptr) {
  const auto made = Decompressor::Create(format);
  EXPECT_OK(made);
  Decompressor& decompressor = **made;
  std::string text, piece(out, '\0');
  bool full = false;
  while (!data.empty() || full) {
    const auto step = decompressor.Run(data.substr(0, in), piece);
    data.remove_prefix(step.consumed);
    text.append(piece, 0, step.produced);
    full = step.produced == out;
    if (status != nullptr) *status = step.status;
    if (!step.status.ok()) break;
    EXPECT_TRUE(step.consumed > 0 || step.produced > 0 || data.empty()) << "no progress";
  }
  if (may_end != nullptr) *may_end = decompressor.MayEnd();
  return text;
}

TEST(Decompressor, GivesTheSameTextHoweverItIsCut) {
  const std::string text = testing::NumberedLines(500);
  for (const size_t in : {1, 7, 1000, 1000000}) {
    for (const size_t out : {1, 13, 4096, 1000000}) {
      EXPECT_EQ(Text(ArchiveFormat::kGzip, testing::Gzip(text), in, out), text);
      EXPECT_EQ(Text(ArchiveFormat::kZstd, testing::Zstd(text), in, out), text);
    }
  }
}

TEST(Decompressor, MayEndBehindAMemberAndNotInTheMiddleOfOne) {
  for (const auto format : {ArchiveFormat::kGzip, ArchiveFormat::kZstd}) {
    const std::string one =
        format == ArchiveFormat::kGzip ? testing::Gzip("one\n") : testing::Zstd("one\n");
    const std::string two = one + one;
    for (size_t size = 0; size <= two.size(); ++size) {
      bool may_end = true;
      absl::Status status;
      Text(format, two.substr(0, size), 1, 100, &status, &may_end);
      EXPECT_EQ(may_end, size == one.size() || size == two.size()) << size;
      EXPECT_OK(status);
    }
  }
}

TEST(Decompressor, RefusesAZstdWindowThatCostsTooMuch) {
  absl::Status status;
  EXPECT_EQ(Text(ArchiveFormat::kZstd, testing::Zstd("text\n", 27), 100, 100, &status), "text\n");
  EXPECT_OK(status);
  EXPECT_EQ(Text(ArchiveFormat::kZstd, testing::Zstd("text\n", 28), 100, 100, &status), "");
  EXPECT_TRUE(absl::IsUnimplemented(status)) << status;
}

TEST(Decompressor, HandsOutWhatCameBeforeTheDamage) {
  const std::string text = testing::NumberedLines(20000);
  std::string data = testing::Zstd(text);
  std::fill_n(data.begin() + static_cast<int64_t>(data.size() / 2), 64, '\xff');
  absl::Status status;
  const std::string before = Text(ArchiveFormat::kZstd, data, 1 << 20, 1 << 20, &status);
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_GT(before.size(), text.size() / 3) << "all blocks but the damaged one and the rest";
  EXPECT_TRUE(text.starts_with(before));
}

TEST(Decompressor, FindsDamageOfGzipByItsChecksumAtTheLatest) {
  const std::string text = testing::NumberedLines(2000);
  std::string data = testing::Gzip(text);
  std::fill_n(data.begin() + static_cast<int64_t>(data.size() / 2), 64, '\xff');
  absl::Status status;
  Text(ArchiveFormat::kGzip, data, 1 << 20, 1 << 20, &status);
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
}

}  // namespace
}  // namespace logtally
