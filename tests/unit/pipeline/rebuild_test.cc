#include "pipeline/rebuild.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "pipeline/audit.h"
#include "pipeline_fixture.h"
#include "store/rebuilt_store.h"
#include "testing/archives.h"

namespace logtally {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RebuildTest : public PipelineFixture {
 protected:
  // Stops what runs, and counts anew.
  RebuildResult RunRebuild() {
    pipeline_.reset();
    store_.reset();
    auto result =
        Rebuild({.state_dir = state_dir(), .sites = setup_.sites, .aggregate = setup_.aggregate},
                clock_, [](const IngestProgress&) {});
    EXPECT_TRUE(result.ok()) << result.status();
    return *std::move(result);
  }
  void ExpectTheTruth() {
    EXPECT_EQ(Durable(), truth_);
    Start();
    EXPECT_EQ(Shown(), truth_) << "totals";
    Settle();
    EXPECT_EQ(Durable(), truth_);
    const auto audit =
        Audit({.database_path = state_dir() + "/logtally.db"}, [](const IngestProgress&) {});
    ASSERT_OK(audit);
    EXPECT_FALSE(audit->has_differences());
  }
  void Compress(const std::string& name) {
    testing::WriteFile(dir_ / (name + ".gz"), testing::Gzip(testing::ReadFile(dir_ / name)));
    fs::remove(dir_ / name);
  }
};

TEST_F(RebuildTest, GivesWhatTheStoreHeld) {
  Append("access.log", 200, 50);
  AppendRaw("access.log", "no record\n");
  Start();
  Settle();
  clock_.Advance(absl::Hours(1));
  Rename("access.log", "access.log.1");
  Append("access.log", 404, 5);
  Settle();
  const RebuildResult result = RunRebuild();
  EXPECT_EQ(result.counted.lines_counted, 55);
  EXPECT_EQ(result.counted.lines_rejected, 1);
  EXPECT_EQ(result.files, 2);
  EXPECT_THAT(result.read_errors, IsEmpty());
  EXPECT_TRUE(fs::exists(result.kept_path)) << result.kept_path;
  ExpectTheTruth();
  EXPECT_EQ(Rejected(), 1);
}

TEST_F(RebuildTest, AGoneLogInTheMiddleKeepsItsMinutes) {
  for (const int code : {200, 301, 404, 500}) {
    Append("access.log", code, 40);
    if (code == 200) Start();
    Settle();
    if (code == 500) break;
    Rename("access.log", "access.log." + std::to_string(code));
    clock_.Advance(absl::Hours(1));
  }
  fs::remove(dir_ / "access.log.301");
  const RebuildResult result = RunRebuild();
  EXPECT_NE(result.recounted_from.at("shop"), History::kNever);
  ExpectTheTruth();
}

TEST_F(RebuildTest, CountsWhatWasNeverCountedWhateverItsTime) {
  Append("access.log", 200, 40);
  Start();
  Settle();
  pipeline_.reset();
  store_.reset();
  // Older than everything that is known, and rotated meanwhile.
  clock_.JumpTo(clock_.Now() - absl::Hours(48));
  Append("access.log", 503, 3);
  Rename("access.log", "access.log.2");
  Append("access.log.1", 418, 30);
  Compress("access.log.1");
  clock_.JumpTo(clock_.Now() + absl::Hours(49));
  Append("access.log", 404, 5);
  RunRebuild();
  ExpectTheTruth();
}

TEST_F(RebuildTest, ACopyBesideItsOriginalCountsOnce) {
  Append("access.log", 200, 40);
  testing::WriteFile(dir_ / "access.log.1", testing::ReadFile(dir_ / "access.log"));
  testing::WriteFile(dir_ / "access.log.1.gz",
                     testing::Gzip(testing::ReadFile(dir_ / "access.log")));
  const RebuildResult result = RunRebuild();
  EXPECT_EQ(result.files, 1);
  EXPECT_EQ(Durable(), truth_);
}

TEST_F(RebuildTest, WithNoLogsLeftEverythingIsKept) {
  Append("access.log", 200, 40);
  Start();
  Settle();
  fs::remove(dir_ / "access.log");
  const RebuildResult result = RunRebuild();
  EXPECT_EQ(result.recounted_from.at("shop"), History::kNever);
  ExpectTheTruth();
}

TEST_F(RebuildTest, ADamagedDatabaseIsSaidToBe) {
  Append("access.log", 200, 4);
  fs::create_directory(state_dir());
  testing::WriteFile(state_dir() + "/logtally.db", std::string(10000, 'x'));
  EXPECT_THAT(RunRebuild().old_unusable, HasSubstr("not a database"));
  ExpectTheTruth();
}

TEST_F(RebuildTest, AnArchiveThatCannotBeReadIsNamedAndTheRestCounts) {
  Append("access.log", 200, 40);
  const std::string archive = testing::Gzip(testing::NumberedLines(3000));
  testing::WriteFile(dir_ / "access.log.1.gz", archive.substr(0, archive.size() / 2));
  const RebuildResult result = RunRebuild();
  EXPECT_THAT(result.read_errors, SizeIs(1));
  EXPECT_EQ(Durable()["200"], 40);
}

TEST_F(RebuildTest, OtherSitesStayAsTheyAre) {
  setup_.sites = {SiteOf("shop", {"access.log"}), SiteOf("blog", {"blog.log"})};
  Append("access.log", 200, 40);
  Append("blog.log", 404, 4);
  Start();
  Settle();
  const std::vector<SiteSetup> both = setup_.sites;
  setup_.sites = {both[0]};
  RunRebuild();
  setup_.sites = both;
  ExpectTheTruth();
}

}  // namespace
}  // namespace logtally
