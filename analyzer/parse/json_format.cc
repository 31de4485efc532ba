#include "parse/json_format.h"

#include <algorithm>
#include <string>

#include "absl/memory/memory.h"
#include "base/status_macros.h"
#include "parse/json_walk.h"

namespace logtally {
namespace {

// What reading a line needs beside the line. One for each thread and not for each log: there may
// be ten thousand logs, and simdjson alone takes several times the longest line.
struct Memory {
  JsonWalk walk;
  std::vector<JsonMember> found;
  std::string unescaped;
};

Memory& MemoryOfThisThread() {
  thread_local Memory memory;
  return memory;
}

bool IsOneOf(std::string_view text, const std::vector<std::string>& kinds) {
  return std::any_of(kinds.begin(), kinds.end(), [&](std::string_view kind) {
    if (!kind.ends_with('*')) return text == kind;
    return text.starts_with(kind.substr(0, kind.size() - 1));
  });
}

// Whether a field is there that tells of a response: any but the status itself and the time.
bool TellsOfAResponse(const JsonFindings& findings) {
  return std::any_of(findings.values.begin(), findings.values.end(), [](const auto& value) {
    return value.meaning != nullptr && value.meaning->field != JsonField::kStatus &&
           value.meaning->field != JsonField::kTime;
  });
}

MatchResult WithoutStatus(const JsonFindings& findings) {
  if (findings.has_bad_status) return MatchResult::kNoMatch;
  const bool has_request = findings.Has(JsonField::kRequest) || findings.Has(JsonField::kMethod) ||
                           findings.Has(JsonField::kPath);
  return findings.has_empty_status || (has_request && findings.Has(JsonField::kClient))
             ? MatchResult::kNoStatus
             : MatchResult::kNoMatch;
}

}  // namespace

absl::StatusOr<std::unique_ptr<const JsonFormat>> JsonFormat::Create(
    const JsonDescription& description) {
  auto format = absl::WrapUnique(new JsonFormat);
  for (size_t field = 0; field < kJsonFieldCount; ++field) {
    const auto& sources = description.sources[field];
    for (const JsonSource& source : sources) {
      RETURN_IF_ERROR(format->keys_.Add(source.path, static_cast<int>(format->meanings_.size())));
      format->meanings_.push_back(
          {static_cast<JsonField>(field), &source == &sources.front(), source.unit});
    }
  }
  format->kinds_ = description.kinds;
  if (format->kinds_) {
    RETURN_IF_ERROR(
        format->keys_.Add(format->kinds_->path, static_cast<int>(format->meanings_.size())));
  }
  return std::unique_ptr<const JsonFormat>(std::move(format));
}

MatchResult JsonFormat::Match(std::string_view line, TimestampReader& timestamps,
                              AccessRecord& record, Walk walk) const {
  const std::string_view object = FindJsonObject(line);
  if (object.empty()) return MatchResult::kNoMatch;
  Memory& memory = MemoryOfThisThread();
  if (walk == Walk::kLenient || !memory.walk.Strictly(object, keys_, memory.found)) {
    if (walk == Walk::kStrict) return MatchResult::kNoMatch;
    JsonWalk::Leniently(object, keys_, memory.found);
  }
  const JsonFindings findings = CollectFindings(memory.found, meanings_);
  if (kinds_ && !IsOneOf(findings.kind, kinds_->access)) {
    return IsOneOf(findings.kind, kinds_->other) ? MatchResult::kNoAccess : MatchResult::kNoMatch;
  }
  if (!findings.status) return WithoutStatus(findings);
  const bool by_its_name = findings[JsonField::kStatus].meaning->is_first;
  if (!by_its_name && !TellsOfAResponse(findings)) return MatchResult::kNoMatch;
  FillRecord(findings, object.size(), timestamps, memory.unescaped, record);
  return MatchResult::kRecord;
}

}  // namespace logtally
