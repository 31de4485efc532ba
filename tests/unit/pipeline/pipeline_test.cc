// The promise of the whole flow: every complete line is counted once, whatever becomes of the
// store, the files and the process; and what is shown is what is stored.
#include "pipeline/pipeline.h"

#include <gmock/gmock.h>

#include <random>

#include "pipeline_fixture.h"

namespace logtally {
namespace {

using testing::CodeCounts;
using ::testing::HasSubstr;
using ::testing::Not;

class PipelineTest : public PipelineFixture {};

TEST_F(PipelineTest, TheStoreHoldsWhatTheLogsHoldAndThePageShowsIt) {
  setup_.sites = {SiteOf("shop", {"access.log", "*.vhost"}), SiteOf("blog", {"blog.log"})};
  Append("access.log", 200, 30);
  Append("access.log", 404, 3);
  Append("a.vhost", 503, 2);
  Append("blog.log", 200, 5);
  AppendRaw("access.log", "no record\n\n");
  Start();
  Settle();
  EXPECT_EQ(Durable(), truth_);
  EXPECT_EQ(DurableOf("blog"), (CodeCounts{{"200", 5}}));
  EXPECT_EQ(Shown(), truth_);
  EXPECT_EQ(Rejected(), 2);
  Append("access.log", 500);
  Settle();
  EXPECT_EQ(Durable(), truth_);
}

TEST_F(PipelineTest, NothingIsShownBeforeItIsStored) {
  Start();
  EXPECT_FALSE(Status().committed_once);
  EXPECT_EQ(Shown(), CodeCounts{});
  Append("access.log", 200, 10);
  BreakStore();
  for (int second = 0; second < 5; ++second) {
    Append("access.log", 404);
    Turns();
    EXPECT_EQ(Shown(), CodeCounts{});
    EXPECT_EQ(Durable(), CodeCounts{});
    EXPECT_FALSE(Status().committed_once) << "not ready: the store never worked";
  }
  MendStore();
  Settle();
  EXPECT_EQ(Shown(), truth_);
  EXPECT_TRUE(Status().committed_once);
}

TEST_F(PipelineTest, AFailedCommitIsTriedAgainAndCountsItsLinesOnce) {
  Append("access.log", 200, 10);
  Start();
  Turns();
  BreakStore();
  Append("access.log", 404, 7);
  Turns();
  Turns();
  Append("access.log", 404, 1);
  Turns();
  EXPECT_EQ(Durable(), (CodeCounts{{"200", 10}})) << "neither all nor a part of it";
  EXPECT_EQ(Status().commit_errors, 3) << "one a second, not one a turn";
  EXPECT_THAT(Status().last_commit_error, HasSubstr("the disk is gone"));
  MendStore();
  Settle();
  EXPECT_EQ(Durable(), truth_);
  EXPECT_EQ(Status().last_commit_error, "");
  EXPECT_THAT(Messages(), HasSubstr("the store works again"));
}

TEST_F(PipelineTest, ALockedStoreIsWaitedFor) {
  Append("access.log", 200, 10);
  Start();
  OpenOther();
  ASSERT_OK(other_->Execute("BEGIN IMMEDIATE"));
  Turns(1);
  EXPECT_THAT(Status().last_commit_error, HasSubstr("locked"));
  ASSERT_OK(other_->Execute("COMMIT"));
  Settle();
  EXPECT_EQ(Durable(), truth_);
}

TEST_F(PipelineTest, AFullBatchStopsReadingUntilItIsStored) {
  setup_.tail.read_bytes = 1000;
  setup_.aggregate.max_batch_bytes = 5000;
  Start();
  Turns();
  BreakStore();
  Append("access.log", 200, 1000);
  for (int second = 0; second < 10; ++second) Turns();
  EXPECT_GT(Status().files.at(0).offset, 0);
  EXPECT_LT(Status().files.at(0).offset, 6000) << "the log is the queue";
  MendStore();
  Settle();
  EXPECT_EQ(Durable(), truth_);
}

// The log is the queue, so nothing of the queue may get away meanwhile.
TEST_F(PipelineTest, LogsThatAreRotatedWhileTheStoreFailsAreKept) {
  setup_.tail.read_bytes = 1000;
  setup_.aggregate.max_batch_bytes = 1000;
  Append("access.log", 200, 100);
  Start();
  BreakStore();
  Turns();
  for (int day = 0; day < 3; ++day) {
    Rename("access.log", "old." + std::to_string(day));
    Append("access.log", 500 + day, 100);
    Turns();
  }
  MendStore();
  Settle();
  EXPECT_EQ(Durable(), truth_);
}

TEST_F(PipelineTest, ACrashReadsAgainWhatWasNotStoredAndNothingElse) {
  Append("access.log", 200, 10);
  Start();
  Turns();
  Append("access.log", 404, 5);
  ASSERT_OK(pipeline_->RunOnce());  // read, but no second has passed
  Start();
  EXPECT_EQ(Shown(), (CodeCounts{{"200", 10}})) << "from the first page on";
  Settle();
  EXPECT_EQ(Durable(), truth_);
}

TEST_F(PipelineTest, AStopStoresWhatWasRead) {
  Append("access.log", 200, 10);
  Start();
  Turns();
  Append("access.log", 404, 5);
  clock_.Advance(absl::Milliseconds(10));
  ASSERT_OK(pipeline_->RunOnce());
  ASSERT_OK(Stop());
  EXPECT_EQ(Shown(), Durable()) << "a last scrape sees the last counts";
  Start();
  Settle();
  EXPECT_EQ(Durable(), truth_);
}

TEST_F(PipelineTest, AStopWhileTheStoreFailsSaysSoAndLosesNothing) {
  Append("access.log", 200, 10);
  Start();
  BreakStore();
  Turns();
  EXPECT_FALSE(Stop().ok());
  MendStore();
  Start();
  Settle();
  EXPECT_EQ(Durable(), truth_);
}

TEST_F(PipelineTest, APositionThatSomebodyElseMovedEndsIt) {
  Append("access.log", 200, 10);
  Start();
  Turns();
  OpenOther();
  ASSERT_OK(other_->Execute("UPDATE file_text SET offset = 0"));
  Append("access.log", 200);
  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(absl::IsAborted(pipeline_->RunOnce()));
  EXPECT_EQ(Durable(), (CodeCounts{{"200", 10}}));
}

TEST_F(PipelineTest, ASiteThatIsTakenAwayKeepsItsCountsAndReadsOnWhenItIsBack) {
  const std::vector<SiteSetup> both = {SiteOf("shop", {"access.log"}),
                                       SiteOf("blog", {"blog.log"})};
  setup_.sites = both;
  Append("access.log", 200, 10);
  Append("blog.log", 404, 4);
  Start();
  Turns();
  Append("blog.log", 404, 1);
  ASSERT_OK(pipeline_->RunOnce());  // read, not stored
  Reload({both[0]});
  Settle();
  EXPECT_EQ(Durable(), truth_) << "what was read before the reload counts";
  Append("blog.log", 500, 3);
  Append("access.log", 200, 1);
  Turns();
  EXPECT_EQ(DurableOf("blog"), (CodeCounts{{"404", 5}}));
  Rename("blog.log", "blog.log.1");
  Append("blog.log", 501, 2);
  Reload(both);
  Settle();
  EXPECT_EQ(Durable(), truth_);
  EXPECT_EQ(Status().follow.size(), 2u);
}

TEST_F(PipelineTest, OneFileOfTwoSitesCountsForBoth) {
  setup_.sites = {SiteOf("shop", {"access.log"}), SiteOf("all", {"*.log"})};
  Append("access.log", 200, 10);
  Start();
  Turns();
  Append("access.log", 404, 5);
  Settle();
  EXPECT_EQ(DurableOf("shop"), truth_);
  EXPECT_EQ(DurableOf("all"), truth_);
}

TEST_F(PipelineTest, AReloadChangesHowLogsAreFollowed) {
  setup_.tail.max_line_bytes = 60;
  Append("access.log", 200, 2);
  Start();
  Turns();
  EXPECT_EQ(Rejected(), 2) << "too long";
  truth_.clear();
  Append("blog.log", 200, 3);
  truth_.clear();
  setup_.tail.max_line_bytes = 200;
  setup_.tail.start = Tailer::Options::Start::kEnd;
  Reload({SiteOf("shop", {"access.log"}), SiteOf("blog", {"blog.log"})});
  Turns();
  Append("access.log", 404, 4);
  Append("blog.log", 500, 5);
  Settle();
  EXPECT_EQ(Durable(), truth_);
  EXPECT_EQ(Rejected(), 2);
}

TEST_F(PipelineTest, ABadReloadChangesNothing) {
  Append("access.log", 200, 1);
  Start();
  Turns();
  SiteSetup bad = SiteOf("shop", {});
  bad.patterns = {"relative.log"};
  pipeline_->Reload({.sites = {bad}, .tail = {}, .aggregate = {}});
  Append("access.log", 200, 1);
  Turns();
  EXPECT_THAT(Messages(), HasSubstr("the new configuration cannot be used"));
  EXPECT_EQ(Durable(), truth_);
}

TEST_F(PipelineTest, ASecondRunToTheEndAddsNothing) {
  Append("access.log", 200, 1000);
  AppendRaw("access.log", "half a line");
  int64_t expected = 1000;
  for (int run = 0; run < 3; ++run) {
    Start();
    ASSERT_OK_AND_ASSIGN(const IngestProgress progress,
                         pipeline_->RunToEnd([](const IngestProgress&) {}));
    EXPECT_EQ(progress.lines_counted, expected);
    EXPECT_EQ(Durable(), truth_);
    expected = 0;
  }
  EXPECT_THAT(Messages(), Not(HasSubstr("error")));
}

TEST_F(PipelineTest, LinesWhoseBytesCannotBeAddedUpStopsNothing) {
  const std::string line =
      "192.0.2.7 - - [14/Nov/2023:22:13:20 +0000] \"GET / HTTP/1.1\" 500 999999999999999999 \"-\" "
      "\"-\"\n";
  Start();
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 12; ++i) AppendRaw("access.log", line);
    truth_["500"] += 12;
    Turns();
    EXPECT_EQ(Durable(), truth_);
    EXPECT_EQ(Status().commit_errors, 0);
  }
  Start();
  EXPECT_EQ(Shown(), truth_);
}

