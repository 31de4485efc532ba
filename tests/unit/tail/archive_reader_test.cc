#include "tail/archive_reader.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "testing/archives.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

using testing::Gzip;
using testing::NumberedLines;
using testing::Zstd;
using Format = ArchiveReader::Format;

std::string Compress(Format format, std::string_view text) {
  return format == Format::kGzip ? Gzip(text) : Zstd(text);
}

class ArchiveReaderTest : public ::testing::TestWithParam<Format> {
 protected:
  // The reader of a file with these bytes; the descriptor stays open, as it may read ahead.
  ArchiveReader Open(std::string_view bytes) {
    testing::WriteFile(path_, bytes);
    fds_.emplace_back(open(path_.c_str(), O_RDWR | O_CLOEXEC));
    auto reader = ArchiveReader::Open(fds_.back().get(), GetParam(), path_);
    EXPECT_OK(reader);
    return *std::move(reader);
  }

  static absl::StatusOr<std::string> Read(ArchiveReader& reader, int64_t offset, size_t size) {
    std::string into(size, '\0');
    ASSIGN_OR_RETURN(const size_t n, reader.ReadAt(into, offset));
    into.resize(n);
    return into;
  }

  // All text there is, in pieces, and what comes behind it.
  static std::string ReadAll(ArchiveReader& reader, absl::Status& end) {
    std::string text;
    while (true) {
      const absl::StatusOr<std::string> piece =
          Read(reader, static_cast<int64_t>(text.size()), 100000);
      end = piece.status();
      if (!piece.ok() || piece->empty()) return text;
      text += *piece;
    }
  }

  std::string Compress(std::string_view text) { return logtally::Compress(GetParam(), text); }

  testing::TempDir dir_;
  const std::string path_ = dir_ / "log.1.gz";
  std::vector<UniqueFd> fds_;
};

INSTANTIATE_TEST_SUITE_P(Formats, ArchiveReaderTest,
                         ::testing::Values(Format::kGzip, Format::kZstd), [](const auto& of) {
                           return std::string(of.param == Format::kGzip ? "Gzip" : "Zstd");
                         });

TEST_P(ArchiveReaderTest, GivesTheTextAtAnyOffset) {
  const std::string text = NumberedLines(60000);
  ASSERT_GT(text.size(), 4 * ArchiveReader::kKeptBytes);
  ArchiveReader reader = Open(Compress(text));
  const int64_t size = static_cast<int64_t>(text.size());
  // Forwards, a little back, far back, over the whole, and over the end.
  for (const int64_t offset : {int64_t{0}, int64_t{5}, size / 2, size / 2 - 128, size / 3,
                               int64_t{1}, size - 10, size - 300000, int64_t{0}}) {
    EXPECT_EQ(Read(reader, offset, 300000).value(), text.substr(offset, 300000)) << offset;
  }
  EXPECT_EQ(Read(reader, 0, text.size() + 1).value(), text);
  EXPECT_EQ(Read(reader, size, 1).value(), "");
  EXPECT_EQ(Read(reader, size + 1000, 1).value(), "");
  EXPECT_EQ(Read(reader, 7, 0).value(), "");
  ArchiveReader moved = std::move(reader);
  EXPECT_EQ(Read(moved, 7, 100).value(), text.substr(7, 100));
}

// FileFollower reads chunks of 256 KiB with the 128 bytes before them.
TEST_P(ArchiveReaderTest, GoesBackOverAChunkWithoutStartingAgain) {
  const std::string text = NumberedLines(60000);
  ArchiveReader reader = Open(Compress(text));
  constexpr int64_t kChunk = 256 << 10, kBack = 128;
  EXPECT_EQ(Read(reader, 0, kChunk).value(), text.substr(0, kChunk));
  // From now on the beginning cannot be read again, and who tries is found out.
  ASSERT_EQ(pwrite(fds_.back().get(), "XXXXXXXX", 8, 0), 8);
  for (int64_t at = kChunk; at < static_cast<int64_t>(text.size()); at += kChunk) {
    ASSERT_EQ(Read(reader, at - kBack, kBack + kChunk).value(),
              text.substr(at - kBack, kBack + kChunk));
    ASSERT_EQ(Read(reader, at - kBack, kBack + kChunk).value(),
              text.substr(at - kBack, kBack + kChunk));
  }
  EXPECT_TRUE(absl::IsDataLoss(Read(reader, 0, 1).status()));
}

