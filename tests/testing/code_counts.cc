#include "testing/code_counts.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "model/status_code.h"
#include "testing/temp_dir.h"
#include "testing/text_lines.h"

namespace logtally::testing {

std::string CodeText(int64_t code) {
  EXPECT_GE(code, kMinStatusCode);
  EXPECT_LE(code, kMaxStatusCode);
  return StatusCodeText(static_cast<StatusCode>(code));
}

int64_t Total(const CodeCounts& counts) {
  int64_t total = 0;
  for (const auto& [code, count] : counts) total += count;
  return total;
}

CodeCounts AsLabels(const CodeCounts& counts) {
  CodeCounts labels;
  for (const auto& [text, count] : counts) {
    const std::optional<StatusCode> code = ParseStatusCode(text);
    if (!code) ADD_FAILURE() << "not a status code: " << text;
    labels[StatusCodeLabel(code.value_or(0))] += count;
  }
  return labels;
}

bool IsWithin(const CodeCounts& part, const CodeCounts& whole) {
  for (const auto& [code, count] : part) {
    const auto found = whole.find(code);
    if (count > (found == whole.end() ? 0 : found->second)) return false;
  }
  return true;
}

Truth ReadTruth(const std::string& path) {
  Truth truth;
  ForEachLine(ReadFile(path), [&](std::string_view line) {
    const size_t tab = std::min(line.find('\t'), line.size());
    const std::string_view name = line.substr(0, tab);
    const auto count = ParseInt64(line.substr(std::min(tab + 1, line.size())));
    if (!count) {
      ADD_FAILURE() << path << ": expected name<TAB>count, got " << line;
    } else if (name == "rejected") {
      truth.rejected = *count;
    } else {
      truth.codes[std::string(name)] = *count;
    }
  });
  return truth;
}

CodeCounts CountStatusLines(std::string_view log) {
  CodeCounts counts;
  ForEachLine(log, [&](std::string_view line) { ++counts[std::string(line)]; });
  return counts;
}

}  // namespace logtally::testing
