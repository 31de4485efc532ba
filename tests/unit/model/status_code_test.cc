#include "model/status_code.h"

#include <gtest/gtest.h>

#include <set>

namespace logtally {
namespace {

TEST(StatusCode, ReadsWhatServersWriteAndNothingElse) {
  EXPECT_EQ(ParseStatusCode("404"), 404);
  EXPECT_EQ(ParseStatusCode("000"), 0);
  EXPECT_EQ(ParseStatusCode("0"), 0);
  EXPECT_EQ(ParseStatusCode("009"), 9);
  EXPECT_EQ(ParseStatusCode("-1"), -1);
  EXPECT_EQ(ParseStatusCode("783"), 783);
  for (const char* bad : {"", "-", "-2", "+200", "2000", "20x", " 200", "0x1"}) {
    EXPECT_EQ(ParseStatusCode(bad), std::nullopt) << bad;
  }
}

TEST(StatusCode, IsWrittenAsServersWriteIt) {
  EXPECT_EQ(StatusCodeText(404), "404");
  EXPECT_EQ(StatusCodeText(0), "000");
  EXPECT_EQ(StatusCodeText(9), "009");
  EXPECT_EQ(StatusCodeText(-1), "-1");
}

TEST(StatusCode, LabelsAreBoundedWhateverTheLogSays) {
  std::set<std::string> labels;
  for (StatusCode code = kMinStatusCode; code <= kMaxStatusCode; ++code) {
    labels.insert(StatusCodeLabel(code));
  }
  EXPECT_EQ(labels.size(), 500u + 3u + 1u);
  EXPECT_EQ(StatusCodeLabel(783), "other");
  EXPECT_EQ(StatusCodeLabel(499), "499");
}

TEST(StatusCode, ClassFollowsTheFirstDigitOfRegisteredCodesOnly) {
  EXPECT_EQ(StatusClass(100), "1xx");
  EXPECT_EQ(StatusClass(599), "5xx");
  EXPECT_EQ(StatusClass(600), "other");
  EXPECT_EQ(StatusClass(0), "other");
}

TEST(StatusCode, AnErrorIsWhatDidNotGetWhatItAskedFor) {
  EXPECT_TRUE(IsErrorStatus(404));
  EXPECT_TRUE(IsErrorStatus(0));
  EXPECT_TRUE(IsErrorStatus(-1));
  EXPECT_FALSE(IsErrorStatus(304));
  EXPECT_FALSE(IsErrorStatus(101));
}

}  // namespace
}  // namespace logtally
