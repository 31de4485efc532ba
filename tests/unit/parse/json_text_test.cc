#include "parse/json_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

namespace logtally {
namespace {

std::string Unescaped(std::string_view text) {
  std::string out;
  AppendUnescaped(text, out);
  EXPECT_LE(out.size(), text.size()) << text;
  return out;
}

TEST(JsonText, AStringIsWhatStandsBetweenItsQuotes) {
  EXPECT_EQ(TokenText(R"("GET")"), "GET");
  EXPECT_EQ(TokenText(R"("a\"b")"), R"(a\"b)");
  EXPECT_EQ(TokenText("404"), "404");
  EXPECT_EQ(TokenText("true"), "true");
  EXPECT_EQ(TokenText(R"("null")"), "null");
  EXPECT_EQ(TokenText(R"(")"), "\"");
}

TEST(JsonText, SomeTextsSayThatThereIsNoValue) {
  for (const char* none : {R"("")", R"("-")", "-", "null", ""}) EXPECT_EQ(TokenText(none), "");
}

TEST(JsonText, ResolvesTheEscapesOfJson) {
  EXPECT_EQ(Unescaped(R"(a\"b\\c\/d\b\f\n\r\t)"), "a\"b\\c/d\b\f\n\r\t");
  EXPECT_EQ(Unescaped(R"(\u0041\u00e9\u20AC\ud83d\ude00)"),
            "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  EXPECT_EQ(Unescaped(R"(\u0000)"), std::string(1, '\0'));
  EXPECT_EQ(Unescaped("plain"), "plain");
}

TEST(JsonText, WhatIsNoEscapeOfJsonStaysAsItIs) {
  for (const char* text :
       {R"(\x22)", R"(\q)", R"(\)", R"(a\)", R"(\u12)", R"(\u12G4)", R"(\ud800)", R"(\ud800x)",
        R"(\ud800\u0041)", R"(\udc00)", R"(\u-123)", R"(\u 123)"}) {
    const std::string expected =
        text == std::string_view(R"(\ud800\u0041)") ? R"(\ud800A)" : std::string(text);
    EXPECT_EQ(Unescaped(text), expected);
  }
}

TEST(JsonText, UnescapesLikeAnotherParser) {
  std::mt19937 random(21);
  int compared = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    for (size_t n = random() % 12; n > 0; --n) {
      static constexpr std::string_view kPieces[] = {
          "\\\"", "\\\\", "\\u00e9", "\\ud83d", "\\ude00", "\\n", "a", "\\u0", "\\", "7"};
      text += kPieces[random() % std::size(kPieces)];
    }
    const auto json = nlohmann::json::parse('"' + text + '"', nullptr, false);
    if (json.is_discarded()) continue;
    ++compared;
    ASSERT_EQ(Unescaped(text), json.get<std::string>()) << text;
  }
  EXPECT_GT(compared, 5'000);
}

TEST(JsonText, ADurationHasTheUnitOfItsFieldOrItsOwn) {
  EXPECT_EQ(ParseJsonSeconds("0.25", TimeUnit::kSeconds), 0.25);
  EXPECT_EQ(ParseJsonSeconds("250", TimeUnit::kMilliseconds), 0.25);
  EXPECT_EQ(ParseJsonSeconds("44", TimeUnit::kMicroseconds), 0.000044);
  EXPECT_EQ(ParseJsonSeconds("10002425284", TimeUnit::kNanoseconds), 10.002425284);
  EXPECT_EQ(ParseJsonSeconds("1.5e-3", TimeUnit::kSeconds), 0.0015);
  EXPECT_EQ(ParseJsonSeconds("50ms", TimeUnit::kSeconds), 0.05);
  EXPECT_EQ(ParseJsonSeconds("0.058927s", TimeUnit::kNanoseconds), 0.058927);
  EXPECT_EQ(ParseJsonSeconds("1h2m3.5s", TimeUnit::kSeconds), 3723.5);
  EXPECT_EQ(ParseJsonSeconds("1.5\xC2\xB5s", TimeUnit::kSeconds), 1.5e-6);
  EXPECT_EQ(ParseJsonSeconds("7ns", TimeUnit::kSeconds), 7e-9);
  for (const char* bad : {"", "-1", "-0.5s", "1x", "1s2", "s", "nan", "inf", "1e999", "9e307h",
                          "1 s", "0.1, 0.2", "true"}) {
    EXPECT_EQ(ParseJsonSeconds(bad, TimeUnit::kSeconds), std::nullopt) << bad;
  }
}

TEST(JsonText, UnitsHaveNames) {
  EXPECT_EQ(FindTimeUnit("s"), TimeUnit::kSeconds);
  EXPECT_EQ(FindTimeUnit("ms"), TimeUnit::kMilliseconds);
  EXPECT_EQ(FindTimeUnit("us"), TimeUnit::kMicroseconds);
  EXPECT_EQ(FindTimeUnit("ns"), TimeUnit::kNanoseconds);
  EXPECT_EQ(FindTimeUnit("min"), std::nullopt);
}

TEST(JsonText, TheDigitsOfATimeTellItsUnit) {
  EXPECT_EQ(EpochInSeconds("1696946136"), "1696946136");
  EXPECT_EQ(EpochInSeconds("1696946136.123"), "1696946136.123");
  EXPECT_EQ(EpochInSeconds("1696946136123"), "1696946136");
  EXPECT_EQ(EpochInSeconds("1696946136123.5"), "1696946136");
  EXPECT_EQ(EpochInSeconds("1696946136123456"), "1696946136");
  EXPECT_EQ(EpochInSeconds("1696946136123456789"), "1696946136");
  for (const char* other : {"", "x", "2023-10-10T13:55:36Z", "16969461361234x", "-1696946136123",
                            "169694613612345678901"}) {
    EXPECT_EQ(EpochInSeconds(other), other);
  }
}

}  // namespace
}  // namespace logtally