TEST_F(PipelineTest, AfterAQuietWeekendNewLinesStillHaveTheirMinute) {
  setup_.retention.minutes = absl::Hours(24 * 30);
  Append("access.log", 200, 1);
  Start();
  Turns();
  clock_.Advance(absl::Hours(60));
  Append("access.log", 200, 5);
  Settle();
  EXPECT_EQ(Durable(), truth_);
}

TEST_F(PipelineTest, ALogInNoKnownFormatIsWarnedAboutOnce) {
  Start();
  for (int i = 0; i < 1000; ++i) AppendRaw("access.log", "nothing that is known\n");
  Settle();
  EXPECT_THAT(Messages(), HasSubstr("access.log: the lines look like no known format; where a"));
  EXPECT_EQ(Rejected(), 1000);
}

TEST_F(PipelineTest, OldMinutesGoTotalsStay) {
  setup_.retention.minutes = setup_.retention.hours = setup_.retention.days = absl::Hours(24);
  Append("access.log", 200, 3);
  Start();
  Turns();
  clock_.Advance(absl::Hours(49));  // days go when the last of their hours does
  Append("access.log", 404, 1);
  Turns();
  EXPECT_EQ(Durable(), (CodeCounts{{"404", 1}}));
  EXPECT_EQ(Shown(), truth_);
}

