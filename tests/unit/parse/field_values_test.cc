#include "parse/field_values.h"

#include <gtest/gtest.h>

namespace logtally {
namespace {

TEST(FieldValues, BytesSentAreReadAsServersWriteThem) {
  EXPECT_EQ(ParseBytesSent("612"), 612);
  EXPECT_EQ(ParseBytesSent("-"), 0);
  EXPECT_EQ(ParseBytesSent("+243"), 243);
  EXPECT_EQ(ParseBytesSent("4294967297"), 4294967297);
  EXPECT_EQ(ParseBytesSent("999999999999999999"), 999999999999999999);
  for (const char* bad : {"", "12x", "-5", "9999999999999999999", "99999999999999999999999"}) {
    EXPECT_EQ(ParseBytesSent(bad), 0) << bad;
  }
}

TEST(FieldValues, SecondsAreAPlainNumber) {
  EXPECT_EQ(ParseSeconds("0.125"), 0.125);
  EXPECT_EQ(ParseSeconds("34"), 34);
  for (const char* bad : {"", "-", "-1", "inf", "nan", "1e3", "0x1", "1.5s", " 1", ".5"}) {
    EXPECT_EQ(ParseSeconds(bad), std::nullopt) << bad;
  }
}

TEST(FieldValues, UpstreamSecondsAreSummedOverAllServersTried) {
  EXPECT_EQ(SumUpstreamSeconds("0.25"), 0.25);
  EXPECT_EQ(SumUpstreamSeconds("0.25, 0.5"), 0.75);
  EXPECT_EQ(SumUpstreamSeconds("0.25, - : 0.5"), 0.75);
  EXPECT_EQ(SumUpstreamSeconds("-"), std::nullopt);
  EXPECT_EQ(SumUpstreamSeconds("-, -"), std::nullopt);
  EXPECT_EQ(SumUpstreamSeconds(""), std::nullopt);
}

}  // namespace
}  // namespace logtally
