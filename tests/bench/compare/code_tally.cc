#include "bench/compare/code_tally.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>

#include "absl/strings/str_format.h"
#include "base/text.h"
#include "testing/text_lines.h"

namespace logtally::bench {
namespace {

using Json = nlohmann::json;
using ::logtally::testing::ForEachLine;

absl::Status NotOf(std::string_view program) {
  return absl::InvalidArgumentError(
      absl::StrFormat("no counts per code in the output of %s", program));
}

}  // namespace

int64_t Truth::lines() const {
  int64_t sum = rejected;
  for (const auto& [code, count] : codes) sum += count;
  return sum;
}

absl::StatusOr<Truth> ReadTruth(std::string_view text) {
  Truth truth;
  bool is_complete = false;
  ForEachLine(text, [&](std::string_view line) {
    const size_t tab = std::min(line.find('\t'), line.size());
    const std::optional<int64_t> count = ParseInt64(line.substr(std::min(tab + 1, line.size())));
    const std::string_view name = line.substr(0, tab);
    if (!count) return;
    if (name == "rejected") {
      truth.rejected = *count;
      is_complete = true;  // its last line
    } else {
      truth.codes.emplace(name, *count);
    }
  });
  if (!is_complete) return NotOf("loggen --truth");
  return truth;
}

absl::StatusOr<CodeTally> ReadPairs(std::string_view text) {
  CodeTally tally;
  ForEachLine(text, [&](std::string_view line) {
    const size_t cut = line.find_last_of(" ,");
    if (cut == line.npos) return;
    const std::optional<int64_t> count = ParseInt64(line.substr(cut + 1));
    if (count) tally[std::string(line.substr(0, cut))] += *count;
  });
  if (tally.empty()) return NotOf("the program");
  return tally;
}

absl::StatusOr<CodeTally> ReadSummary(std::string_view json) {
  const Json summary = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!summary.is_object() || !summary.contains("totals")) return NotOf("logtally");
  CodeTally tally;
  for (const Json& total : summary["totals"]) {
    tally[absl::StrFormat("%03d", total.value("code", 0))] += total.value("responses", int64_t{0});
  }
  return tally;
}

absl::StatusOr<CodeTally> ReadMtail(std::string_view json) {
  const Json store = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!store.is_object()) return NotOf("mtail");
  CodeTally tally;
  for (const auto& [name, metrics] : store.items()) {
    if (!name.ends_with("requests_total") && !name.ends_with("responses_total")) continue;
    for (const Json& metric : metrics) {
      const Json keys = metric.value("Keys", Json::array());
      const auto key = std::find_if(keys.begin(), keys.end(), [](const Json& k) {
        return k == "request_status" || k == "code";
      });
      if (key == keys.end()) continue;
      const auto index = static_cast<size_t>(key - keys.begin());
      for (const Json& row : metric.value("LabelValues", Json::array())) {
        const std::string code = row.at("Labels").at(index);
        tally[code] += row.at("Value").value("Value", int64_t{0});
      }
    }
  }
  if (tally.empty()) return NotOf("mtail");
  return tally;
}

absl::StatusOr<CodeTally> ReadGoAccess(std::string_view json) {
  const size_t begin = json.find("\"status_codes\":");
  if (begin == json.npos) return NotOf("GoAccess");
  const size_t own_metadata = json.find("\"metadata\"", begin);
  const size_t next_metadata = json.find("\"metadata\"", own_metadata + 1);
  const std::string panel(
      json.substr(begin, next_metadata == json.npos ? next_metadata : next_metadata - begin));
  // A row says how many before it says of what.
  static const std::regex kRow(R"re("hits":\s*\{\s*"count":\s*(\d+)|"data":\s*"(\d{3}) - )re");
  CodeTally tally;
  int64_t hits = 0;
  for (std::sregex_iterator it(panel.begin(), panel.end(), kRow), end; it != end; ++it) {
    if ((*it)[1].matched) {
      hits = ParseInt64((*it)[1].str()).value_or(0);
    } else {
      tally[(*it)[2].str()] += hits;
    }
  }
  if (tally.empty()) return NotOf("GoAccess");
  return tally;
}

Difference Compare(const CodeTally& tally, const CodeTally& truth) {
  const auto surplus = [](const CodeTally& of, const CodeTally& over) {
    int64_t sum = 0;
    for (const auto& [code, count] : of) {
      const auto found = over.find(code);
      sum += std::max<int64_t>(0, count - (found == over.end() ? 0 : found->second));
    }
    return sum;
  };
  return {.missing = surplus(truth, tally), .too_many = surplus(tally, truth)};
}

}  // namespace logtally::bench
