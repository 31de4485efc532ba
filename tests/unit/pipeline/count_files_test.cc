#include "pipeline/count_files.h"

#include <gmock/gmock.h>

#include "pipeline_fixture.h"
#include "testing/archives.h"

namespace logtally {
namespace {

using testing::CodeCounts;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CountFilesTest : public PipelineFixture {
 protected:
  FileCounts Count(const std::vector<std::string>& names, TimeWindow window = {},
                   const Clock& clock = SystemClock()) {
    std::vector<std::string> paths;
    for (const std::string& name : names) paths.push_back(dir_ / name);
    auto counts = CountFiles({"shop", paths}, nullptr, window, clock, /*threads=*/2,
                             [this](const IngestProgress& progress) { progress_ = progress; });
    EXPECT_OK(counts);
    return *std::move(counts);
  }
  static CodeCounts CodesOf(const FileCounts& counts) {
    CodeCounts codes;
    for (const auto& [key, tally] : counts.batch.counts) {
      codes[testing::CodeText(key.code)] += tally.responses;
    }
    return codes;
  }
  static int64_t RejectsOf(const FileCounts& counts) {
    int64_t lines = 0;
    for (const auto& [key, count] : counts.batch.rejects) lines += count;
    return lines;
  }

  IngestProgress progress_;
};

TEST_F(CountFilesTest, GivesWhatAStoreWouldHoldOfTheSameFiles) {
  Append("access.log", 200, 5000);
  Append("access.log", 404, 7);
  AppendRaw("access.log", "no record\n");
  Append("other.log", 503, 2);
  setup_.sites = {SiteOf("shop", {"access.log", "other.log"})};
  Start();
  ASSERT_OK(pipeline_->RunToEnd([](const IngestProgress&) {}));
  const FileCounts counts = Count({"access.log", "other.log"});
  EXPECT_EQ(CodesOf(counts), Durable());
  EXPECT_EQ(CodesOf(counts), truth_);
  EXPECT_EQ(RejectsOf(counts), Rejected());
  EXPECT_EQ(progress_.bytes_read, progress_.bytes_total);
  EXPECT_THAT(counts.read_errors, ElementsAre());
}

TEST_F(CountFilesTest, ALastLineWithoutAnEndIsRejected) {
  Append("access.log", 200, 2);
  AppendRaw("access.log", "192.0.2.7 - - [14/Nov/2023:22:13:20 +0000] \"GET / HTTP/1.1\" 20");
  const FileCounts counts = Count({"access.log"});
  EXPECT_EQ(CodesOf(counts), truth_);
  EXPECT_EQ(RejectsOf(counts), 1);
}

TEST_F(CountFilesTest, CountsOnlyWhatLiesInTheWindow) {
  const int64_t now = absl::ToUnixSeconds(clock_.Now());
  for (int minute = 0; minute < 10; ++minute) {
    Append("access.log", 200 + minute);
    clock_.Advance(absl::Minutes(1));
  }
  const FileCounts counts = Count({"access.log"}, {.from_unix = now + 120, .to_unix = now + 240});
  EXPECT_EQ(CodesOf(counts), (CodeCounts{{"202", 1}, {"203", 1}}));
  EXPECT_EQ(counts.lines_outside_window, 8);
}

TEST_F(CountFilesTest, AFileThatIsNotThereIsSaid) {
  Append("access.log", 200);
  const FileCounts counts = Count({"access.log", "missing.log"});
  EXPECT_EQ(CodesOf(counts), truth_);
  ASSERT_EQ(counts.read_errors.size(), 1u);
  EXPECT_THAT(counts.read_errors[0], HasSubstr("missing.log"));
}

TEST_F(CountFilesTest, WhatIsLostInTheFilesIsInTheBatch) {
  Append("access.log", 200);
  AppendRaw("access.log", std::string(100'000, 'x') + "\n");
  const FileCounts counts = Count({"access.log"});
  ASSERT_EQ(counts.batch.losses.size(), 1u);
  const auto& [key, tally] = *counts.batch.losses.begin();
  EXPECT_EQ(key.cause, LossCause::kTooLong);
  EXPECT_EQ(key.path, dir_ / "access.log");
  EXPECT_EQ(tally.lines, 1);
  EXPECT_THAT(counts.read_errors, ElementsAre()) << "the file was read to its end";
}

TEST_F(CountFilesTest, AnArchiveIsReadAndADamagedOneIsSaidToBeReadInPart) {
  Append("access.log", 200, 2000);
  std::string archive = testing::Gzip(testing::ReadFile(dir_ / "access.log"));
  AppendRaw("good.gz", archive);
  EXPECT_EQ(CodesOf(Count({"good.gz"})), truth_);
  archive[archive.size() - 8] ^= 1;  // of its checksum
  AppendRaw("bad.gz", archive);
  const FileCounts counts = Count({"bad.gz"});
  EXPECT_EQ(counts.batch.losses.size(), 1u);
  EXPECT_THAT(counts.read_errors, ElementsAre(HasSubstr("bad.gz: damaged")));
}

// Whoever names two files means two files, whatever is in them.
TEST_F(CountFilesTest, TwoFilesWithTheSameTextAreTwoFiles) {
  Append("access.log", 200, 100);
  std::filesystem::copy_file(dir_ / "access.log", dir_ / "copy.log");
  EXPECT_EQ(CodesOf(Count({"access.log", "copy.log"})), (CodeCounts{{"200", 200}}));
}

}  // namespace
}  // namespace logtally