// Whatever happens in whatever order: never more than the truth, the page is the store, and in the
// end all of it once.
TEST_F(PipelineTest, AnyOrderOfTroublesCountsEachLineOnce) {
  setup_.tail.read_bytes = 500;
  setup_.aggregate.max_batch_bytes = 2000;
  const std::vector<SiteSetup> both = {SiteOf("shop", {"access.log"}),
                                       SiteOf("blog", {"blog.log"})};
  setup_.sites = both;
  std::mt19937 random(20260710);
  int serial = 0;
  Append("access.log", 200);
  Append("blog.log", 200);
  Start();
  for (int step = 0; step < 400; ++step) {
    const std::string log = random() % 2 == 0 ? "access.log" : "blog.log";
    switch (random() % 10) {
      case 0:
        BreakStore();
        for (int i = 0; i < 3; ++i) Turns(random() % 5);
        MendStore();
        break;
      case 1:
        Start();
        break;
      case 2: {
        const absl::Status stopped = Stop();
        ASSERT_OK(stopped);
        Start();
        break;
      }
      case 3:
        Rename(log, log + "." + std::to_string(++serial));
        Append(log, 301);
        Turns(1);  // to be rotated again before anybody has looked is another story
        break;
      case 4:
        Reload({both[0]});
        Turns(random() % 3);
        Reload(both);
        break;
      case 5:
        AppendRaw(log, "192.0.2.7 - - [14/Nov/2023:22:13:20 +0000] \"GET / HTT");
        Turns(2);
        AppendRaw(log, "P/1.1\" 206 1 \"-\" \"-\"\n");
        ++truth_["206"];
        break;
      default:
        Append(log, 200 + random() % 5, random() % 40);
        Turns(random() % 4, absl::Milliseconds(300));
    }
    ASSERT_TRUE(testing::IsWithin(Durable(), truth_)) << "step " << step;
    ASSERT_TRUE(testing::IsWithin(Shown(), Durable())) << "step " << step;
  }
  Settle();
  EXPECT_EQ(Durable(), truth_);
  EXPECT_EQ(Shown(), truth_);
}

}  // namespace
}  // namespace logtally
