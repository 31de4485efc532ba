#include "parse/field_grammar.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <string>
#include <string_view>

namespace logtally {
namespace {

// Whether `value` can be the first field of the layout, as RE2 sees it.
bool CanBe(const std::string& layout, std::string_view value) {
  const re2::RE2 regex(FieldPattern(ParseLayout(layout).value().fields.front()), re2::RE2::Latin1);
  EXPECT_TRUE(regex.ok()) << regex.error();
  return re2::RE2::FullMatch({value.data(), value.size()}, regex);
}

TEST(FieldGrammar, AStopIsNeverPartOfAValue) {
  EXPECT_TRUE(CanBe("$x $status", "a|b"));
  EXPECT_FALSE(CanBe("$x|$status", "a|b"));
  EXPECT_FALSE(CanBe("$x|$status", "a\\|b"));
  EXPECT_FALSE(CanBe("$x $status", "a b"));
  EXPECT_TRUE(CanBe("\"$x\" $status", "a b\\\"c"));
  EXPECT_FALSE(CanBe("\"$x\" $status", "a\"c"));
  EXPECT_FALSE(CanBe("[$x] $status", "a]c"));
}

TEST(FieldGrammar, ANewKindOfValueIsOneCase) {
  EXPECT_TRUE(CanBe("$status $x", "-1"));
  EXPECT_FALSE(CanBe("$status $x", "-2"));
  EXPECT_TRUE(CanBe("$bytes_sent $status", "+243"));
  EXPECT_FALSE(CanBe("$bytes_sent $status", ""));
  EXPECT_TRUE(CanBe("$server_port $status", "443"));
  EXPECT_TRUE(CanBe("$host:$server_port $status", "[2001:db8::1]"));
  EXPECT_TRUE(CanBe("$remote_user [$time_local] $status", "John Q. Public "));
  EXPECT_TRUE(CanBe("$upstream_addr $status", "a, b : unix:/c"));
  EXPECT_FALSE(CanBe("$upstream_addr $status", "a b"));
  EXPECT_TRUE(CanBe("$time_local|$status", "10/Oct/2023:13:55:36 -0700"));
}

TEST(FieldGrammar, SaysWhetherTheStopIsSure) {
  const auto ends_for_sure = [](const std::string& layout) {
    return EndsForSure(ParseLayout(layout).value().fields.front());
  };
  EXPECT_TRUE(ends_for_sure("$x $status"));
  EXPECT_TRUE(ends_for_sure("$status $x"));
  EXPECT_FALSE(ends_for_sure("$status-$x")) << "\"--\" has two readings";
  EXPECT_FALSE(ends_for_sure("$x\\$status"));
  EXPECT_FALSE(ends_for_sure("$upstream_addr $status"));
  EXPECT_FALSE(ends_for_sure("$remote_addr:$p $status"));
  EXPECT_FALSE(ends_for_sure("${bytes_sent}1 $status"));
}

}  // namespace
}  // namespace logtally
