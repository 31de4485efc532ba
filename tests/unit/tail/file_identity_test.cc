#include "tail/file_identity.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/hash.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

class FileIdentityTest : public ::testing::Test {
 protected:
  UniqueFd Open(const std::string& name, const std::string& bytes) {
    testing::WriteFile(dir_ / name, bytes);
    return std::move(OpenLog(dir_ / name)->fd);
  }
  testing::TempDir dir_;
};

TEST_F(FileIdentityTest, APathAndItsDescriptorAreTheSameFile) {
  testing::WriteFile(dir_ / "log", "12345");
  ASSERT_OK_AND_ASSIGN(const OpenedLog log, OpenLog(dir_ / "log"));
  ASSERT_OK_AND_ASSIGN(const FileStat stat, StatPath(dir_ / "log"));
  EXPECT_EQ(KeyOf("site", log.stat), KeyOf("site", stat));
  EXPECT_NE(KeyOf("site", stat), KeyOf("other", stat));
  EXPECT_EQ(stat.size, 5);
  EXPECT_EQ(stat.links, 1u);
  EXPECT_EQ(OpenLog(dir_ / "none").status().message(),
            "stat " + (dir_ / "none") + ": No such file or directory");
}

TEST_F(FileIdentityTest, AFileBeginsLikeAnotherOnlyIfThereIsEnoughOfIt) {
  const std::string text = std::string(2000, 'a') + std::string(2000, 'b');
  const auto alike = [&](const std::string& a, const std::string& b) {
    return OneBeginsLikeTheOther(Open("a", a).get(), a.size(), Open("b", b).get(), b.size());
  };
  EXPECT_TRUE(alike(text, text.substr(0, 2100)));
  EXPECT_TRUE(alike(text.substr(0, 1024), text));
  EXPECT_FALSE(alike(text.substr(0, 1023), text)) << "the first lines of two logs can be the same";
  EXPECT_FALSE(alike(text, "x" + text));
  EXPECT_FALSE(alike(text, text.substr(0, 2000) + "x" + text));
}

TEST_F(FileIdentityTest, FindsTheBeginningOfTheLastLine) {
  const auto start = [&](const std::string& bytes) {
    return LastLineStart(Open("log", bytes).get(), static_cast<int64_t>(bytes.size()));
  };
  EXPECT_EQ(start(""), 0);
  EXPECT_EQ(start("half"), 0);
  EXPECT_EQ(start("one\n"), 4);
  EXPECT_EQ(start("one\nhalf"), 4);
  EXPECT_EQ(start("one\n" + std::string(200000, 'x')), 4);
}

TEST(CompressionName, KnowsItsFormatsByTheirFirstBytes) {
  EXPECT_EQ(CompressionName("\x1f\x8b\x08"), "gzip");
  EXPECT_EQ(CompressionName("\x28\xb5\x2f\xfd"), "zstd");
  EXPECT_EQ(CompressionName(std::string_view("\xfd\x37zXZ\0..", 8)), "xz");
  EXPECT_EQ(CompressionName("BZh91AY"), "bzip2");
  EXPECT_EQ(CompressionName("\x04\x22\x4d\x18\x40"), "lz4");
  EXPECT_EQ(CompressionName("\x1f\x9d\x90"), "compress");
  EXPECT_EQ(CompressionName("\x50\x2a\x4d\x18"), "zstd") << "a skippable frame";
  EXPECT_EQ(CompressionName("\x5f\x2a\x4d\x18"), "zstd") << "a skippable frame";
  EXPECT_EQ(CompressionName("\x60\x2a\x4d\x18"), std::nullopt);
  EXPECT_EQ(CompressionName("127.0.0.1 - -"), std::nullopt);
  EXPECT_EQ(CompressionName(""), std::nullopt);
}

}  // namespace
}  // namespace logtally
