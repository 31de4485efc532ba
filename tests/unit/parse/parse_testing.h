// What the tests of parse/ share: lines to start from, and ways to damage them.
#ifndef LOGTALLY_UNIT_PARSE_PARSE_TESTING_H_
#define LOGTALLY_UNIT_PARSE_PARSE_TESTING_H_

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "parse/format_presets.h"
#include "parse/line_parser.h"
#include "parse/log_format.h"
#include "testing/temp_dir.h"

namespace logtally {

// A std::string that may hold NUL bytes.
inline std::string Bytes(std::string_view bytes) { return std::string(bytes); }

// The characters of a sample are bytes: U+00FF is 0xFF.
inline std::string BytesOfSample(const std::string& utf8) {
  std::string bytes;
  for (size_t i = 0; i < utf8.size(); ++i) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    if (lead < 0x80) {
      bytes += utf8[i];
    } else {
      EXPECT_LE(lead, 0xC3) << "a character beyond U+00FF in " << utf8;
      bytes += static_cast<char>(((lead & 3) << 6) | (utf8[++i] & 0x3F));
    }
  }
  return bytes;
}

struct Sample {
  std::string format;
  std::string line;
  nlohmann::json expect;
};

// The samples of every file in schemas/formats/, read from the source tree.
inline std::vector<Sample> AllSamples() {
  std::vector<Sample> samples;
  for (const std::string& name : FormatNames()) {
    const auto json = nlohmann::json::parse(
        testing::ReadFile(std::string(LOGTALLY_SOURCE_DIR) + "/schemas/formats/" + name + ".json"));
    for (const auto& sample : json["samples"]) {
      samples.push_back({name, BytesOfSample(sample["line"]), sample["expect"]});
    }
  }
  return samples;
}

// `line` with a few bytes changed, doubled, removed or inserted; mostly those that mean something
// to a parser. The same `random` gives the same lines.
inline std::string Damage(std::string line, std::mt19937& random) {
  static constexpr std::string_view kSharp("\" []\\-:\t\0\r\xff,+01", 16);
  const auto below = [&](size_t n) { return random() % n; };
  for (size_t steps = 1 + below(3); steps > 0; --steps) {
    const size_t at = below(line.size() + 1);
    const char byte = below(4) == 0 ? static_cast<char>(below(256)) : kSharp[below(kSharp.size())];
    switch (below(5)) {
      case 0:
        line.insert(at, 1, byte);
        break;
      case 1:
        if (at < line.size()) line[at] = byte;
        break;
      case 2:
        line.erase(at, 1 + below(3));
        break;
      case 3:
        line.insert(at, line.substr(at, 1 + below(20)));
        break;
      case 4:
        if (below(8) == 0) line.resize(at);
        break;
    }
  }
  return line;
}

// What became of a line, as one value.
using ParseResult = std::variant<AccessRecord, RejectReason>;

inline ParseResult ParseLine(LineParser& parser, std::string_view line) {
  AccessRecord record;
  if (const auto reason = parser.Parse(line, record)) return *reason;
  return record;
}
inline ParseResult ParseLine(LineParser&& parser, std::string_view line) {
  return ParseLine(parser, line);
}

// Nothing if the line does not have the format.
inline std::optional<ParseResult> MatchLine(const LogFormat& format, std::string_view line) {
  TimestampReader timestamps;
  AccessRecord record;
  switch (format.Match(line, timestamps, record)) {
    case MatchResult::kRecord:
      return record;
    case MatchResult::kNoStatus:
      return RejectReason::kNoStatus;
    case MatchResult::kNoAccess:
      return RejectReason::kNoMatch;
    case MatchResult::kNoMatch:
      break;
  }
  return std::nullopt;
}

// "200", "no_status", …: what became of a line, for comparing two ways of parsing it.
inline std::string Outcome(const ParseResult& result) {
  const auto* record = std::get_if<AccessRecord>(&result);
  return record != nullptr ? StatusCodeText(record->status)
                           : std::string(RejectReasonName(std::get<RejectReason>(result)));
}

}  // namespace logtally

#endif  // LOGTALLY_UNIT_PARSE_PARSE_TESTING_H_
