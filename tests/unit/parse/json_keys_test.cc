#include "parse/json_keys.h"

#include <gtest/gtest.h>

#include <string>

#include "testing/status_matchers.h"

namespace logtally {
namespace {

int MemberAt(const JsonKeys& keys, int node, std::string_view key) {
  const JsonKeys::Key* found = keys.Find(node, key);
  return found == nullptr ? JsonKeys::kNothing : found->member;
}

TEST(JsonKeys, FindsWantedMembersAndNoOthers) {
  JsonKeys keys;
  for (int i = 0; i < 200; ++i) ASSERT_OK(keys.Add("key" + std::to_string(i), i));
  for (int i = 0; i < 200; ++i) EXPECT_EQ(MemberAt(keys, 0, "key" + std::to_string(i)), i);
  for (const char* other : {"", "k", "key", "key200", "Key1", "key01", "key1 "}) {
    EXPECT_EQ(MemberAt(keys, 0, other), JsonKeys::kNothing) << other;
  }
}

TEST(JsonKeys, AnObjectAroundWantedMembersMayBeWantedItself) {
  JsonKeys keys;
  ASSERT_OK(keys.Add("request", 0));
  ASSERT_OK(keys.Add("request.method", 1));
  ASSERT_OK(keys.Add("request.headers.Referer", 2));
  const JsonKeys::Key* request = keys.Find(0, "request");
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(request->member, 0);
  EXPECT_EQ(MemberAt(keys, request->node, "method"), 1);
  EXPECT_EQ(MemberAt(keys, 0, "method"), JsonKeys::kNothing);
  const JsonKeys::Key* headers = keys.Find(request->node, "headers");
  ASSERT_NE(headers, nullptr);
  EXPECT_EQ(headers->member, JsonKeys::kNothing);
  EXPECT_EQ(MemberAt(keys, headers->node, "Referer"), 2);
}

TEST(JsonKeys, ADotOrBackslashMayBePartOfAKey) {
  JsonKeys keys;
  ASSERT_OK(keys.Add("a\\.b", 0));
  ASSERT_OK(keys.Add("c\\\\d", 1));
  EXPECT_EQ(MemberAt(keys, 0, "a.b"), 0);
  EXPECT_EQ(MemberAt(keys, 0, "a"), JsonKeys::kNothing);
  EXPECT_EQ(MemberAt(keys, 0, "c\\\\d"), 1) << "as JSON writes the key c\\d";
}

TEST(JsonKeys, EscapesInTheKeyOfALineAreResolved) {
  JsonKeys keys;
  ASSERT_OK(keys.Add("status", 0));
  EXPECT_EQ(MemberAt(keys, 0, "st\\u0061tus"), 0);
  EXPECT_EQ(MemberAt(keys, 0, "st\\u0062tus"), JsonKeys::kNothing);
  EXPECT_EQ(MemberAt(keys, 0, "\\u0073" + std::string(300, 'x')), JsonKeys::kNothing);
}

TEST(JsonKeys, ABadPathIsAnsweredExactly) {
  JsonKeys keys;
  ASSERT_OK(keys.Add("status", 0));
  const auto error = [&](std::string_view path) {
    return std::string(keys.Add(path, 1).message());
  };
  EXPECT_EQ(error("status"), "status is named twice");
  EXPECT_EQ(error(""), "\"\": an empty key");
  EXPECT_EQ(error("a..b"), "\"a..b\": an empty key");
  EXPECT_EQ(error("a\\b"), "a\\b: expected '.' or '\\' after '\\'");
  EXPECT_EQ(error("a.b\\"), "a.b\\: expected '.' or '\\' after '\\'");
  EXPECT_EQ(error("1.2.3.4.5.6.7.8.9"), "1.2.3.4.5.6.7.8.9: nested deeper than 8 keys");
  EXPECT_OK(keys.Add("1.2.3.4.5.6.7.8", 1));
}

}  // namespace
}  // namespace logtally
