#include "aggregate/aggregator.h"

#include <gtest/gtest.h>

#include <string>

#include "testing/fake_clock.h"

namespace logtally {
namespace {

using testing::FakeClock;

constexpr int64_t kNow = 1700000000;  // FakeClock's beginning
constexpr FileIndex kFile = 0;

class AggregatorTest : public ::testing::Test {
 protected:
  AccessRecord Record(StatusCode status, std::optional<int64_t> time = kNow) {
    AccessRecord record;
    record.status = status;
    record.method = ParseMethod("GET");
    record.time_unix = time;
    record.bytes = 10;
    record.path = "/a";
    return record;
  }
  Aggregator Make(Aggregator::Options options = {}, SiteLabelRule rule = {}) {
    return Aggregator(options, LabelPolicy({{"shop", rule}}), clock_);
  }
  // One record, or one line that is none, as a read of its own.
  static void Count(Aggregator& aggregator, FileIndex file, const AccessRecord& record) {
    aggregator.shard().Begin(aggregator.NoteRead(file, "shop", std::nullopt, 0));
    aggregator.shard().Count(record);
    aggregator.shard().End();
  }
  static void Reject(Aggregator& aggregator, FileIndex file, RejectReason reason) {
    aggregator.shard().Begin(aggregator.NoteRead(file, "shop", std::nullopt, 0));
    aggregator.shard().Reject(reason);
    aggregator.shard().End();
  }
  static int64_t Responses(const Aggregator& aggregator, StatusCode code,
                           std::optional<int64_t> minute = std::nullopt) {
    int64_t sum = 0;
    for (const auto& [key, tally] : aggregator.batch().counts) {
      if (key.code == code && (!minute || key.minute_unix == *minute)) sum += tally.responses;
    }
    return sum;
  }