// Enough, and not well enough compressed, to be decompressed ahead.
TEST_P(ArchiveReaderTest, ALargeArchiveIsTheSameAtAnyOffset) {
  std::mt19937 random(1);
  std::string text = NumberedLines(60000);
  for (size_t i = 0; i < text.size(); i += 2) text[i] = static_cast<char>('a' + random() % 16);
  const std::string data = Compress(text);
  ASSERT_GT(data.size(), 1u << 20);
  ArchiveReader reader = Open(data);
  const int64_t size = static_cast<int64_t>(text.size());
  for (const int64_t offset : {int64_t{0}, int64_t{300000}, int64_t{600000}, int64_t{900000},
                               int64_t{900000} - 128, int64_t{0}, size / 2, size / 3}) {
    EXPECT_EQ(Read(reader, offset, 300000).value(), text.substr(offset, 300000)) << offset;
  }
  ArchiveReader moved = std::move(reader);
  EXPECT_EQ(Read(moved, size / 2, 300000).value(), text.substr(size / 2, 300000));
  moved = Open(data.substr(0, data.size() / 2));
  absl::Status end;
  const std::string half = ReadAll(moved, end);
  EXPECT_TRUE(absl::IsUnavailable(end)) << end;
  EXPECT_TRUE(text.starts_with(half) && half.size() > text.size() / 3);
  testing::AppendFile(path_, std::string_view(data).substr(data.size() / 2));
  EXPECT_EQ(ReadAll(moved, end), text);
  EXPECT_OK(end);
  testing::AppendFile(path_, Compress("more\n"));
  EXPECT_EQ(Read(moved, size, 100).value(), "more\n");
}

TEST_P(ArchiveReaderTest, ReadsMemberAfterMember) {
  absl::Status end;
  ArchiveReader reader = Open(Compress("one\n") + Compress("") + Compress("two\n"));
  EXPECT_EQ(ReadAll(reader, end), "one\ntwo\n");
  EXPECT_OK(end);
  testing::AppendFile(path_, Compress("three\n"));
  EXPECT_EQ(ReadAll(reader, end), "one\ntwo\nthree\n") << "what is appended is found";
  EXPECT_OK(end);
}

TEST_P(ArchiveReaderTest, TheArchiveOfAnEmptyTextIsAnEmptyText) {
  absl::Status end;
  ArchiveReader reader = Open(Compress(""));
  EXPECT_EQ(ReadAll(reader, end), "");
  EXPECT_OK(end);
}

TEST_P(ArchiveReaderTest, GoesOnWhenAnUnfinishedArchiveGrows) {
  const std::string text = NumberedLines(20000);
  const std::string data = Compress(text);
  ArchiveReader reader = Open("");
  std::string so_far;
  const size_t step = data.size() / 7;
  for (size_t have = 0; have < data.size(); have += step) {
    absl::Status end;
    const std::string now = ReadAll(reader, end);
    EXPECT_TRUE(absl::IsUnavailable(end)) << have << " " << end;
    EXPECT_TRUE(text.starts_with(now) && now.starts_with(so_far));
    so_far = now;
    testing::AppendFile(path_, std::string_view(data).substr(have, step));
  }
  EXPECT_GT(so_far.size(), text.size() / 2) << "what came before the end was handed out";
  absl::Status end;
  EXPECT_EQ(ReadAll(reader, end), text);
  EXPECT_OK(end);
}

// Of a zstd block more text is waiting than fits, when all that there is of the file was read.
TEST_P(ArchiveReaderTest, HandsOutAllTextOfAnArchiveWithoutItsLastBytes) {
  const std::string text = NumberedLines(20000).substr(0, 128 << 10);
  std::string data = Compress(text);
  // gzip: CRC and size; zstd: an empty last block and the checksum.
  data.resize(data.size() - (GetParam() == Format::kGzip ? 8 : 7));
  ArchiveReader reader = Open(data);
  absl::Status end;
  EXPECT_EQ(ReadAll(reader, end), text);
  EXPECT_TRUE(absl::IsUnavailable(end)) << end;
}

