#include "tail/file_identity.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/hash.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

// Every row of the table "File identity".
TEST(Judge, SaysWhatBecameOfAKnownFile) {
  const ContentEvidence all{true, true, true}, shorter{false, false, false};
  const ContentEvidence other_anchor{true, true, false}, other_head{true, false, true};
  EXPECT_EQ(Judge(KnownFile::kThisOne, all), Verdict::kSame);
  EXPECT_EQ(Judge(KnownFile::kThisOne, shorter), Verdict::kTruncated);
  EXPECT_EQ(Judge(KnownFile::kThisOne, other_anchor), Verdict::kRegrown);
  EXPECT_EQ(Judge(KnownFile::kThisOne, other_head), Verdict::kRegrown);
  EXPECT_EQ(Judge(KnownFile::kGone, all), Verdict::kMoved);
  EXPECT_EQ(Judge(KnownFile::kAlive, all), Verdict::kCopy);
  for (const ContentEvidence& evidence : {shorter, other_anchor, other_head}) {
    EXPECT_EQ(Judge(KnownFile::kGone, evidence), Verdict::kNew);
    EXPECT_EQ(Judge(KnownFile::kAlive, evidence), Verdict::kNew);
  }
}

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

TEST_F(FileIdentityTest, ComparesTheHeadAndTheBytesBeforeTheOffset) {
  const std::string text = std::string(3000, 'a') + std::string(3000, 'b');
  FilePosition known;
  known.offset = 5000;
  known.head_length = kHeadBytes;
  known.head_hash = StableHash(text.substr(0, kHeadBytes));
  known.anchor_length = kAnchorBytes;
  known.anchor_hash = StableHash(text.substr(5000 - kAnchorBytes, kAnchorBytes));
  const auto compare = [&](const std::string& bytes) {
    const ContentEvidence evidence =
        CompareContent(Open("log", bytes).get(), static_cast<int64_t>(bytes.size()), known);
    return std::string() + (evidence.reaches_offset ? "r" : "-") +
           (evidence.head_matches ? "h" : "-") + (evidence.anchor_matches ? "a" : "-");
  };
  EXPECT_EQ(compare(text), "rha");
  EXPECT_EQ(compare(text.substr(0, 5000)), "rha");
  EXPECT_EQ(compare(text.substr(0, 4999)), "---");
  EXPECT_EQ(compare("x" + text.substr(1)), "r-a");
  EXPECT_EQ(compare(std::string(4999, 'a') + "x" + text), "rh-");
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
