// What becomes of one text: every state that an audit may give.
#include "pipeline/log_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/hash.h"
#include "pipeline_fixture.h"
#include "testing/archives.h"

namespace logtally {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LogCheckTest : public ::testing::Test {
 protected:
  LogCheckTest() { testing::WriteFile(path_, text_); }

  // The text of the file at `path_`, counted up to `offset` with that result.
  TextChain Counted(int64_t offset, const TextTally& stored, int64_t start = 0) const {
    FilePosition position;
    position.key = KeyOf("shop", *StatPath(path_));
    position.path = path_;
    position.start_offset = start;
    position.offset = offset;
    position.head_length = 1024;
    position.head_hash = StableHash(text_.substr(0, 1024));
    position.anchor_length = 128;
    position.anchor_hash = StableHash(text_.substr(offset - 128, 128));
    return {{position}, stored};
  }
  AuditedLog Check(const TextChain& chain) {
    const RetainedLogs logs("shop", {path_}, {}, chain.pieces);
    return CheckText(chain, logs, {}, progress_);
  }
  int64_t size() const { return std::ssize(text_); }

  const absl::Time kTime = absl::FromUnixSeconds(1700000000);
  const std::string text_ = Lines(200, 20, kTime) + "no record\n" + Lines(404, 3, kTime);
  const TextTally tally_ = {{{200, 20}, {404, 3}}, 1};
  testing::TempDir dir_;
  const std::string path_ = dir_ / "access.log";
  RecountProgress progress_;
};

TEST_F(LogCheckTest, SameAndUnread) {
  AuditedLog log = Check(Counted(size(), tally_));
  EXPECT_EQ(log.state, AuditState::kSame);
  EXPECT_EQ(log.found_at, path_);
  EXPECT_THAT(log.codes, ElementsAre(AuditedCode{200, 20, 20}, AuditedCode{404, 3, 3},
                                     AuditedCode{std::nullopt, 1, 1}));
  EXPECT_EQ(progress_.bytes, size());

  testing::AppendFile(path_, "half a line");
  log = Check(Counted(size(), tally_));
  EXPECT_EQ(log.state, AuditState::kUnread);
  EXPECT_EQ(log.unread_bytes, 11);
}

TEST_F(LogCheckTest, DifferentByACodeOrByARejectedLine) {
  TextTally stored = tally_;
  ++stored.responses[404];
  EXPECT_EQ(Check(Counted(size(), stored)).state, AuditState::kDifferent);
  stored = tally_;
  stored.rejected_lines = 0;
  EXPECT_EQ(Check(Counted(size(), stored)).state, AuditState::kDifferent);
}

TEST_F(LogCheckTest, CountsFromWhereTheCountingBegan) {
  const int64_t start = std::ssize(Lines(200, 15, kTime));
  const AuditedLog log = Check(Counted(size(), {{{200, 5}, {404, 3}}, 1}, start));
  EXPECT_EQ(log.state, AuditState::kSame);
  EXPECT_EQ(log.first_offset, start);
}

TEST_F(LogCheckTest, AddsUpThePiecesOfAChain) {
  const int64_t middle = std::ssize(Lines(200, 15, kTime));
  TextChain chain = Counted(size(), tally_, middle);
  chain.pieces.insert(chain.pieces.begin(), Counted(middle, {}).newest());
  chain.pieces[0].key.inode = 1;  // a file that is gone
  EXPECT_EQ(Check(chain).state, AuditState::kSame);
}

TEST_F(LogCheckTest, FindsARotatedAndACompressedText) {
  const TextChain chain = Counted(size(), tally_);
  fs::rename(path_, path_ + ".1");
  EXPECT_EQ(Check(chain).found_at, path_ + ".1");
  fs::remove(path_ + ".1");
  testing::WriteFile(path_ + ".2.gz", testing::Gzip(text_));
  testing::WriteFile(path_, Lines(200, 50, kTime + absl::Hours(1)));
  EXPECT_EQ(Check(chain).state, AuditState::kSame);
  EXPECT_EQ(Check(chain).found_at, path_ + ".2.gz");
  fs::remove(path_ + ".2.gz");
  testing::WriteFile(path_ + "-20231114.zst", testing::Zstd(text_ + "more\n"));
  EXPECT_EQ(Check(chain).state, AuditState::kUnread);
  EXPECT_EQ(Check(chain).unread_bytes, 5);
}

TEST_F(LogCheckTest, NotRetainedIfOnlyAnotherTextIsThere) {
  const TextChain chain = Counted(size(), tally_);
  fs::remove(path_);
  EXPECT_EQ(Check(chain).state, AuditState::kNotRetained);
  // Begins alike, but what is before the offset is not what was counted.
  testing::WriteFile(path_ + ".1", text_.substr(0, 1024) + Lines(500, 50, kTime));
  const AuditedLog log = Check(chain);
  EXPECT_EQ(log.state, AuditState::kNotRetained);
  EXPECT_EQ(log.found_at, "");
}

TEST_F(LogCheckTest, ShorterThanWhatWasCounted) {
  const TextChain chain = Counted(size(), tally_);
  testing::WriteFile(path_, Lines(200, 15, kTime));
  EXPECT_EQ(Check(chain).state, AuditState::kShorter);
  EXPECT_FALSE(Check(chain).is_difference());
  TextTally fewer = tally_;
  fewer.responses[200] = 14;
  EXPECT_EQ(Check(Counted(size(), fewer)).state, AuditState::kDifferent)
      << "even what is left gives more";
}

TEST_F(LogCheckTest, UnreadableIfTheArchiveIsDamaged) {
  const TextChain chain = Counted(size(), tally_);
  fs::remove(path_);
  const std::string archive = testing::Gzip(text_);
  testing::WriteFile(path_ + ".1.gz", archive.substr(0, archive.size() - 14));
  const AuditedLog log = Check(chain);
  EXPECT_EQ(log.state, AuditState::kUnreadable);
  EXPECT_THAT(log.why, HasSubstr("access.log.1.gz"));
}

TEST_F(LogCheckTest, AFileThatNobodyKnowsIsCountedToItsEnd) {
  testing::WriteFile(path_ + ".1.gz", testing::Gzip(text_));
  const RetainedLogs logs("shop", {path_}, {}, {});
  const AuditedLog log = CheckUnknown("shop", logs.files()[0], {}, progress_);
  EXPECT_EQ(log.path, path_ + ".1.gz");
  EXPECT_EQ(log.state, AuditState::kUnknown);
  EXPECT_THAT(log.codes, ElementsAre(AuditedCode{200, 0, 20}, AuditedCode{404, 0, 3},
                                     AuditedCode{std::nullopt, 0, 1}));
}

TEST(CompareTallies, NamesEveryCodeOfEither) {
  EXPECT_THAT(CompareTallies({{{200, 1}, {-1, 2}}, 0}, {{{200, 1}, {404, 3}}, 0}),
              ElementsAre(AuditedCode{-1, 2, 0}, AuditedCode{200, 1, 1}, AuditedCode{404, 0, 3}));
  EXPECT_THAT(CompareTallies({}, {}), IsEmpty());
}

}  // namespace
}  // namespace logtally
