// How a layout becomes quick to match.
//
// Nearly every line is read by the delimiter plan. What it declines, and every line of a custom
// pattern, is matched by RE2.
//
// RE2 has a one-pass engine, several times as fast as its others. It needs a pattern in which the
// next byte always decides what to do, and at most four groups asked for. The fields of a layout
// nearly all end at a byte that cannot be part of them (EndsForSure), so the first condition
// holds; for the second, the layout is cut into segments of at most four wanted groups, matched
// one after the other. Since there is only one way in which each segment can match, the
// segments together match exactly the lines, and split them exactly as, the one pattern() does.
// The last segment usually has no group left: RE2 runs it on its DFA, which is quicker still.
// From a field on that does not end for sure (a bare list), one segment takes all the rest.
//
// Latin-1, because RE2 in its UTF-8 mode refuses a line with an invalid byte.
#include "parse/log_format.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <map>
#include <new>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "parse/field_grammar.h"
#include "parse/json_format.h"

namespace logtally {
namespace {

// What RE2's one-pass engine can hand out.
constexpr size_t kMaxOnePassGroups = 4;

// A pattern may have more groups than segments do, but not without end.
constexpr size_t kMaxGroups = 16;

// Memory for one compiled pattern and its DFA; a pattern that needs more is refused.
constexpr int64_t kMaxPatternBytes = 8 << 20;

re2::RE2::Options RegexOptions() {
  re2::RE2::Options options;
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  options.set_max_mem(kMaxPatternBytes);
  options.set_log_errors(false);
  return options;
}

absl::Status BadFormat(std::string_view name, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrFormat("format %s: %s", name, what));
}

std::string ReferencePattern(const Layout& layout) {
  std::string pattern = re2::RE2::QuoteMeta(layout.literals.front());
  std::vector<std::string_view> named;
  for (size_t i = 0; i < layout.fields.size(); ++i) {
    const LayoutField& field = layout.fields[i];
    const bool is_new = std::find(named.begin(), named.end(), field.variable) == named.end();
    named.push_back(field.variable);
    pattern += is_new ? absl::StrFormat("(?P<%s>", field.variable) : std::string("(?:");
    pattern += FieldPattern(field) + ")";
    pattern += re2::RE2::QuoteMeta(layout.literals[i + 1]);
  }
  return pattern;
}

}  // namespace

LogFormat::LogFormat(std::string_view name, std::string pattern)
    : name_(name), pattern_(std::move(pattern)) {}

LogFormat::~LogFormat() = default;

