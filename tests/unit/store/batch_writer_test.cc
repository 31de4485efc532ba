// Every kind of count finds its table, and adds to what is there; CountStore's tests read it back.
#include "store/batch_writer.h"

#include <gtest/gtest.h>

#include "store/migrations.h"
#include "store_kit.h"
#include "testing/temp_dir.h"

namespace logtally {
namespace {

class BatchWriterTest : public ::testing::Test {
 protected:
  BatchWriterTest() {
    EXPECT_OK(Migrate(db_));
    sites_ = *NameTable::Open(db_, "site");
    writer_ = *BatchWriter::Open(db_, *sites_);
  }
  int64_t Sum(const std::string& expression_and_table) {
    return *db_.QueryInt("SELECT total(" + expression_and_table);
  }

  testing::TempDir dir_;
  Database db_ = *Database::Open(dir_ / "logtally.db", Database::Mode::kWriter);
  std::optional<NameTable> sites_;
  std::optional<BatchWriter> writer_;
};

TEST_F(BatchWriterTest, AddsToWhatIsThere) {
  CountBatch batch = BatchOfLines(0, 100);
  batch.rejects[{kKitMinute, 0, RejectReason::kTooLong}] = 4;
  batch.overflowed[static_cast<int>(CappedLabel::kMethod)] = 5;
  batch.durations[{0, 5, DurationKind::kUpstream}].Observe(0.25);
  batch.losses[{kKitMinute / 3600 * 3600, 0, LossCause::kGone, "/a.log"}] = {1, 6, 0, 1, 2};
  for (int commit = 0; commit < 2; ++commit) ASSERT_OK(writer_->Write(batch, {}));
  EXPECT_EQ(Sum("responses) FROM total"), 200);
  EXPECT_EQ(Sum("responses) FROM minute"), 200);
  EXPECT_EQ(Sum("1) FROM minute"), 50);
  EXPECT_EQ(Sum("read_bytes) FROM intake"), 20000);
  EXPECT_EQ(Sum("lines) FROM reject_total"), 8);
  EXPECT_EQ(Sum("lines) FROM reject_minute"), 8);
  EXPECT_EQ(Sum("counts) FROM label_overflow"), 10);
  EXPECT_EQ(Sum("observations) FROM duration_bucket"), 2);
  EXPECT_EQ(Sum("4 * seconds) FROM duration_sum"), 2);
  EXPECT_EQ(Sum("bytes) FROM loss"), 12);
  EXPECT_EQ(Sum("bytes) FROM loss_total"), 12);
}

TEST_F(BatchWriterTest, EachCountStandsInItsMinuteItsHourAndItsDay) {
  const int64_t day = kKitMinute / 86400 * 86400;
  CountBatch batch;
  batch.sites = {"shop"};
  for (const int64_t time : {0, 60, 3600, 86400}) {
    batch.counts[{day + time, 0, 200, ParseMethod("GET")}] = {1, 10};
    batch.rejects[{day + time, 0, RejectReason::kEmpty}] = 1;
  }
  for (int commit = 0; commit < 2; ++commit) ASSERT_OK(writer_->Write(batch, {}));
  for (const auto& [table, rows] : {std::pair("minute", 4), {"hour", 3}, {"day", 2}}) {
    SCOPED_TRACE(table);
    EXPECT_EQ(Sum(std::string("responses) FROM ") + table), 8);
    EXPECT_EQ(Sum(std::string("bytes) FROM ") + table), 80);
    EXPECT_EQ(Sum(std::string("1) FROM ") + table), rows);
    EXPECT_EQ(Sum(std::string("lines) FROM reject_") + table), 8);
    EXPECT_EQ(Sum(std::string("1) FROM reject_") + table), rows);
  }
  EXPECT_EQ(Sum("responses) FROM day WHERE day_unix = " + std::to_string(day)), 6);
}

// A line that comes late goes where its time is still kept.
TEST_F(BatchWriterTest, WhatLiesBeforeAHorizonIsNotWrittenThere) {
  const int64_t day = kKitMinute / 86400 * 86400;
  CountBatch batch;
  batch.sites = {"shop"};
  for (const int64_t time : {0, 86400, 2 * 86400}) {
    batch.counts[{day + time, 0, 200, ParseMethod("GET")}] = {1, 10};
    batch.rejects[{day + time, 0, RejectReason::kEmpty}] = 1;
  }
  ASSERT_OK(writer_->Write(batch, {.since = {day + 2 * 86400, day + 86400, 0}}));
  for (const auto& [table, rows] : {std::pair("minute", 1), {"hour", 2}, {"day", 3}}) {
    EXPECT_EQ(Sum(std::string("responses) FROM ") + table), rows) << table;
    EXPECT_EQ(Sum(std::string("lines) FROM reject_") + table), rows) << table;
  }
  EXPECT_EQ(Sum("responses) FROM total"), 3);
}

TEST_F(BatchWriterTest, WhatHasNoTimeIsInTheTotalsAlone) {
  CountBatch batch;
  batch.sites = {"shop"};
  batch.counts[{kUntimed, 0, 200, ParseMethod("GET")}] = {3, 30};
  batch.rejects[{kUntimed, 0, RejectReason::kEmpty}] = 1;
  ASSERT_OK(writer_->Write(batch, {}));
  EXPECT_EQ(Sum("responses) FROM total"), 3);
  EXPECT_EQ(Sum("1) FROM minute"), 0);
  EXPECT_EQ(Sum("lines) FROM reject_total"), 1);
  EXPECT_EQ(Sum("1) FROM reject_minute"), 0);
}

}  // namespace
}  // namespace logtally
