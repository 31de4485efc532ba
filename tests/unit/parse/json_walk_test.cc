#include "parse/json_walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "absl/strings/str_join.h"
#include "parse_testing.h"

namespace logtally {
namespace {

// status = 0, request = 1, request.method = 2, request.headers.Referer = 3.
const JsonKeys& Keys() {
  static const auto* const keys = [] {
    auto* made = new JsonKeys;
    int member = 0;
    for (const char* path : {"status", "request", "request.method", "request.headers.Referer"}) {
      EXPECT_TRUE(made->Add(path, member++).ok());
    }
    return made;
  }();
  return *keys;
}

std::string Text(const std::vector<JsonMember>& found) {
  return absl::StrJoin(found, " ", [](std::string* out, const JsonMember& member) {
    *out += std::to_string(member.number) + "=" + std::string(member.token);
  });
}

// "0=200 1=…", or nothing if simdjson refuses the line.
std::optional<std::string> Strictly(std::string_view object) {
  static auto* const walk = new JsonWalk;
  std::vector<JsonMember> found;
  if (!walk->Strictly(object, Keys(), found)) return std::nullopt;
  return Text(found);
}

std::string Leniently(std::string_view object) {
  std::vector<JsonMember> found;
  JsonWalk::Leniently(object, Keys(), found);
  return Text(found);
}

void ExpectBoth(std::string_view object, std::string_view expected) {
  EXPECT_EQ(Strictly(object), expected) << object;
  EXPECT_EQ(Leniently(object), expected) << object;
}

void ExpectOnlyLeniently(std::string_view object, std::string_view expected) {
  EXPECT_EQ(Strictly(object), std::nullopt) << object;
  EXPECT_EQ(Leniently(object), expected) << object;
}

TEST(JsonWalk, FindsTheObjectInALine) {
  EXPECT_EQ(FindJsonObject("{}"), "{}");
  EXPECT_EQ(FindJsonObject(" \t{\"a\":1} x"), "{\"a\":1} x");
  EXPECT_EQ(FindJsonObject("caddy  | {}"), "{}");
  EXPECT_EQ(FindJsonObject("shop-web_1.2 | {}"), "{}");
  for (const char* none : {"", " ", "x", "[{}]", "\"a | {}", "a {}", "| {}", "a| {}", "a |{}",
                           "a b | {}", "192.0.2.7 - - [x] \"{\" 200"}) {
    EXPECT_EQ(FindJsonObject(none), "") << none;
  }
}

TEST(JsonWalk, TakesWantedMembersInTheirOrder) {
  ExpectBoth(R"({"a":1,"request":"GET /","status":"200"})", R"(1="GET /" 0="200")");
  ExpectBoth(R"({ "status" : 200 , "request" : {"x":[],"method" : "GET" } })", R"(0=200 2="GET")");
  ExpectBoth(R"({"request":{"headers":{"Referer":["a","b"]},"method":"GET"},"status":404})",
             R"(3="a" 2="GET" 0=404)");
  ExpectBoth("{}", "");
  ExpectBoth(R"({"status":null,"request":true})", "0=null 1=true");
}

TEST(JsonWalk, AMemberElsewhereIsAnother) {
  ExpectBoth(R"({"x":{"status":1,"request":{"method":"A"}},"y":[{"status":2}],"method":"B"})", "");
  ExpectBoth(R"({"request":{"status":3,"request":{"method":"C"},"headers":{"method":"D"}}})", "");
  ExpectBoth(R"({"status":{"status":4},"request":[["x"],"y"]})", "");
}

TEST(JsonWalk, AKeyThatStandsTwiceIsFoundTwice) {
  ExpectBoth(R"({"status":1,"request":{"method":"A"},"status":2,"request":{"method":"B"}})",
             R"(0=1 2="A" 0=2 2="B")");
}

TEST(JsonWalk, AClientCannotPutAKeyIntoAValue) {
  ExpectBoth(R"({"ua":"\",\"status\":500,\"x\":\"","status":200})", "0=200");
  ExpectBoth(R"({"ua":"\\\",\"status\":500","status":200,"ua":"\\"})", "0=200");
  ExpectBoth(R"({"ua":"}","request":{"x":"{\"method\":1"},"status":200})", "0=200");
  ExpectOnlyLeniently(R"({"ua":"\",\"status\":500,\"","rt":,"status":200,"uri":"\"status\":1)",
                      "0=200");
}

TEST(JsonWalk, BytesThatJsonForbidsInStringsDoNotMatter) {
  ExpectBoth("{\"ua\":\"caf\xe9 \xff\",\"status\":200,\"request\":\"\x01\xc3(\"}",
             "0=200 1=\"\x01\xc3(\"");
  ExpectBoth(Bytes({"{\"ua\":\"\0\t\",\"status\":200}", 25}), "0=200");
  ExpectBoth(R"({"request":"\x16\x03","status":400})", R"(1="\x16\x03" 0=400)");
  ExpectBoth(R"({"status":000,"rt":-,"request":nothing})", "0=000 1=nothing");
}

TEST(JsonWalk, TheLenientWalkReadsWhatIsNearlyAnObject) {
  ExpectOnlyLeniently(R"({"status":200,"request":"GET /cut)", "0=200");
  ExpectOnlyLeniently(R"({"status":200,"request":{"method":"GET","x)", R"(0=200 2="GET")");
  ExpectOnlyLeniently(R"({"rt":,"status":200})", "0=200");
  ExpectOnlyLeniently(R"({"rt":0.1, 0.2 : 0.3,"status":200})", "0=200");
  ExpectOnlyLeniently(R"({"status":,"request":"GET"})", R"(0= 1="GET")");
  ExpectOnlyLeniently(R"({"status":200} behind it)", "0=200");
  ExpectOnlyLeniently(R"({"status":200 "request":"GET"})", R"(0=200 1="GET")");
  ExpectOnlyLeniently(R"({"a":{"status":200,"request":"GET")", "");
}

