#include "testing/json_schema.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/time/time.h"

namespace logtally::testing {
namespace {

using Json = nlohmann::json;

bool HasType(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return false;
}

const std::set<std::string>& Keywords() {
  static const std::set<std::string> kKeywords = {
      "$schema",    "$id",      "title",   "description", "type",
      "properties", "required", "items",   "const",       "additionalProperties",
      "enum",       "format",   "minimum", "maximum"};
  return kKeywords;
}

}  // namespace

void SchemaCheck::Check(const Json& schema, const Json& value, const std::string& where) {
  for (const auto& [keyword, _] : schema.items()) {
    EXPECT_TRUE(Keywords().contains(keyword)) << keyword << " is not checked here";
  }
  if (schema.contains("const")) {
    EXPECT_EQ(value, schema["const"]) << where;
  }
  if (schema.contains("enum")) {
    const Json& allowed = schema["enum"];
    EXPECT_NE(std::find(allowed.begin(), allowed.end(), value), allowed.end()) << where << value;
  }
  if (schema.contains("type")) {
    ASSERT_TRUE(HasType(value, schema["type"])) << where << ": " << value;
  }
  if (schema.contains("minimum")) {
    EXPECT_GE(value, schema["minimum"]) << where;
  }
  if (schema.contains("maximum")) {
    EXPECT_LE(value, schema["maximum"]) << where;
  }
  if (schema.contains("format")) {
    absl::Time time;
    EXPECT_EQ(schema["format"], "date-time") << where;
    EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, std::string(value), &time, nullptr)) << value;
  }
  if (value.is_object()) {
    ASSERT_EQ(schema.at("additionalProperties"), false) << where;
    for (const auto& key : schema.at("required")) {
      EXPECT_TRUE(value.contains(std::string(key))) << where << " lacks " << key;
      EXPECT_TRUE(schema["properties"].contains(std::string(key))) << where << " " << key;
    }
    for (const auto& [key, member] : value.items()) {
      ASSERT_TRUE(schema["properties"].contains(key)) << where << "." << key << " is not known";
      seen_.insert(where + "." + key);
      Check(schema["properties"][key], member, where + "." + key);
    }
  }
  if (value.is_array()) {
    for (const Json& item : value) Check(schema.at("items"), item, where + "[]");
  }
}

void SchemaCheck::AllKeys(const Json& schema, const std::string& where,
                          std::set<std::string>& keys) {
  if (schema.contains("items")) AllKeys(schema["items"], where + "[]", keys);
  if (!schema.contains("properties")) return;
  for (const auto& [key, member] : schema["properties"].items()) {
    keys.insert(where + "." + key);
    AllKeys(member, where + "." + key, keys);
  }
}

}  // namespace logtally::testing
