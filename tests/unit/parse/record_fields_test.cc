#include "parse/record_fields.h"

#include <gtest/gtest.h>

namespace logtally {
namespace {

TEST(RecordFields, PutsEachTextWhereItBelongs) {
  TimestampReader timestamps;
  AccessRecord record;
  RecordFields fields{timestamps, record};
  EXPECT_TRUE(fields.Set(FieldMeaning::kTime, "10/Oct/2023:13:55:36 +0000"));
  EXPECT_TRUE(fields.Set(FieldMeaning::kRequest, "POST /a HTTP/1.1"));
  EXPECT_TRUE(fields.Set(FieldMeaning::kBytes, "+17"));
  EXPECT_TRUE(fields.Set(FieldMeaning::kClient, "192.0.2.7"));
  EXPECT_TRUE(fields.Set(FieldMeaning::kHost, "-"));
  EXPECT_TRUE(fields.Set(FieldMeaning::kDuration, "0.5"));
  EXPECT_TRUE(fields.Set(FieldMeaning::kUpstream, "0.25, 0.5"));
  EXPECT_TRUE(fields.Set(FieldMeaning::kReferrer, "https://example.com/"));
  EXPECT_TRUE(fields.Set(FieldMeaning::kUnused, "anything"));
  EXPECT_EQ(fields.result(), MatchResult::kNoStatus);
  EXPECT_TRUE(fields.Set(FieldMeaning::kStatus, "404"));
  EXPECT_EQ(fields.result(), MatchResult::kRecord);

  EXPECT_EQ(record.time_unix, 1696946136);
  EXPECT_EQ(MethodName(record.method), "POST");
  EXPECT_EQ(record.path, "/a");
  EXPECT_EQ(record.bytes, 17);
  EXPECT_EQ(record.client, "192.0.2.7");
  EXPECT_EQ(record.host, "");
  EXPECT_EQ(record.duration_seconds, 0.5);
  EXPECT_EQ(record.upstream_seconds, 0.75);
  EXPECT_EQ(record.referrer, "https://example.com/");
  EXPECT_EQ(record.status, 404);
}

TEST(RecordFields, AMissingStatusIsNoMistakeAndAWrongOneIs) {
  TimestampReader timestamps;
  AccessRecord record;
  RecordFields fields{timestamps, record};
  EXPECT_TRUE(fields.Set(FieldMeaning::kStatus, "-"));
  EXPECT_TRUE(fields.Set(FieldMeaning::kStatus, ""));
  EXPECT_EQ(fields.result(), MatchResult::kNoStatus);
  EXPECT_FALSE(fields.Set(FieldMeaning::kStatus, "2000"));
  EXPECT_FALSE(fields.Set(FieldMeaning::kStatus, "ok"));
}

}  // namespace
}  // namespace logtally
