// Any bytes, as the lines of a log, through the delimiter plan and the reference pattern of every
// built-in layout and of some odd layouts and custom patterns.
//
// What must hold: a line that the plan accepts is one that the pattern matches, with the same bytes
// in every field and the same record.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include "parse/format_presets.h"
#include "parse/log_format.h"
#include "unit/parse/odd_layouts.h"
#include "unit/parse/plan_proof.h"

namespace logtally {
namespace {

void Require(bool holds, std::string_view layout, std::string_view line) {
  if (holds) return;
  std::fprintf(stderr, "plan and pattern differ: %.*s\n", static_cast<int>(layout.size()),
               layout.data());
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fputc('\n', stderr);
  std::abort();
}

struct Subject {
  std::string text;  // the layout or the pattern
  std::shared_ptr<const LogFormat> format;
  std::unique_ptr<PlanProof> proof;  // of a layout
  TimestampReader timestamps;        // remembers from line to line, as in a parser
};

std::vector<std::unique_ptr<Subject>> Subjects() {
  std::vector<std::string> layouts = OddLayouts();
  for (const FormatPreset& preset : FormatPresets()) {
    if (preset.format->plan() == nullptr) continue;
    layouts.push_back(preset.layout);
  }
  std::vector<std::unique_ptr<Subject>> subjects;
  for (const std::string& layout : layouts) {
    subjects.push_back(
        std::make_unique<Subject>(Subject{layout,
                                          LogFormat::FromLayout("fuzzed", layout).value(),
                                          std::make_unique<PlanProof>(layout),
                                          {}}));
  }
  for (const std::string& pattern : CustomPatterns()) {
    subjects.push_back(std::make_unique<Subject>(
        Subject{pattern, LogFormat::FromPattern("fuzzed", pattern).value(), nullptr, {}}));
  }
  return subjects;
}

void CheckLine(Subject& subject, std::string_view line) {
  if (subject.proof != nullptr) {
    Require(subject.proof->Compare(line) != PlanProof::Verdict::kDiffer, subject.text, line);
  }
  AccessRecord by_plan;
  AccessRecord by_pattern;
  TimestampReader fresh;
  const MatchResult result = subject.format->plan()->Match(line, subject.timestamps, by_plan);
  if (result == MatchResult::kNoMatch) return;
  Require(subject.format->MatchPattern(line, fresh, by_pattern) == result && by_plan == by_pattern,
          subject.text, line);
}

}  // namespace
}  // namespace logtally

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto* const subjects = new auto(logtally::Subjects());
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (true) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    for (const auto& subject : *subjects) logtally::CheckLine(*subject, line);
    if (line.size() == rest.size()) return 0;
    rest.remove_prefix(line.size() + 1);
  }
}