  FakeClock clock_;
};

TEST_F(AggregatorTest, AResponseCountsInTheMinuteOfItsOwnTimeStamp) {
  Aggregator aggregator = Make();
  Count(aggregator, kFile, Record(200, kNow));         // 22:13:20
  Count(aggregator, kFile, Record(200, kNow - 7200));  // out of order is free
  EXPECT_EQ(Responses(aggregator, 200, kNow - kNow % 60), 1);
  EXPECT_EQ(Responses(aggregator, 200, kNow - 7200 - kNow % 60), 1);
  EXPECT_EQ(aggregator.batch().intake.at(0).last_line_unix, kNow);
}

TEST_F(AggregatorTest, WithoutATimeItBelongsToTheLineBeforeInTheSameFile) {
  Aggregator aggregator = Make();
  Count(aggregator, kFile, Record(200, kNow - 600));
  Count(aggregator, kFile, Record(404, std::nullopt));
  Count(aggregator, kFile + 1, Record(500, std::nullopt));  // no line before it
  EXPECT_EQ(Responses(aggregator, 404, (kNow - 600) / 60 * 60), 1);
  EXPECT_EQ(Responses(aggregator, 500, kUntimed), 1);
  EXPECT_EQ(aggregator.batch().untimed.at(0), 1);
}

TEST_F(AggregatorTest, ATimeOutsideTheWindowCountsInTheTotalsOnly) {
  Aggregator aggregator = Make({.retention = absl::Hours(24)});
  Count(aggregator, kFile, Record(200, kNow - 86400 - 60));
  Count(aggregator, kFile, Record(200, kNow + 86400 + 60));
  Count(aggregator, kFile, Record(200, kNow + 3600));  // a clock that is a little ahead
  EXPECT_EQ(Responses(aggregator, 200, kUntimed), 2);
  EXPECT_EQ(Responses(aggregator, 200), 3);
}

// A batch may have waited long for its first line, or for a store that fails.
TEST_F(AggregatorTest, TheWindowIsThatOfTheTimeOfReading) {
  Aggregator aggregator = Make({.retention = absl::Hours(24)});
  for (int day = 1; day < 4; ++day) {
    clock_.Advance(absl::Hours(36));
    const int64_t now = kNow + day * 36 * 3600;
    aggregator.NoteRead(kFile, "shop", std::nullopt, 100);
    Count(aggregator, kFile, Record(200, now));
    Count(aggregator, kFile, Record(404, now - 86400 - 60));
  }
  EXPECT_EQ(Responses(aggregator, 200, kUntimed), 0);
  EXPECT_EQ(Responses(aggregator, 404, kUntimed), 3);
}

TEST_F(AggregatorTest, RejectsStandInTheMinuteOfTheirNeighbours) {
  Aggregator aggregator = Make();
  Reject(aggregator, kFile, RejectReason::kNoMatch);
  Count(aggregator, kFile, Record(200, kNow - 600));
  Reject(aggregator, kFile, RejectReason::kNoMatch);
  const auto& rejects = aggregator.batch().rejects;
  EXPECT_EQ(rejects.at({kNow - kNow % 60, 0, RejectReason::kNoMatch}), 1);
  EXPECT_EQ(rejects.at({(kNow - 600) / 60 * 60, 0, RejectReason::kNoMatch}), 1);
}

TEST_F(AggregatorTest, OnlyErrorsAreListed) {
  Aggregator aggregator = Make();
  AccessRecord record = Record(404);
  record.path = "/login?token=secret";
  record.line = "a line";
  Count(aggregator, kFile, record);
  Count(aggregator, kFile, Record(200));
  const auto& details = aggregator.batch().error_details.by_key();
  ASSERT_EQ(details.size(), 1u);
  const auto& [key, error] = *details.begin();
  EXPECT_EQ(key, (ErrorKey{kNow - kNow % 3600, 0, 404}));
  EXPECT_EQ(error.list(ErrorList::kPaths).entries().at(0).value, "/login");
  EXPECT_EQ(error.first_line, "a line");
}

TEST_F(AggregatorTest, HostsBecomeSitesUpToTheCapAndSumsStayExact) {
  Aggregator aggregator = Make({}, {.split_hosts = true, .max_hosts = 2});
  for (const char* host : {"a.example", "B.Example", "c.example", "a.example", "<script>", ""}) {
    AccessRecord record = Record(200);
    record.host = host;
    Count(aggregator, kFile, record);
  }
  EXPECT_EQ(Responses(aggregator, 200), 6);
  EXPECT_EQ(aggregator.batch().overflowed[static_cast<int>(CappedLabel::kSite)], 1);
  EXPECT_EQ(aggregator.batch().sites, (std::vector<std::string>{"shop", "a.example", "b.example"}));
}

TEST_F(AggregatorTest, AHostCannotCountUnderAnotherConfiguredSite) {
  Aggregator aggregator({}, LabelPolicy({{"shop", {.split_hosts = true}}, {"bank", {}}}), clock_);
  AccessRecord record = Record(200);
  record.host = "bank";
  Count(aggregator, kFile, record);
  EXPECT_EQ(aggregator.batch().sites, (std::vector<std::string>{"shop"}));
}

TEST_F(AggregatorTest, ValuesThatAreNoLabelsAreCountedAsOverflow) {
  Aggregator aggregator = Make();
  AccessRecord record = Record(783);
  record.method = kOtherMethod;
  Count(aggregator, kFile, record);
  EXPECT_EQ(aggregator.batch().overflowed[static_cast<int>(CappedLabel::kCode)], 1);
  EXPECT_EQ(aggregator.batch().overflowed[static_cast<int>(CappedLabel::kMethod)], 1);
  EXPECT_EQ(Responses(aggregator, 783), 1) << "the store keeps the code itself";
}

TEST_F(AggregatorTest, ABatchIsDueAfterASecondOrWhenItIsLarge) {
  Aggregator aggregator = Make({.max_batch_bytes = 1000});
  EXPECT_FALSE(aggregator.DueForCommit()) << "nothing to store";
  Count(aggregator, kFile, Record(200));
  EXPECT_TRUE(aggregator.DueForCommit()) << "the first batch does not wait";
  aggregator.Clear();
  Count(aggregator, kFile, Record(200));
  EXPECT_FALSE(aggregator.DueForCommit());
  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(aggregator.DueForCommit());
  aggregator.Clear();
  aggregator.NoteRead(kFile, "shop", std::nullopt, 1000);
  EXPECT_TRUE(aggregator.is_full());
  EXPECT_TRUE(aggregator.DueForCommit());
}

TEST_F(AggregatorTest, AFloodOfErrorPathsFillsTheBatchBeforeItFillsMemory) {
  Aggregator rows = Make({.max_batch_keys = 1000});
  Aggregator bytes = Make({.shard = {.max_error_details_bytes = 100'000}});
  for (int hour = 0; hour < 400; ++hour) {
    AccessRecord record = Record(404, kNow - 3600 * hour);
    Count(rows, kFile, record);
    Count(bytes, kFile, record);
  }
  EXPECT_TRUE(rows.is_full());
  EXPECT_TRUE(bytes.is_full());
  EXPECT_LE(bytes.batch().error_details.bytes(), 100'000);
  EXPECT_EQ(Responses(bytes, 404), 400) << "sums stay exact";
}

TEST_F(AggregatorTest, DurationsGoToTheHistogramOfTheirClass) {
  Aggregator aggregator = Make();
  AccessRecord record = Record(503);
  record.duration_seconds = 0.3;
  record.upstream_seconds = 99.0;
  Count(aggregator, kFile, record);
  const auto& durations = aggregator.batch().durations;
  EXPECT_EQ(durations.at({0, 5, DurationKind::kRequest}).buckets[6], 1);    // (.25, .5]
  EXPECT_EQ(durations.at({0, 5, DurationKind::kUpstream}).buckets[11], 1);  // +Inf
}

}  // namespace
}  // namespace logtally
