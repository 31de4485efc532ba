// Any bytes, as the lines of a log, through the delimiter plan and the reference pattern of every
// built-in layout and of some odd ones.
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
  explicit Subject(const std::string& layout_text)
      : layout(layout_text),
        format(LogFormat::FromLayout("fuzzed", layout_text).value()),
        proof(layout_text) {}

  std::string layout;
  std::shared_ptr<const LogFormat> format;
  PlanProof proof;
  TimestampReader timestamps;  // remembers from line to line, as in a parser
};

std::vector<std::unique_ptr<Subject>> Subjects() {
  std::vector<std::unique_ptr<Subject>> subjects;
  for (const FormatPreset& preset : FormatPresets()) {
    if (preset.format->plan() == nullptr) continue;
    subjects.push_back(std::make_unique<Subject>(preset.layout));
  }
  for (const std::string& layout : OddLayouts()) {
    subjects.push_back(std::make_unique<Subject>(layout));
  }
  return subjects;
}

void CheckLine(Subject& subject, std::string_view line) {
  Require(subject.proof.Compare(line) != PlanProof::Verdict::kDiffer, subject.layout, line);
  AccessRecord by_plan;
  AccessRecord by_pattern;
  TimestampReader fresh;
  const MatchResult result = subject.format->plan()->Match(line, subject.timestamps, by_plan);
  if (result == MatchResult::kNoMatch) return;
  Require(subject.format->MatchPattern(line, fresh, by_pattern) == result && by_plan == by_pattern,
          subject.layout, line);
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
