#include "parse/line_reader.h"

#include <gtest/gtest.h>

namespace logtally {
namespace {

constexpr std::string_view kLine =
    "192.0.2.7 - - [10/Oct/2023:13:55:36 +0000] \"GET /a HTTP/1.1\" 404 17 \"-\" \"-\"";

TEST(LineReader, WithoutAFormatTheTolerantSearchDecides) {
  LineReader reader(nullptr);
  AccessRecord record;
  EXPECT_EQ(reader.Read(kLine, record), std::nullopt);
  EXPECT_EQ(record.status, 404);
  EXPECT_EQ(reader.refusals().lines, 1);
  EXPECT_EQ(reader.refusals().longest_run, 1);
}

TEST(LineReader, AnEmptyLineSaysNothingOfTheFormat) {
  LineReader reader(nullptr);
  AccessRecord record;
  EXPECT_EQ(reader.Read(" \r", record), RejectReason::kEmpty);
  EXPECT_EQ(reader.refusals().lines, 0);
}

TEST(Refusals, KnowTheRunsAtBothEndsAndTheLongest) {
  Refusals refusals;
  for (const char c : std::string_view("..o...o..o."))
    c == '.' ? refusals.Refused() : refusals.Accepted();
  EXPECT_EQ(refusals.lines, 11);
  EXPECT_EQ(refusals.first_run, 2);
  EXPECT_EQ(refusals.longest_run, 3);
  EXPECT_EQ(refusals.last_run, 1);
}

TEST(Refusals, OfLinesThatWereAllRefused) {
  Refusals refusals;
  for (int i = 0; i < 5; ++i) refusals.Refused();
  EXPECT_EQ(refusals.first_run, 5);
  EXPECT_EQ(refusals.last_run, 5);
  EXPECT_EQ(refusals.lines, 5);
}

}  // namespace
}  // namespace logtally
