#include "parse/delimiter_plan.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "odd_layouts.h"
#include "parse_testing.h"
#include "plan_proof.h"

namespace logtally {
namespace {

using Verdict = PlanProof::Verdict;

const std::map<std::string, std::string>& LayoutsOfPresets() {
  static std::map<std::string, std::string> layouts;
  for (const FormatPreset& preset : FormatPresets()) {
    if (!preset.layout.empty()) layouts[preset.format->name()] = preset.layout;
  }
  return layouts;
}

std::vector<std::string> LinesToDamage() {
  std::vector<std::string> lines = {
      R"(192.0.2.7 - - [07/Feb/2020:12:02:42 +0000] "GET /v2 HTTP/1.1" 200 61 "-" "curl" 348 )"
      "0.104 [web-8080] [] 198.51.100.6:8080, 198.51.100.7:8080 0, 61 0.100, 0.004 502, 200 8351",
      "2001:db8::1:5555 [2001:db8::80]:443 200 example.com",
      "example.com:443|192.0.2.1|404|+17|10/Oct/2023:13:55:36 +0000|a",
      R"([10/Oct/2023:13:55:36 +0000] "GET /a\"b HTTP/1.1" 404 "example.com"rt=1 )",
      R"([10/Oct/2023:13:55:36 +0000] "GET /a HTTP/1.1" 404 "example.com"rt=1)",
      "10/Oct/2023:13:55:36 +0000|a b c [200] 192.0.2.1, 192.0.2.2",
      R"({"status":"404","uri":"/a\"b","t":"01/Jan/1970:00:01:00 +0000","rt":0.5})",
      "-1",
      R"(x[200]y"z"u, v : w"d)",
      R"("a, b", 200, 502, 504 : 503 2023-10-10T13:55:36Z 5-17)",
  };
  for (const Sample& sample : AllSamples()) lines.push_back(sample.line);
  return lines;
}

TEST(DelimiterPlan, EveryPresetHasOneThatReadsItsOrdinaryLines) {
  for (const auto& [name, layout] : LayoutsOfPresets()) {
    EXPECT_TRUE(PlanProof(layout).has_plan()) << name;
  }
  for (const Sample& sample : AllSamples()) {
    const auto layout = LayoutsOfPresets().find(sample.format);
    // "by": the line has another shape, and the search must find its status.
    if (layout == LayoutsOfPresets().end() || sample.expect.contains("by")) continue;
    const std::string line = sample.line.substr(sample.line.find_first_not_of('\0'));
    EXPECT_EQ(PlanProof(layout->second).Compare(line), Verdict::kBothAccept)
        << sample.format << ": " << line;
  }
}

TEST(DelimiterPlan, SplitsEveryAcceptedDamagedLineLikeThePattern) {
  std::vector<std::string> layouts = OddLayouts();
  for (const auto& [name, layout] : LayoutsOfPresets()) layouts.push_back(layout);
  const std::vector<std::string> lines = LinesToDamage();
  std::mt19937 random(21);
  for (const std::string& layout : layouts) {
    PlanProof proof(layout);
    ASSERT_TRUE(proof.has_plan()) << layout;
    std::map<Verdict, int> count;
    for (size_t i = 0; i < 20'000; ++i) {
      const std::string& whole = lines[i % lines.size()];
      const std::string line = i < lines.size() ? whole : Damage(whole, random);
      const Verdict verdict = proof.Compare(line);
      ASSERT_NE(verdict, Verdict::kDiffer) << layout << "\n" << line;
      ++count[verdict];
    }
    EXPECT_GT(count[Verdict::kBothAccept], 20) << layout;
    EXPECT_GT(count[Verdict::kBothAccept], 4 * count[Verdict::kPlanDeclines]) << layout;
  }
}

// Every line over a small alphabet, so that no combination of sharp bytes is left to chance.
TEST(DelimiterPlan, SplitsAllShortLinesLikeThePattern) {
  struct Case {
    const char* layout;
    std::string alphabet;
    int max_bytes;
    int min_accepted;
  };
  const std::string kAll("\" \\[]-1\t\xff", 9);
  for (const Case& c : std::initializer_list<Case>{
           {"$status", kAll, 6, 6},
           {"$x $status", kAll, 6, 100},
           {"\"$x\" $status", kAll, 6, 20},
           {"[$x] $status", kAll, 6, 20},
           {"$status \"$x", kAll, 6, 100},
           {"$remote_user [$status", kAll, 6, 100},
           {"$status $remote_addr", std::string("\" \\[,-1\n\xff", 9), 6, 100},
           {"$status $body_bytes_sent", std::string("\" \\+-12\0\xff", 9), 6, 100},
           {"$status-$x", kAll, 6, 0},
           {"$upstream_addr $status", "1 ,:\"\\", 7, 100},
           {"$upstream_addr $upstream_status $status", "1 ,:-", 8, 100},
           {"$remote_addr:$x $status", "1 ,:\"\\", 7, 100},
           {"$host:$server_port $status", "1a :[]\"\\", 7, 50},
           {"$time_local|$status", "1 |\"\\", 8, 100},
           {"$time_local $status", "1 -\"\\", 8, 100},
           {"\"$x y$status\"", "1 y\"\\", 8, 20},
           {"$x\"$status", "1 -\"\\", 8, 100},
       }) {
    PlanProof proof(c.layout);
    if (c.min_accepted == 0) {
      EXPECT_FALSE(proof.has_plan()) << c.layout;
      continue;
    }
    ASSERT_TRUE(proof.has_plan()) << c.layout;
    std::map<Verdict, int> count;
    std::string line;
    const auto try_all = [&](const auto& self) -> void {
      const Verdict verdict = proof.Compare(line);
      if (verdict == Verdict::kDiffer) ADD_FAILURE() << c.layout << ": " << line;
      ++count[verdict];
      if (std::ssize(line) == c.max_bytes) return;
      for (const char byte : c.alphabet) {
        line += byte;
        self(self);
        line.pop_back();
      }
    };
    try_all(try_all);
    EXPECT_GE(count[Verdict::kBothAccept], c.min_accepted) << c.layout;
    EXPECT_GT(count[Verdict::kBothRefuse], 0) << c.layout;
  }
}

