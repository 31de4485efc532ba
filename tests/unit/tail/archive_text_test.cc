#include "tail/archive_text.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <string>

#include "base/unique_fd.h"
#include "testing/archives.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

// How an archive ends, fails and grows is told in archive_reader_test.cc.
class ArchiveTextTest : public ::testing::TestWithParam<ArchiveFormat> {
 protected:
  std::unique_ptr<ArchiveText> Begin(std::string_view bytes) {
    testing::WriteFile(path_, bytes);
    fd_.reset(open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    auto text = ArchiveText::Begin(fd_.get(), GetParam(), path_);
    EXPECT_OK(text);
    return *std::move(text);
  }
  static std::string ReadAll(ArchiveText& text) {
    std::string all;
    std::string room(1000, '\0');
    while (true) {
      const absl::StatusOr<size_t> n = text.Next(room);
      EXPECT_OK(n);
      if (!n.ok() || *n == 0) return all;
      all.append(room, 0, *n);
    }
  }
  static std::string Compress(std::string_view text) {
    return GetParam() == ArchiveFormat::kGzip ? testing::Gzip(text) : testing::Zstd(text);
  }

  testing::TempDir dir_;
  const std::string path_ = dir_ / "log.1.gz";
  UniqueFd fd_;
};

INSTANTIATE_TEST_SUITE_P(Formats, ArchiveTextTest,
                         ::testing::Values(ArchiveFormat::kGzip, ArchiveFormat::kZstd),
                         [](const auto& of) {
                           return std::string(of.param == ArchiveFormat::kGzip ? "Gzip" : "Zstd");
                         });

TEST_P(ArchiveTextTest, ComesPieceAfterPieceAndGoesOnWithWhatIsAppended) {
  const std::string lines = testing::NumberedLines(5000);
  const std::string data = Compress(lines);
  const std::unique_ptr<ArchiveText> text = Begin(data);
  EXPECT_EQ(text->unread_bytes(), std::ssize(data));
  EXPECT_EQ(ReadAll(*text), lines);
  EXPECT_EQ(text->unread_bytes(), 0);
  testing::AppendFile(path_, Compress("more\n"));
  EXPECT_EQ(ReadAll(*text), "more\n");
}

}  // namespace
}  // namespace logtally
