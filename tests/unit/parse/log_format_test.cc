#include "parse/log_format.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <array>

#include "absl/strings/str_format.h"
#include "parse_testing.h"
#include "testing/status_matchers.h"

namespace logtally {
namespace {

std::shared_ptr<const LogFormat> Layout(std::string_view layout) {
  auto format = LogFormat::FromLayout("test", layout);
  EXPECT_OK(format);
  return format.ok() ? *format : nullptr;
}

std::shared_ptr<const LogFormat> Pattern(std::string_view pattern) {
  auto format = LogFormat::FromPattern("test", pattern);
  EXPECT_OK(format);
  return format.ok() ? *format : nullptr;
}

std::optional<ParseResult> Match(const std::shared_ptr<const LogFormat>& format,
                                 std::string_view line) {
  return MatchLine(*format, line);
}

AccessRecord RecordOf(const std::shared_ptr<const LogFormat>& format, std::string_view line) {
  const auto result = Match(format, line);
  if (!result || !std::holds_alternative<AccessRecord>(*result)) {
    ADD_FAILURE() << "no record: " << line;
    return {};
  }
  return std::get<AccessRecord>(*result);
}

TEST(LogFormat, ReadsEveryFieldOfALayout) {
  const auto format = Layout(
      "$host $remote_addr $msec \"$request_method $request_uri $server_protocol\" $status "
      "$bytes_sent $request_time \"$upstream_response_time\" $whatever");
  const AccessRecord record = RecordOf(
      format,
      R"(example.com 192.0.2.7 1696971336.5 "POST /a?b HTTP/2.0" 502 17 1.5 "0.25, - : 0.5" x)");
  EXPECT_EQ(record.host, "example.com");
  EXPECT_EQ(record.client, "192.0.2.7");
  EXPECT_EQ(record.time_unix, 1696971336);
  EXPECT_EQ(MethodName(record.method), "POST");
  EXPECT_EQ(record.path, "/a?b");
  EXPECT_EQ(record.status, 502);
  EXPECT_EQ(record.bytes, 17);
  EXPECT_EQ(record.duration_seconds, 1.5);
  EXPECT_EQ(record.upstream_seconds, 0.75);
}

TEST(LogFormat, ReadsListsThatNoQuotesHold) {
  const auto format = Layout(
      "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
      "\"$http_referer\" \"$http_user_agent\" $request_length $request_time "
      "[$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr "
      "$upstream_response_length $upstream_response_time $upstream_status $req_id");
  const AccessRecord record = RecordOf(
      format,
      "192.0.2.7 - - [07/Feb/2020:12:02:42 +0000] \"GET /v2 HTTP/1.1\" 200 61 \"-\" \"curl\" 348 "
      "0.104 [web-8080] [] 198.51.100.6:8080, 198.51.100.7:8080 0, 61 0.100, 0.004 502, 200 8351");
  EXPECT_EQ(record.status, 200);
  EXPECT_EQ(record.duration_seconds, 0.104);
  EXPECT_DOUBLE_EQ(record.upstream_seconds.value_or(0), 0.104);
  EXPECT_EQ(RecordOf(format,
                     "192.0.2.7 - - [07/Feb/2020:12:02:42 +0000] \"PATCHp /7 HTTP/1.1\" 400 163 "
                     "\"-\" \"-\" 0 0.000 [] [] - - - - 4c7d20")
                .upstream_seconds,
            std::nullopt);
}

TEST(LogFormat, ReadsAddressesWithPorts) {
  const auto format = Layout("$remote_addr:$remote_port $server_name:$server_port $status");
  const AccessRecord six = RecordOf(format, "2001:db8::1:5555 [2001:db8::80]:443 200");
  EXPECT_EQ(six.client, "2001:db8::1");
  EXPECT_EQ(six.host, "[2001:db8::80]");
  EXPECT_EQ(RecordOf(format, "192.0.2.7:5555 example.com:443 200").client, "192.0.2.7");
}

TEST(LogFormat, ReadsTimesOutsideOfBrackets) {
  EXPECT_EQ(RecordOf(Layout("$time_local $status"), "01/Jan/1970:00:01:00 +0000 200").time_unix,
            60);
  EXPECT_EQ(RecordOf(Layout("$status|$time_iso8601"), "200|1970-01-01T00:01:00+00:00").time_unix,
            60);
}

TEST(LogFormat, ReadsKeysAndValuesInQuotes) {
  const auto format = Layout(R"({"status":"$status","uri":"$uri","t":"$time_local"})");
  const AccessRecord record =
      RecordOf(format, R"({"status":"404","uri":"/a\"b","t":"01/Jan/1970:00:01:00 +0000"})");
  EXPECT_EQ(record.status, 404);
  EXPECT_EQ(record.path, R"(/a\"b)");
  EXPECT_EQ(record.time_unix, 60);
}

TEST(LogFormat, AStatusIsThreeDigitsAtMostOrMinusOne) {
  const auto format = Layout("a $status z");
  EXPECT_EQ(RecordOf(format, "a 000 z").status, 0);
  EXPECT_EQ(RecordOf(format, "a 009 z").status, 9);
  EXPECT_EQ(RecordOf(format, "a -1 z").status, -1);
  EXPECT_EQ(RecordOf(format, "a 783 z").status, 783);
  for (const char* none : {"a - z", "a  z"}) {
    EXPECT_EQ(Outcome(Match(format, none).value_or(AccessRecord{})), "no_status") << none;
  }
  for (const char* refused : {"a 2000 z", "a -2 z", "a 20x z", "a 200", "a 200 zz", "xa 200 z"}) {
    EXPECT_FALSE(Match(format, refused).has_value()) << refused;
  }
}

TEST(LogFormat, BytesOutsideOfAsciiAreBytes) {
  const auto format = Layout("\"$uri\" $status");
  EXPECT_EQ(RecordOf(format, Bytes({"\"/\xff\xc3(\0\" 404", 11})).path, Bytes({"/\xff\xc3(\0", 5}));
}

TEST(LogFormat, APatternNamesItsGroupsLikeVariables) {
  const auto format = Pattern(
      R"((?P<time_iso8601>\S+) (?P<status>\d+|-) (?P<request_method>[A-Z]+) (?P<uri>\S+)(?: (?P<request_time>\S+))?)");
  const AccessRecord record = RecordOf(format, "1970-01-01T00:01:00Z 503 GET /x 0.5");
  EXPECT_EQ(record.time_unix, 60);
  EXPECT_EQ(record.status, 503);
  EXPECT_EQ(record.path, "/x");
  EXPECT_EQ(record.duration_seconds, 0.5);
  EXPECT_EQ(RecordOf(format, "1970-01-01T00:01:00Z 503 GET /x").duration_seconds, std::nullopt);
  EXPECT_EQ(Outcome(*Match(format, "x - GET /")), "no_status");
  EXPECT_FALSE(Match(format, "1970-01-01T00:01:00Z 503 GET /x 0.5 more").has_value());
  EXPECT_FALSE(Match(format, "x 5030 GET /x").has_value())
      << "no status, whatever the pattern says";
}

TEST(LogFormat, UnnamedAndUnusedGroupsOfAPatternAreAllowed) {
  const auto format = Pattern(R"((a|b) (?P<http_referer>\S+) (c|d) (?P<status>\d{3}) (e))");
  EXPECT_EQ(RecordOf(format, "a x d 418 e").status, 418);
}

TEST(LogFormat, ABadPatternIsAnsweredExactly) {
  struct Case {
    std::string pattern;
    std::string error;
  };
  std::string many_groups;
  for (int i = 0; i < 40; ++i) many_groups += "(a)";
  for (const Case& c : std::initializer_list<Case>{
           {"(?P<status>\\d+", "format test: missing ): (?P<status>\\d+"},
           {"(\\d+)", "format test: no group (?P<status>…) in the pattern"},
           {"(?P<staus>\\d+)", "format test: unknown group staus; did you mean status?"},
           {"(?P<status>\\d+) (?P<completely_else>x)",
            "format test: unknown group completely_else"},
           {many_groups + "(?P<status>\\d+)",
            "format test: more than 16 groups; write (?:…) for those without a name"},
           {"(?P<status>\\d+)((((.{1000}){1000}){1000}){1000})",
            "format test: invalid repetition size: {1000}"},
           {"(?P<status>\\d+)" + std::string(400'000, '.'),
            "format test: pattern too large - compile failed"},
       }) {
    const auto format = LogFormat::FromPattern("test", c.pattern);
    EXPECT_EQ(format.status().code(), absl::StatusCode::kInvalidArgument);
    const std::string message(format.status().message());
    if (c.pattern.size() < 200) {
      EXPECT_EQ(message, c.error);
    } else {
      EXPECT_EQ(message.substr(0, c.error.size()), c.error);
    }
  }
}

TEST(LogFormat, ABadLayoutIsAnsweredWithItsName) {
  EXPECT_EQ(LogFormat::FromLayout("mine", "$status$host").status().message(),
            "format mine: column 8: $host touches $status; only a delimiter between them could "
            "tell where one ends");
}

// The slow, sure way: one pattern, all groups, whole line.
class SlowCombined {
 public:
  struct Fields {
    std::string client, time, request, status, bytes;
  };

  std::optional<Fields> Match(std::string_view line) const {
    std::array<std::string, 8> text;
    std::array<RE2::Arg, 8> args;
    std::array<const RE2::Arg*, 8> pointers;
    for (size_t i = 0; i < args.size(); ++i) {
      args[i] = &text[i];
      pointers[i] = &args[i];
    }
    if (!RE2::FullMatchN({line.data(), line.size()}, regex_, pointers.data(), 8)) {
      return std::nullopt;
    }
    return Fields{text[0], text[2], text[3], text[4], text[5]};
  }

 private:
  RE2 regex_{R"(((?:[^ ,"\\]|\\[^ ,])+) - (""|(?:[^"\\\[]|\\[^ \[])*) \[([^\]"\\]*)\] )"
             R"RE("((?:[^"\\]|\\(?s:.))*)" (-1|-|[0-9]{0,3}) (-|\+?[0-9]+) )RE"
             R"RE("((?:[^"\\]|\\(?s:.))*)" "((?:[^"\\]|\\(?s:.))*)")RE",
             RE2::Latin1};
};