TEST(DelimiterPlan, ALayoutWithoutSureEndsHasNone) {
  for (const char* layout : {
           "$upstream_addr|$status",  // an upstream's name may hold a '|'
           "$status $bytes_sent1",    // $bytes_sent1 is a variable that is not known: a plan
           "$status ${bytes_sent}1",  // the 1 may be part of the number
           "$x\\$status",             // the backslash may be part of the value
           "$status-$bytes_sent",     // "--5": is the status "-" or nothing?
       }) {
    EXPECT_EQ(PlanProof(layout).has_plan(), std::string_view(layout) == "$status $bytes_sent1")
        << layout;
  }
}

TEST(DelimiterPlan, OfACustomPatternSaysWhatThePatternSaysOfAllShortLines) {
  for (const char* pattern : {
           R"re((?P<status>\d+) (?P<uri>\S+))re",
           R"re("(?P<uri>[^"]*)" (?P<status>-|1+))re",
           R"re("(?P<uri>[^"]*?)"(?P<status>1*))re",
           R"re(\[(?P<host>[^\]]+)\] (?P<remote_addr>[-1]*)a(?P<status>1{1,2}))re",
           R"re(^(?P<uri>[^ ]*) (?P<status>1+|a*)-.*$)re",
           R"re((?P<uri>[a-]*)1(?P<status>(?:-1|-)?))re",
           R"re("(?P<uri>(?:[^"\\]|\\.)*)" (?P<status>-|1+))re",
           R"re((?P<status>1*)"(?P<uri>(?:\\.|[^"\\])+)")re",
           R"re((?P<status>1*) (?P<uri>(?:[^ a\\]|\\.)*))re",
       }) {
    const auto format = LogFormat::FromPattern("short", pattern).value();
    ASSERT_NE(format->plan(), nullptr) << pattern;
    int accepted = 0;
    int declined = 0;
    std::string line;
    const auto try_all = [&](const auto& self) -> void {
      TimestampReader timestamps;
      AccessRecord by_plan;
      AccessRecord by_pattern;
      const MatchResult plan_says = format->plan()->Match(line, timestamps, by_plan);
      const MatchResult pattern_says = format->MatchPattern(line, timestamps, by_pattern);
      if (plan_says == MatchResult::kNoMatch) {
        ++declined;
        // There is only one way to split such a line, so nothing is left to the pattern.
        EXPECT_EQ(pattern_says, MatchResult::kNoMatch) << pattern << ": " << line;
      } else {
        ++accepted;
        EXPECT_EQ(plan_says, pattern_says) << pattern << ": " << line;
        EXPECT_EQ(by_plan, by_pattern) << pattern << ": " << line;
      }
      if (line.size() == 6) return;
      for (const char byte : {'1', 'a', ' ', '"', '[', ']', '-', '\\', '\n'}) {
        line += byte;
        self(self);
        line.pop_back();
      }
    };
    try_all(try_all);
    EXPECT_GE(accepted, 5) << pattern;
    EXPECT_GT(declined, 20) << pattern;
  }
}

TEST(DelimiterPlan, FillsTheRecordThatThePatternFills) {
  std::vector<std::shared_ptr<const LogFormat>> formats;
  for (const std::string& pattern : CustomPatterns()) {
    formats.push_back(LogFormat::FromPattern("custom", pattern).value());
    EXPECT_NE(formats.back()->plan(), nullptr) << pattern;
  }
  for (const FormatPreset& preset : FormatPresets()) formats.push_back(preset.format);
  for (const std::string& layout : OddLayouts()) {
    formats.push_back(LogFormat::FromLayout("odd", layout).value());
  }
  const std::vector<std::string> lines = LinesToDamage();
  std::mt19937 random(22);
  // Kept over all lines, so that remembered times are met in every field that may hold them.
  TimestampReader by_plan;
  int compared = 0;
  for (size_t i = 0; i < 20'000; ++i) {
    const std::string line = Damage(lines[i % lines.size()], random);
    for (const auto& format : formats) {
      if (format->plan() == nullptr) continue;
      AccessRecord plan_says;
      AccessRecord pattern_says;
      TimestampReader by_pattern;
      const MatchResult result = format->plan()->Match(line, by_plan, plan_says);
      if (result == MatchResult::kNoMatch) continue;
      ASSERT_EQ(result, format->MatchPattern(line, by_pattern, pattern_says)) << line;
      ASSERT_EQ(plan_says, pattern_says) << line;
      ++compared;
    }
  }
  EXPECT_GT(compared, 5'000);
}

}  // namespace
}  // namespace logtally
