#include "pipeline/text_times.h"

#include <gtest/gtest.h>

#include "pipeline_fixture.h"

namespace logtally {
namespace {

constexpr int64_t kUnix = 1700000000;

class TextTimesTest : public ::testing::Test {
 protected:
  std::optional<int64_t> First(const std::string& text) { return Time(text, FirstTime); }
  std::optional<int64_t> Last(const std::string& text) { return Time(text, LastTime); }
  static std::string At(int64_t unix_seconds) {
    return Lines(200, 1, absl::FromUnixSeconds(unix_seconds));
  }

 private:
  template <typename Function>
  std::optional<int64_t> Time(const std::string& text, Function function) {
    testing::WriteFile(dir_ / "x.log", text);
    auto opened = OpenRetained({.path = dir_ / "x.log", .stat = *StatPath(dir_ / "x.log")});
    EXPECT_OK(opened);
    return function(opened->content, {0, std::ssize(text)}, {}, "x.log");
  }
  testing::TempDir dir_;
};

TEST_F(TextTimesTest, TheFirstAndTheLastLineThatHaveOne) {
  const std::string text = "none\n" + At(kUnix) + At(kUnix + 5) + At(kUnix + 9) + "none\n";
  EXPECT_EQ(First(text), kUnix);
  EXPECT_EQ(Last(text), kUnix + 9);
  EXPECT_EQ(First("none\n"), std::nullopt);
  EXPECT_EQ(Last(""), std::nullopt);
}

TEST_F(TextTimesTest, AClockGoneWrongIsNotBelieved) {
  const std::string lines = At(kUnix) + At(kUnix + 1) + At(kUnix + 2);
  EXPECT_GE(First(At(0) + lines).value_or(0), kUnix);
  EXPECT_LE(Last(lines + At(kUnix + 1'000'000)).value_or(0), kUnix + 2);
}

TEST_F(TextTimesTest, LooksAtTheEndOfALongText) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += At(kUnix + i);
  EXPECT_EQ(First(text), kUnix);
  EXPECT_EQ(Last(text), kUnix + 1999);
}

}  // namespace
}  // namespace logtally
