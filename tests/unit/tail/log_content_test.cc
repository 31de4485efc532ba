#include "tail/log_content.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/unique_fd.h"
#include "tail/file_identity.h"
#include "testing/archives.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using testing::Gzip;
using testing::Zstd;

class LogContentTest : public ::testing::Test {
 protected:
  absl::StatusOr<LogContent> Open(std::string_view bytes) {
    testing::WriteFile(path_, bytes);
    fd_.reset(open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    return LogContent::Open(fd_.get(), path_);
  }

  static FilePosition PositionIn(const std::string& text, int64_t offset) {
    FilePosition known;
    known.offset = offset;
    known.head_length = static_cast<int32_t>(std::min(offset, kHeadBytes));
    known.head_hash = StableHash(text.substr(0, known.head_length));
    known.anchor_length = static_cast<int32_t>(std::min(offset, kAnchorBytes));
    known.anchor_hash = StableHash(text.substr(offset - known.anchor_length, known.anchor_length));
    return known;
  }

  // "hra": head, reaches_offset, anchor; 'u' behind that if it is unfinished.
  std::string Compare(std::string_view bytes, const FilePosition& known) {
    absl::StatusOr<LogContent> content = Open(bytes);
    if (!content.ok()) return content.status().ToString();
    const absl::StatusOr<TextMatch> match = CompareText(*content, known);
    if (!match.ok()) return absl::StatusCodeToString(match.status().code());
    return std::string() + (match->head ? "h" : "-") + (match->reaches_offset ? "r" : "-") +
           (match->anchor ? "a" : "-") + (match->unfinished ? "u" : "");
  }

  testing::TempDir dir_;
  const std::string path_ = dir_ / "log.1";
  UniqueFd fd_;
  const std::string text_ = testing::NumberedLines(8000);
};

TEST_F(LogContentTest, ReadsPlainAndCompressedTextAlike) {
  for (const std::string& bytes : {text_, Gzip(text_), Zstd(text_)}) {
    ASSERT_OK_AND_ASSIGN(LogContent content, Open(bytes));
    EXPECT_EQ(content.is_archive(), bytes != text_);
    std::string read(1000, '\0');
    for (const size_t offset : {size_t{0}, text_.size() / 2, size_t{3}, text_.size() - 1000}) {
      EXPECT_EQ(content.ReadAt(read, static_cast<int64_t>(offset)).value(), 1000u);
      EXPECT_EQ(read, text_.substr(offset, 1000));
    }
    EXPECT_EQ(content.ReadAt(read, static_cast<int64_t>(text_.size()) - 10).value(), 10u);
    EXPECT_EQ(content.ReadAt(read, static_cast<int64_t>(text_.size())).value(), 0u);
  }
}

TEST_F(LogContentTest, NamesACompressionThatCannotBeRead) {
  const absl::Status status = Open("BZh91AY&SY").status();
  EXPECT_TRUE(absl::IsUnimplemented(status));
  EXPECT_EQ(status.message(), "read " + path_ + ": compressed with bzip2, which cannot be read");
}

TEST_F(LogContentTest, AnEmptyFileIsAnEmptyText) {
  ASSERT_OK_AND_ASSIGN(LogContent content, Open(""));
  EXPECT_FALSE(content.is_archive());
  char byte;
  EXPECT_EQ(content.ReadAt({&byte, 1}, 0).value(), 0u);
}

TEST_F(LogContentTest, ComparesTheHeadAndTheBytesBeforeTheOffset) {
  const int64_t offset = static_cast<int64_t>(text_.size()) / 2;
  const FilePosition known = PositionIn(text_, offset);
  using As = std::function<std::string(std::string_view)>;
  const As plain = [](std::string_view text) { return std::string(text); };
  const As zstd = [](std::string_view text) { return Zstd(text); };
  for (const As& as : {plain, As(Gzip), zstd}) {
    EXPECT_EQ(Compare(as(text_), known), "hra");
    EXPECT_EQ(Compare(as(text_.substr(0, offset)), known), "hra") << "just long enough";
    EXPECT_EQ(Compare(as(text_.substr(0, offset - 1)), known), "h--");
    EXPECT_EQ(Compare(as("x" + text_.substr(1)), known), "---");
    EXPECT_EQ(Compare(as(text_.substr(0, 1000)), known), "---") << "shorter than the head";
    std::string other_anchor = text_;
    other_anchor[offset - 1] ^= 1;
    EXPECT_EQ(Compare(as(other_anchor), known), "hr-");
    EXPECT_EQ(Compare(as(""), known), "---");
    EXPECT_EQ(Compare(as(""), FilePosition{}), "hra") << "nothing is remembered";
    EXPECT_EQ(Compare(as(text_), PositionIn(text_, 7)), "hra") << "a short text";
    FilePosition no_anchor = known;
    no_anchor.anchor_length = 0;
    EXPECT_EQ(Compare(as(text_), no_anchor), "hra");
    EXPECT_EQ(Compare(as(text_.substr(0, offset - 1)), no_anchor), "h--");
  }
}

TEST_F(LogContentTest, AsksForPatienceWhereAnArchiveEndsBeforeTheOffset) {
  const std::string text = testing::NumberedLines(20000);  // several blocks
  const FilePosition known = PositionIn(text, static_cast<int64_t>(text.size()) / 2);
  for (const std::string& bytes : {Gzip(text), Zstd(text)}) {
    EXPECT_EQ(Compare(bytes.substr(0, 10), known), "---u");
    EXPECT_EQ(Compare(bytes.substr(0, bytes.size() / 3), known), "h--u");
    EXPECT_EQ(Compare(bytes.substr(0, bytes.size() - 10), known), "hra") << "behind the offset";
    // Other text is other text, finished or not.
    EXPECT_EQ(Compare(bytes.substr(0, bytes.size() / 3), PositionIn("x" + text, 5000)), "---");
  }
}

TEST_F(LogContentTest, ADamagedArchiveIsAnError) {
  std::string bytes = Zstd(text_);
  bytes.replace(bytes.size() / 3, 64, 64, '\xff');
  EXPECT_EQ(Compare(bytes, PositionIn(text_, static_cast<int64_t>(text_.size()) / 2)), "DATA_LOSS");
}

}  // namespace
}  // namespace logtally
