// A text is looked for in the file of its key first, then in every file that begins like it. Which
// one holds it is known only at its end, where the bytes before the offset must be those that the
// position remembers: so each candidate is counted and proven in one pass over its text.
#include "pipeline/log_check.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "tail/file_identity.h"

namespace logtally {
namespace {

// What became of a text in one file.
struct Attempt {
  absl::Status unreadable;
  Recount recount;
  int64_t bytes_behind = 0;

  bool holds_text() const {
    return unreadable.ok() && recount.reaches_offset && recount.anchor_matches;
  }
};

Attempt Try(const TextChain& chain, const RetainedFile& file, const LineReading& reading,
            RecountProgress& progress) {
  Attempt attempt;
  const auto fail = [&](const absl::Status& status) {
    attempt.unreadable = status;
    return attempt;
  };
  if (!file.unreadable.ok()) return fail(file.unreadable);
  absl::StatusOr<OpenedText> opened = OpenRetained(file);
  if (!opened.ok()) return fail(opened.status());
  const absl::StatusOr<Recount> recount =
      RecountText(opened->content, chain.pieces, reading.format, file.path, reading.max_line_bytes,
                  reading.threads, progress);
  if (!recount.ok()) return fail(recount.status());
  attempt.recount = *recount;
  if (attempt.holds_text()) {
    // What is damaged behind the offset was not counted yet: no matter of this.
    attempt.bytes_behind = BytesBehind(opened->content, chain.newest().offset).value_or(0);
  }
  return attempt;
}

AuditState StateOfShorter(const std::vector<AuditedCode>& codes) {
  const bool gives_more =
      std::any_of(codes.begin(), codes.end(), [](const auto& c) { return c.recounted > c.stored; });
  return gives_more ? AuditState::kDifferent : AuditState::kShorter;
}

}  // namespace

AuditedLog CheckText(const TextChain& chain, const RetainedLogs& logs, const LineReading& reading,
                     RecountProgress& progress) {
  const FilePosition& newest = chain.newest();
  AuditedLog result = {.site = newest.key.site,
                       .path = newest.path,
                       .generation = newest.generation,
                       .first_offset = chain.pieces.front().start_offset,
                       .offset = newest.offset};
  std::optional<TextTally> shorter;
  std::vector<size_t> candidates = logs.Candidates(newest);
  // A file that cannot be read has no beginning to be known by, only its key.
  const std::optional<size_t> own = logs.FindByKey(newest.key);
  if (candidates.empty() && own && !logs.files()[*own].unreadable.ok()) candidates = {*own};
  for (const size_t index : candidates) {
    const RetainedFile& file = logs.files()[index];
    const Attempt attempt = Try(chain, file, reading, progress);
    if (attempt.holds_text()) {
      const bool same = attempt.recount.tally == chain.stored;
      result.state = !same                      ? AuditState::kDifferent
                     : attempt.bytes_behind > 0 ? AuditState::kUnread
                                                : AuditState::kSame;
      result.found_at = file.path;
      result.unread_bytes = attempt.bytes_behind;
      result.codes = CompareTallies(chain.stored, attempt.recount.tally);
      result.why.clear();
      return result;
    }
    if (absl::IsNotFound(attempt.unreadable)) continue;  // renamed just now
    if (!attempt.unreadable.ok()) {
      result.why = std::string(attempt.unreadable.message());
      continue;
    }
    const TextTally& tally = attempt.recount.tally;
    if (attempt.recount.reaches_offset || newest.head_length < kMovedEvidenceBytes) continue;
    if (shorter && shorter->lines() >= tally.lines()) continue;
    shorter = tally;
    result.found_at = file.path;
  }
  if (shorter) {
    result.codes = CompareTallies(chain.stored, *shorter);
    result.state = StateOfShorter(result.codes);
  } else {
    result.codes = CompareTallies(chain.stored, {});
    result.state = result.why.empty() ? AuditState::kNotRetained : AuditState::kUnreadable;
  }
  return result;
}

AuditedLog CheckUnknown(const std::string& site, const RetainedFile& file,
                        const LineReading& reading, RecountProgress& progress) {
  TextChain all;
  all.pieces.emplace_back().offset = std::numeric_limits<int64_t>::max();
  const Attempt attempt = Try(all, file, reading, progress);
  AuditedLog result = {.site = site, .path = file.path, .state = AuditState::kUnknown};
  if (attempt.unreadable.ok()) {
    result.found_at = file.path;
    result.codes = CompareTallies({}, attempt.recount.tally);
  } else {
    result.state = AuditState::kUnreadable;
    result.why = std::string(attempt.unreadable.message());
  }
  return result;
}

std::vector<AuditedCode> CompareTallies(const TextTally& stored, const TextTally& recounted) {
  std::map<StatusCode, AuditedCode> rows;
  for (const auto& [code, count] : stored.responses) {
    rows[code].code = code;
    rows[code].stored += count;
  }
  for (const auto& [code, count] : recounted.responses) {
    rows[code].code = code;
    rows[code].recounted += count;
  }
  std::vector<AuditedCode> result;
  for (const auto& [code, row] : rows) result.push_back(row);
  if (stored.rejected_lines != 0 || recounted.rejected_lines != 0) {
    result.push_back({std::nullopt, stored.rejected_lines, recounted.rejected_lines});
  }
  return result;
}

std::string_view AuditStateName(AuditState state) {
  switch (state) {
    case AuditState::kSame:
      return "same";
    case AuditState::kUnread:
      return "unread";
    case AuditState::kDifferent:
      return "different";
    case AuditState::kShorter:
      return "shorter";
    case AuditState::kNotRetained:
      return "not_retained";
    case AuditState::kUnknown:
      return "unknown";
    case AuditState::kUnreadable:
      return "unreadable";
  }
  return "";
}

}  // namespace logtally