absl::Status LogFormat::AddSegment(const std::string& pattern, std::vector<FieldMeaning> groups) {
  auto regex = std::make_unique<const re2::RE2>(pattern, RegexOptions());
  if (!regex->ok()) return BadFormat(name_, regex->error());
  segments_.push_back({std::move(regex), std::move(groups)});
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const LogFormat>> LogFormat::FromLayout(std::string_view name,
                                                                       std::string_view text) {
  const auto layout_or = ParseLayout(text);
  if (!layout_or.ok()) return BadFormat(name, StdView(layout_or.status().message()));
  const Layout& layout = *layout_or;
  auto format = absl::WrapUnique(new LogFormat(name, ReferencePattern(layout)));

  format->specificity_ = static_cast<int>(layout.fields.size());
  for (const std::string& literal : layout.literals) {
    format->specificity_ +=
        static_cast<int>(literal.size() - std::count(literal.begin(), literal.end(), ' '));
  }

  size_t wanted_left = static_cast<size_t>(
      std::count_if(layout.fields.begin(), layout.fields.end(),
                    [](const auto& field) { return field.meaning != FieldMeaning::kUnused; }));
  std::string pattern = re2::RE2::QuoteMeta(layout.literals.front());
  std::vector<FieldMeaning> groups;
  bool may_cut = true;
  for (size_t i = 0; i < layout.fields.size(); ++i) {
    const LayoutField& field = layout.fields[i];
    const bool wanted = field.meaning != FieldMeaning::kUnused;
    pattern += (wanted ? "(" : "(?:") + FieldPattern(field) + ")";
    pattern += re2::RE2::QuoteMeta(layout.literals[i + 1]);
    may_cut = may_cut && EndsForSure(field) && i + 1 < layout.fields.size();
    if (!wanted) continue;
    groups.push_back(field.meaning);
    --wanted_left;
    if (may_cut && (groups.size() == kMaxOnePassGroups || wanted_left == 0)) {
      RETURN_IF_ERROR(format->AddSegment(std::exchange(pattern, {}), std::exchange(groups, {})));
    }
  }
  RETURN_IF_ERROR(format->AddSegment(pattern, std::move(groups)));
  format->plan_ = DelimiterPlan::Compile(layout);
  return std::shared_ptr<const LogFormat>(std::move(format));
}

absl::StatusOr<std::shared_ptr<const LogFormat>> LogFormat::FromPattern(std::string_view name,
                                                                        std::string_view pattern) {
  auto format = absl::WrapUnique(new LogFormat(name, std::string(pattern)));
  RETURN_IF_ERROR(format->AddSegment(format->pattern_, {}));
  Segment& segment = format->segments_.front();

  size_t last_wanted = 0;
  std::map<FieldMeaning, bool> seen;
  segment.groups.assign(static_cast<size_t>(segment.regex->NumberOfCapturingGroups()),
                        FieldMeaning::kUnused);
  for (const auto& [group, variable] : segment.regex->CapturingGroupNames()) {
    const auto meaning = FindVariable(variable);
    if (!meaning) {
      const auto nearest = NearestName(variable, KnownVariables());
      return BadFormat(
          name, nearest ? absl::StrFormat("unknown group %s; did you mean %s?", variable, *nearest)
                        : absl::StrFormat("unknown group %s", variable));
    }
    if (*meaning == FieldMeaning::kUnused || std::exchange(seen[*meaning], true)) continue;
    const auto index = static_cast<size_t>(group);
    segment.groups[index - 1] = *meaning;
    last_wanted = std::max(last_wanted, index);
  }
  if (!seen.contains(FieldMeaning::kStatus)) {
    return BadFormat(name, "no group (?P<status>…) in the pattern");
  }
  if (last_wanted > kMaxGroups) {
    return BadFormat(name, absl::StrFormat("more than %d groups; write (?:…) for those without "
                                           "a name",
                                           kMaxGroups));
  }
  segment.groups.resize(last_wanted);
  if (const auto parts = TakeApart(pattern)) {
    format->plan_ = DelimiterPlan::Compile(*parts, segment.groups);
  }
  return std::shared_ptr<const LogFormat>(std::move(format));
}

absl::StatusOr<std::shared_ptr<const LogFormat>> LogFormat::FromJson(
    std::string_view name, const JsonDescription& description) {
  auto format = absl::WrapUnique(new LogFormat(name, ""));
  auto json = JsonFormat::Create(description);
  if (!json.ok()) return BadFormat(name, StdView(json.status().message()));
  format->json_ = *std::move(json);
  format->specificity_ = format->json_->specificity();
  return std::shared_ptr<const LogFormat>(std::move(format));
}

MatchResult LogFormat::Match(std::string_view line, TimestampReader& timestamps,
                             AccessRecord& record) const {
  if (plan_ != nullptr) {
    // In place, and only what its constructor sets: to copy a new record, or to fill this one with
    // zeros first, would cost a tenth to a quarter of the whole match.
    ::new (static_cast<void*>(&record)) AccessRecord;
    const MatchResult result = plan_->Match(line, timestamps, record);
    if (result != MatchResult::kNoMatch) return result;
  }
  return MatchPattern(line, timestamps, record);
}

MatchResult LogFormat::MatchPattern(std::string_view line, TimestampReader& timestamps,
                                    AccessRecord& record) const {
  if (json_ != nullptr) return json_->Match(line, timestamps, record);
  record = AccessRecord();
  RecordFields fields{timestamps, record};
  std::array<re2::StringPiece, kMaxGroups + 1> found;
  re2::StringPiece rest(line.data(), line.size());
  for (const Segment& segment : segments_) {
    const bool is_last = &segment == &segments_.back();
    // Asking for nothing at all lets RE2 use its DFA; the last segment's end is the line's.
    const size_t asked = is_last && segment.groups.empty() ? 0 : segment.groups.size() + 1;
    if (!segment.regex->Match(rest, 0, rest.size(),
                              is_last ? re2::RE2::ANCHOR_BOTH : re2::RE2::ANCHOR_START,
                              found.data(), static_cast<int>(asked))) {
      return MatchResult::kNoMatch;
    }
    for (size_t i = 0; i < segment.groups.size(); ++i) {
      const re2::StringPiece& text = found[i + 1];
      // A group that took no part in the match, in an optional part of a custom pattern.
      if (text.data() == nullptr) continue;
      if (!fields.Set(segment.groups[i], {text.data(), text.size()})) return MatchResult::kNoMatch;
    }
    if (!is_last) rest.remove_prefix(found[0].size());
  }
  return fields.result();
}

}  // namespace logtally