TEST_P(ArchiveReaderTest, HandsOutWhatIsBeforeTheDamageAndStaysDamaged) {
  const std::string text = NumberedLines(20000);
  ArchiveReader reader = Open(Compress(text) + "this is no member");
  absl::Status end;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ReadAll(reader, end), text);
    EXPECT_TRUE(absl::IsDataLoss(end)) << end;
    EXPECT_TRUE(std::string(end.message()).starts_with("decompress " + path_ + ": damaged: "))
        << end;
  }
}

TEST_P(ArchiveReaderTest, FindsAWrongChecksum) {
  std::string data = Compress("some text\n");
  // gzip: CRC and size, 4 bytes each; zstd: 4 bytes.
  data[data.size() - (GetParam() == Format::kGzip ? 8 : 4)] ^= 1;
  ArchiveReader reader = Open(data);
  absl::Status end;
  ReadAll(reader, end);
  EXPECT_TRUE(absl::IsDataLoss(end)) << end;
}

TEST_P(ArchiveReaderTest, AFailedReadIsNotTheEnd) {
  ArchiveReader reader = Open(Compress("text\n"));
  const UniqueFd write_only(open(path_.c_str(), O_WRONLY | O_CLOEXEC));
  ASSERT_EQ(dup2(write_only.get(), fds_.back().get()), fds_.back().get());
  const absl::Status status = Read(reader, 0, 10).status();
  EXPECT_EQ(status.message(), "read " + path_ + ": Bad file descriptor");
}

class GzipReaderTest : public ArchiveReaderTest {};
INSTANTIATE_TEST_SUITE_P(Gzip, GzipReaderTest, ::testing::Values(Format::kGzip));

TEST_P(GzipReaderTest, IgnoresZerosBehindTheEnd) {
  absl::Status end;
  ArchiveReader reader = Open(Gzip("one\n") + std::string(200000, '\0') + Gzip("two\n") + '\0');
  EXPECT_EQ(ReadAll(reader, end), "one\ntwo\n");
  EXPECT_OK(end);
}

TEST_P(GzipReaderTest, ZerosAloneAreDamage) {
  absl::Status end;
  ArchiveReader reader = Open(std::string(100, '\0'));
  EXPECT_EQ(ReadAll(reader, end), "");
  EXPECT_TRUE(absl::IsDataLoss(end)) << end;
}

class ZstdReaderTest : public ArchiveReaderTest {};
INSTANTIATE_TEST_SUITE_P(Zstd, ZstdReaderTest, ::testing::Values(Format::kZstd));

TEST_P(ZstdReaderTest, SkipsSkippableFrames) {
  const std::string skippable("\x50\x2a\x4d\x18\x03\0\0\0abc", 11);
  absl::Status end;
  ArchiveReader reader =
      Open(skippable + Zstd("one\n") + skippable + skippable + Zstd("two\n") + skippable);
  EXPECT_EQ(ReadAll(reader, end), "one\ntwo\n");
  EXPECT_OK(end);
}

TEST(ArchiveFormatOf, IsWhatTheFirstBytesSay) {
  EXPECT_EQ(ArchiveReader::FormatOf(Gzip("text")), Format::kGzip);
  EXPECT_EQ(ArchiveReader::FormatOf(Zstd("text")), Format::kZstd);
  EXPECT_EQ(ArchiveReader::FormatOf("\x50\x2a\x4d\x18"), Format::kZstd);
  EXPECT_EQ(ArchiveReader::FormatOf("BZh91AY"), std::nullopt);
  EXPECT_EQ(ArchiveReader::FormatOf("127.0.0.1 - -"), std::nullopt);
  EXPECT_EQ(ArchiveReader::FormatOf(""), std::nullopt);
}

}  // namespace
}  // namespace logtally