std::string_view ValueOf(std::string_view text) { return text == "-" ? "" : text; }

TEST(LogFormat, MatchesAndSplitsLikeOneSlowPattern) {
  const auto format = *FindFormat("nginx_combined");
  const SlowCombined slow;
  std::mt19937 random(11);
  std::vector<std::string> lines;
  for (const Sample& sample : AllSamples()) lines.push_back(sample.line);
  int matched = 0;
  for (int i = 0; i < 60'000; ++i) {
    const std::string line = Damage(lines[random() % lines.size()], random);
    const auto expected = slow.Match(line);
    const auto result = Match(format, line);
    ASSERT_EQ(result.has_value(), expected.has_value()) << line;
    if (!expected) continue;
    ++matched;
    if (ValueOf(expected->status).empty()) {
      ASSERT_EQ(Outcome(*result), "no_status") << line;
      continue;
    }
    ASSERT_TRUE(std::holds_alternative<AccessRecord>(*result)) << line;
    const auto& record = std::get<AccessRecord>(*result);
    ASSERT_EQ(record.status, ParseStatusCode(expected->status)) << line;
    ASSERT_EQ(record.client, ValueOf(expected->client)) << line;
    ASSERT_EQ(record.time_unix, ParseTimestamp(expected->time)) << line;
  }
  EXPECT_GT(matched, 5'000) << "too few lines survive the damage for the test to mean anything";
}

// The reference pattern itself, for every preset and some layouts with every shape of field.
TEST(LogFormat, MatchesAndSplitsLikeItsReferencePattern) {
  std::vector<std::shared_ptr<const LogFormat>> formats = {
      Layout("$remote_addr:$remote_port $status $upstream_addr $upstream_response_time z"),
      Layout("[$time_local] \"$request_method $uri $server_protocol\" $status \"$host\"rt=$x"),
      Layout("$time_local|$remote_user [$status] $http_x_forwarded_for"),
  };
  std::vector<std::string> lines = {
      "2001:db8::1:55 200 192.0.2.1:80, - : unix:/x 0.1, 0.2 : - z",
      R"([10/Oct/2023:13:55:36 +0000] "GET /a\"b HTTP/1.1" 404 "example.com"rt=1 )",
      R"([10/Oct/2023:13:55:36 +0000] "GET /a HTTP/1.1" 404 "example.com"rt=1)",
      "10/Oct/2023:13:55:36 +0000|a b c [200] 192.0.2.1, 192.0.2.2",
  };
  for (const FormatPreset& preset : FormatPresets()) {
    if (!preset.format->is_json()) formats.push_back(preset.format);
  }
  for (int i = 0; i < 3; ++i) lines.insert(lines.end(), lines.begin(), lines.begin() + 4);
  for (const Sample& sample : AllSamples()) {
    if (!(*FindFormat(sample.format))->is_json()) lines.push_back(sample.line);
  }

  std::mt19937 random(12);
  for (const auto& format : formats) {
    const RE2 reference(format->pattern(), RE2::Latin1);
    ASSERT_TRUE(reference.ok()) << format->pattern();
    const auto& names = reference.NamedCapturingGroups();
    std::vector<re2::StringPiece> groups(static_cast<size_t>(reference.NumberOfCapturingGroups()) +
                                         1);
    int matched = 0;
    for (int i = 0; i < 12'000; ++i) {
      std::string line = lines[static_cast<size_t>(i) % lines.size()];
      if (i >= static_cast<int>(lines.size())) line = Damage(line, random);
      const bool expected =
          reference.Match({line.data(), line.size()}, 0, line.size(), RE2::ANCHOR_BOTH,
                          groups.data(), static_cast<int>(groups.size()));
      const auto result = Match(format, line);
      ASSERT_EQ(result.has_value(), expected) << format->name() << ": " << line;
      if (!expected) continue;
      ++matched;
      const auto text = [&](const char* name) {
        const auto group = names.find(name);
        if (group == names.end()) return std::string_view();
        const re2::StringPiece& found = groups[static_cast<size_t>(group->second)];
        return std::string_view(found.data(), found.size());
      };
      const std::string_view status = text("status");
      ASSERT_EQ(Outcome(*result),
                ValueOf(status).empty() ? "no_status" : StatusCodeText(*ParseStatusCode(status)));
      if (!std::holds_alternative<AccessRecord>(*result)) continue;
      const auto& record = std::get<AccessRecord>(*result);
      ASSERT_EQ(record.client, ValueOf(text("remote_addr"))) << line;
      ASSERT_EQ(record.host, ValueOf(names.contains("host") ? text("host") : text("server_name")));
      ASSERT_EQ(record.time_unix, ParseTimestamp(text("time_local"))) << line;
      if (names.contains("request")) {
        ASSERT_EQ(record.path.data() == nullptr || record.path.empty() ||
                      text("request").find(record.path) != std::string_view::npos,
                  true)
            << line;
      }
    }
    EXPECT_GT(matched, 100) << format->pattern();
  }
}

TEST(LogFormat, NoLineIsTooLongOrTooOdd) {
  const auto format = *FindFormat("nginx_combined");
  const std::string head = R"(192.0.2.7 - - [10/Oct/2023:13:55:36 +0000] "GET /)";
  const std::string tail = R"( HTTP/1.1" 414 5 "-" "-")";
  const std::string line = head + std::string(60'000, 'a') + tail;
  const AccessRecord record = RecordOf(format, line);
  EXPECT_EQ(record.status, 414);
  EXPECT_EQ(record.path.size(), 60'001u);
}

}  // namespace
}  // namespace logtally
