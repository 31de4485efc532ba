#include "aggregate/count_shard.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <tuple>

namespace logtally {
namespace {

constexpr int64_t kNow = 1700000040;  // a full minute

class CountShardTest : public ::testing::Test {
 protected:
  static AccessRecord Record(StatusCode status, std::optional<int64_t> time = kNow) {
    AccessRecord record;
    record.status = status;
    record.method = ParseMethod("GET");
    record.time_unix = time;
    record.bytes = 10;
    return record;
  }
  ChunkOrigin Origin(std::string_view site = "shop") {
    ChunkOrigin origin;
    origin.site = site;
    origin.site_index = sites_.IndexOf(site);
    origin.splits_hosts = sites_.SplitsHosts(site);
    origin.newest_unix = kNow + 86400;
    origin.now_minute_unix = kNow;
    origin.after = std::make_shared<MinuteLink>();
    return origin;
  }

  SiteTable sites_{LabelPolicy({{"shop", {}}, {"hosts", {.split_hosts = true, .max_hosts = 40}}})};
  CountBatch batch_;
  CountShard shard_{{}, sites_, batch_};
};

// More keys than places, in any order: the sums are those of a plain map.
TEST_F(CountShardTest, SumsAreExactWhoeverSharesAPlace) {
  std::mt19937 random(7);
  std::map<std::tuple<int64_t, std::string, int, int>, std::pair<int64_t, int64_t>> truth;
  for (int chunk = 0; chunk < 20; ++chunk) {
    shard_.Begin(Origin("hosts"));
    for (int i = 0; i < 2000; ++i) {
      AccessRecord record = Record(static_cast<StatusCode>(random() % 1001 - 1),
                                   kNow - static_cast<int64_t>(random() % 7200));
      record.method = static_cast<Method>(random() % Methods().size());
      record.bytes = static_cast<int64_t>(random() % 1000);
      const std::string host = std::to_string(random() % 40) + ".example";
      record.host = host;
      shard_.Count(record);
      const int64_t minute = *record.time_unix / 60 * 60;
      auto& [responses, bytes] = truth[{minute, host, record.status, record.method}];
      ++responses;
      bytes += record.bytes;
    }
    shard_.End();
  }
  std::vector<std::string> names;
  sites_.Complete(names);
  ASSERT_EQ(batch_.counts.size(), truth.size());
  for (const auto& [key, tally] : batch_.counts) {
    const auto& [responses, bytes] =
        truth.at({key.minute_unix, names[key.site], key.code, key.method});
    EXPECT_EQ(tally.responses, responses);
    EXPECT_EQ(tally.bytes, bytes);
  }
}

TEST_F(CountShardTest, ALineWithoutATimeTakesTheMinuteOfTheChunkBefore) {
  ChunkOrigin second = Origin();
  const auto first_link = std::make_shared<MinuteLink>();
  first_link->Set(kNow - 600);
  second.before = first_link;
  shard_.Begin(second);
  shard_.Count(Record(404, std::nullopt));
  shard_.Reject(RejectReason::kNoMatch);
  shard_.End();
  EXPECT_EQ(batch_.counts.begin()->first.minute_unix, kNow - 600);
  EXPECT_EQ(batch_.rejects.begin()->first.minute_unix, kNow - 600);
  EXPECT_EQ(second.after->Get(), kNow - 600) << "and so does the next chunk";
  EXPECT_EQ(batch_.intake.at(0).last_line_unix, 0) << "none of them had a time";
}

TEST_F(CountShardTest, AChunkHandsOnTheMinuteOfItsLastTime) {
  const ChunkOrigin origin = Origin();
  shard_.Begin(origin);
  shard_.Count(Record(200, kNow - 3600));
  shard_.Count(Record(200, kNow - 60));
  shard_.Count(Record(200, kNow + 999999));  // outside of the window
  shard_.End();
  EXPECT_EQ(origin.after->Get(), kNow - 60);
}

TEST_F(CountShardTest, BytesStayANumber) {
  shard_.Begin(Origin());
  AccessRecord record = Record(200);
  record.bytes = Tally::kMaxBytes;
  for (int i = 0; i < 3; ++i) shard_.Count(record);
  shard_.End();
  EXPECT_EQ(batch_.counts.begin()->second.bytes, Tally::kMaxBytes);
  EXPECT_EQ(batch_.counts.begin()->second.responses, 3);
}

TEST_F(CountShardTest, ATimeThatDoesNotFitIntoAPackedKeyIsCountedAllTheSame) {
  ChunkOrigin origin = Origin();
  origin.newest_unix = int64_t{1} << 60;
  shard_.Begin(origin);
  const int64_t far = int64_t{1} << 50;
  shard_.Count(Record(200, far));
  shard_.End();
  EXPECT_EQ(batch_.counts.begin()->first.minute_unix, far / 60 * 60);
  EXPECT_EQ(batch_.intake.at(0).last_line_unix, far);
}

TEST_F(CountShardTest, WhatATextGaveIsCountedByItsCodes) {
  ChunkOrigin origin = Origin();
  for (const TextIndex text : {0U, 1U}) {
    origin.text = text;
    shard_.Begin(origin);
    shard_.Count(Record(200));
    shard_.Count(Record(404, kNow - 3600));
    shard_.Count(Record(404));
    shard_.Reject(RejectReason::kNoMatch);
    shard_.End();
    origin.after = std::make_shared<MinuteLink>();
  }
  EXPECT_EQ(batch_.text_codes.at({0, 404}), 2);
  EXPECT_EQ(batch_.text_codes.at({1, 200}), 1);
  EXPECT_EQ(batch_.text_rejects.at(1), 1);
}

TEST_F(CountShardTest, AfterOtherRulesAHostIsAskedForAgain) {
  shard_.Begin(Origin("hosts"));
  AccessRecord record = Record(200);
  record.host = "a.example";
  shard_.Count(record);
  shard_.End();
  sites_.SetLabels(LabelPolicy({{"hosts", {.split_hosts = true, .max_hosts = 0}}}));
  ChunkOrigin origin = Origin("hosts");
  origin.rules = 1;
  shard_.Begin(origin);
  shard_.Count(record);
  shard_.End();
  EXPECT_EQ(batch_.counts.size(), 2u);
  EXPECT_EQ(batch_.overflowed[static_cast<int>(CappedLabel::kSite)], 1);
}

}  // namespace
}  // namespace logtally
