#include "app/readable_files.h"

#include <gtest/gtest.h>

#include "testing/archives.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

class ReadableFilesTest : public ::testing::Test {
 protected:
  // The path of a file that begins so.
  std::string FileWith(const std::string& name, std::string_view bytes) {
    testing::WriteFile(dir_ / name, bytes);
    return dir_ / name;
  }
  std::string Refusal(const std::string& path) {
    return std::string(CheckReadable({path}).message());
  }

  testing::TempDir dir_;
};

TEST_F(ReadableFilesTest, PlainAndEmptyFilesGzipAndZstdAreReadable) {
  EXPECT_OK(CheckReadable({FileWith("plain", "192.0.2.1 - -\n"), FileWith("empty", ""),
                           FileWith("a.gz", testing::Gzip("line\n")),
                           FileWith("a.zst", testing::Zstd("line\n"))}));
}

TEST_F(ReadableFilesTest, WhatCannotBeDecompressedHereIsRefusedWithWhatCan) {
  const std::string xz = FileWith("a.xz", {"\xfd\x37zXZ\0\0\4", 8});
  EXPECT_EQ(Refusal(xz), "read " + xz +
                             ": it is compressed with xz; only gzip and zstd can be read, so "
                             "decompress it into a file of its own first (xzcat)");
  const std::pair<std::string_view, const char*> kOthers[] = {
      {"BZh91AY&SY",
       "bzip2; only gzip and zstd can be read, so decompress it into a file of its "
       "own first (bzcat)"},
      {"\x04\x22\x4d\x18....",
       "lz4; only gzip and zstd can be read, so decompress it into a file "
       "of its own first (lz4cat)"},
      {"\x1f\x9d\x90..",
       "compress; only gzip and zstd can be read, so decompress it into a file of "
       "its own first (zcat)"}};
  for (const auto& [begin, refusal] : kOthers) {
    EXPECT_TRUE(Refusal(FileWith("other", begin)).ends_with(refusal)) << refusal;
  }
}

// It is the bytes that tell, not the name: logrotate may be told to call its files anything.
TEST_F(ReadableFilesTest, ANameTellsNothing) {
  EXPECT_OK(CheckReadable({FileWith("plain.xz", "192.0.2.1 - -\n")}));
}

TEST_F(ReadableFilesTest, EveryFileThatCannotBeReadIsNamed) {
  const absl::Status status = CheckReadable({dir_ / "no.log", dir_.path(), FileWith("ok", "")});
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "open " + (dir_ / "no.log") + ": No such file or directory; open " +
                                  dir_.path() + ": not a regular file");
}

}  // namespace
}  // namespace logtally
