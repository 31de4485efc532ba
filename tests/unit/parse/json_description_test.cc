#include "parse/json_description.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "testing/status_matchers.h"

namespace logtally {
namespace {

std::string ErrorOf(std::string_view json) {
  return std::string(ReadJsonDescription(nlohmann::json::parse(json)).status().message());
}

TEST(JsonDescription, HoldsFieldsUnitsAndKinds) {
  ASSERT_OK_AND_ASSIGN(const JsonDescription description, ReadJsonDescription(R"({
    "fields": {"status": ["status", "code"], "duration": [{"key": "took", "unit": "ms"}]},
    "kinds": {"key": "logger", "access": ["a", "a.*"], "other": ["b"]}
  })"_json));
  const auto& status = description.sources[static_cast<size_t>(JsonField::kStatus)];
  ASSERT_EQ(status.size(), 2u);
  EXPECT_EQ(status[1].path, "code");
  const auto& duration = description.sources[static_cast<size_t>(JsonField::kDuration)];
  ASSERT_EQ(duration.size(), 1u);
  EXPECT_EQ(duration[0].path, "took");
  EXPECT_EQ(duration[0].unit, TimeUnit::kMilliseconds);
  ASSERT_TRUE(description.kinds.has_value());
  EXPECT_EQ(description.kinds->path, "logger");
  EXPECT_EQ(description.kinds->access.size(), 2u);
  EXPECT_EQ(description.kinds->other.front(), "b");
}

TEST(JsonDescription, FieldsHaveTheirNames) {
  EXPECT_EQ(FindJsonField("time"), JsonField::kTime);
  EXPECT_EQ(FindJsonField("referrer"), JsonField::kReferrer);
  EXPECT_EQ(FindJsonField("upstream"), JsonField::kUpstream);
  EXPECT_EQ(FindJsonField("x"), std::nullopt);
}

TEST(JsonDescription, ABadOneIsAnsweredExactly) {
  EXPECT_EQ(ErrorOf("5"), "json: expected an object, got number");
  EXPECT_EQ(ErrorOf("{}"), "json: the key fields is missing");
  EXPECT_EQ(ErrorOf(R"({"field": {}})"), "json.field: unknown key; did you mean fields?");
  EXPECT_EQ(ErrorOf(R"({"fields": []})"), "json.fields: expected an object, got array");
  EXPECT_EQ(ErrorOf(R"({"fields": {"time": ["t"]}})"), "json.fields: no status");
  EXPECT_EQ(ErrorOf(R"({"fields": {"sttaus": ["t"]}})"),
            "json.fields.sttaus: unknown key; did you mean status?");
  EXPECT_EQ(ErrorOf(R"({"fields": {"status": []}})"),
            "json.fields.status: expected an array of members");
  EXPECT_EQ(ErrorOf(R"({"fields": {"status": [5]}})"),
            "json.fields.status: expected a string, got number");
  EXPECT_EQ(ErrorOf(R"({"fields": {"status": [{"key": "a"}]}})"),
            "json.fields.status: the key unit is missing");
  EXPECT_EQ(ErrorOf(R"({"fields": {"duration": [{"key": "a", "unit": "min"}]}})"),
            "json.fields.duration.unit: expected s, ms, us or ns, got min");
  EXPECT_EQ(ErrorOf(R"({"fields": {"status": ["s"]}, "kinds": {"key": "k", "access": ["a"]}})"),
            "json.kinds: the key other is missing");
  EXPECT_EQ(ErrorOf(R"({"fields": {"status": ["s"]},
                        "kinds": {"key": "k", "access": "a", "other": ["b"]}})"),
            "json.kinds.access: expected an array of strings");
}

}  // namespace
}  // namespace logtally