TEST(JsonWalk, AValueThatMayBeCutOffIsLeftOut) {
  for (const char* cut : {R"({"status":20)", R"({"status":)", R"({"status")", R"({"status":"20)",
                          R"({"status":"200\")", R"({"request":["a)"}) {
    ExpectOnlyLeniently(cut, "");
  }
  ExpectOnlyLeniently(R"({"status":"200")", R"(0="200")");
}

TEST(JsonWalk, WhatFollowsTheObjectIsNotReadAsPartOfIt) {
  ExpectBoth(R"({"a":1}{"status":500})", "");
  ExpectBoth(R"({"status":200}{"status":500}})", "0=200");
}

TEST(JsonWalk, NoLineIsTooDeepOrTooLong) {
  const std::string deep(30'000, '[');
  const std::string shut(30'000, ']');
  ExpectBoth("{\"a\":" + deep + shut + ",\"status\":200}", "0=200");
  ExpectOnlyLeniently("{\"a\":" + deep + ",\"status\":200}", "");
  std::string objects;
  for (int i = 0; i < 10'000; ++i) objects += "{\"request\":";
  ExpectBoth(objects + "1" + std::string(10'000, '}'), "");
  const std::string long_line = "{\"a\":\"" + std::string(2 << 20, 'x') + "\",\"status\":200}";
  ExpectOnlyLeniently(long_line, "0=200");
  ExpectBoth(R"({"status":200})", "0=200");
}

TEST(JsonWalk, ReadsNothingBehindTheLine) {
  const std::string line = R"({"request":"GET","status":200)";
  for (const char* behind : {"}", "0}", "\"}", ",\"status\":500}"}) {
    const std::string more = line + behind;
    EXPECT_EQ(Strictly(std::string_view(more).substr(0, line.size())), std::nullopt);
    EXPECT_EQ(Leniently(std::string_view(more).substr(0, line.size())), R"(1="GET")");
  }
}

// What another parser finds, in the order of the line; of scalars the text as it prints them.
class OtherParser : public nlohmann::json::json_sax_t {
 public:
  bool null() override { return Value("null"); }
  bool boolean(bool value) override { return Value(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return Value(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return Value(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return Value(text); }
  bool string(string_t& value) override { return Value('"' + value + '"'); }
  bool binary(binary_t&) override { return false; }
  bool key(string_t& value) override {
    path_.back() = value;
    return true;
  }
  bool start_object(size_t) override { return Open("{"); }
  bool end_object() override { return Close(); }
  bool start_array(size_t) override { return Open("["); }
  bool end_array() override { return Close(); }
  bool parse_error(size_t, const std::string&, const nlohmann::json::exception&) override {
    return false;
  }

  std::string found;

 private:
  bool Open(const char* kind) {
    if (kinds_.ends_with('[')) arrays_.back() = false;
    path_.emplace_back();
    arrays_.push_back(true);
    kinds_ += kind;
    return true;
  }
  bool Close() {
    path_.pop_back();
    arrays_.pop_back();
    kinds_.pop_back();
    return true;
  }
  bool Value(const std::string& text) {
    auto path = path_;
    if (kinds_.ends_with('[')) {
      if (!std::exchange(arrays_.back(), char{0})) return true;  // not the first element
      path.pop_back();
      if (kinds_.size() > 1 && kinds_[kinds_.size() - 2] == '[') return true;
    }
    if (kinds_.substr(0, kinds_.size() - 1).find('[') != std::string::npos) return true;
    const std::vector<std::vector<std::string>> wanted = {
        {"status"}, {"request"}, {"request", "method"}, {"request", "headers", "Referer"}};
    const auto at = std::find(wanted.begin(), wanted.end(), path);
    if (at != wanted.end()) {
      if (!found.empty()) found += ' ';
      found += std::to_string(at - wanted.begin()) + "=" + text;
    }
    return true;
  }

  std::vector<std::string> path_;  // the key in each open object, "" in an array
  std::vector<char> arrays_;       // whether the next element is the first
  std::string kinds_;              // '{' and '[' of what is open
};

TEST(JsonWalk, BothWalksFindInJsonWhatAnotherParserFinds) {
  static constexpr std::string_view kPieces[] = {"{",
                                                 "}",
                                                 "[",
                                                 "]",
                                                 ",",
                                                 ":",
                                                 "\"status\"",
                                                 "\"request\"",
                                                 "1",
                                                 "-2",
                                                 "null",
                                                 " ",
                                                 "\"x\"",
                                                 "\"method\"",
                                                 "\"headers\"",
                                                 "\"Referer\"",
                                                 "{\"status\":5}",
                                                 "{\"method\":\"y\"}",
                                                 "{\"headers\":{\"Referer\":[7,8]}}",
                                                 "\"status\":",
                                                 "\"request\":",
                                                 ","};
  std::mt19937 random(22);
  int compared = 0;
  for (int i = 0; i < 300'000; ++i) {
    std::string line = "{";
    for (size_t n = random() % 14; n > 0; --n) line += kPieces[random() % std::size(kPieces)];
    line += "}";
    OtherParser other;
    const bool is_json = nlohmann::json::sax_parse(line, &other);
    const auto strictly = Strictly(line);
    const std::string leniently = Leniently(line);
    if (!is_json) continue;
    ++compared;
    ASSERT_EQ(strictly, other.found) << line;
    ASSERT_EQ(leniently, other.found) << line;
  }
  EXPECT_GT(compared, 2'000);
}

}  // namespace
}  // namespace logtally
