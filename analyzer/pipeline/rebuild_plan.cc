#include "pipeline/rebuild_plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "pipeline/text_times.h"
#include "tail/file_set.h"

namespace logtally {
namespace {

constexpr int64_t kNever = History::kNever;

int64_t NextFullMinute(int64_t unix_seconds) { return (unix_seconds / 60 + 1) * 60; }

// A chain with the file that holds it.
struct Held {
  TextChain chain;
  size_t file = 0;
  int64_t last_commit = 0;        // that moved its newest piece
  int64_t first_minute = kNever;  // the first full one
  int64_t end_minute = kNever;    // the first one behind it
};
struct Gone {
  FilePosition newest;
  int64_t last_commit = 0;
};

// Whether a text was still read after another one was over. A log that is still written to is the
// newest text of its path, whichever of the two was stored last.
bool IsLater(const Held& held, const Gone& gone) {
  if (held.last_commit >= gone.last_commit) return true;
  const FilePosition& newest = held.chain.newest();
  return newest.path == gone.newest.path && newest.state == FileState::kLive &&
         gone.newest.state != FileState::kLive;
}

class Planner {
 public:
  Planner(const SiteSetup& site, const std::vector<std::string>& rotated_dirs,
          int64_t max_line_bytes, const std::vector<StoredText>& stored);
  SitePlan Plan();

 private:
  void PlaceChains();
  bool Place(const TextChain& chain);
  std::optional<size_t> HolderOf(const TextChain& chain) const;
  void PlaceMarks();
  bool PlaceMark(const TextChain& chain, int64_t last_commit);
  int64_t FromMinute() const;
  int64_t EndOf(const Gone& gone) const;

  const std::vector<StoredText>& stored_;
  const bool takes_streams_;
  const std::vector<FilePosition> known_;
  SitePlan plan_;
  RetainedLogs logs_;
  absl::flat_hash_map<TextKey, int64_t> last_commit_;
  std::vector<Held> held_;
  std::vector<Gone> gone_;
  std::set<size_t> taken_;  // files that need not be counted as unknown ones
};

std::vector<FilePosition> PositionsOf(const std::vector<StoredText>& stored) {
  std::vector<FilePosition> positions;
  for (const StoredText& text : stored) positions.push_back(text.position);
  return positions;
}

std::set<std::string> LogPaths(const SiteSetup& site, const std::vector<StoredText>& stored) {
  std::set<std::string> paths;
  for (const MatchedPath& matched : FileSet({{site.site, site.patterns}}).Expand().paths) {
    paths.insert(matched.path);
  }
  for (const StoredText& text : stored) paths.insert(text.position.path);
  return paths;
}

Planner::Planner(const SiteSetup& site, const std::vector<std::string>& rotated_dirs,
                 int64_t max_line_bytes, const std::vector<StoredText>& stored)
    : stored_(stored),
      takes_streams_(!site.streams.empty()),
      known_(PositionsOf(stored)),
      plan_{.reading = {site.format, max_line_bytes}},
      logs_(site.site, LogPaths(site, stored), rotated_dirs, known_) {
  for (const StoredText& text : stored) last_commit_[text.position.text()] = text.commit_seq;
}

std::optional<size_t> Planner::HolderOf(const TextChain& chain) const {
  for (const size_t index : logs_.Candidates(chain.newest())) {
    absl::StatusOr<OpenedText> opened = OpenRetained(logs_.files()[index]);
    if (!opened.ok()) continue;
    const absl::StatusOr<TextMatch> match = CompareText(opened->content, chain.newest());
    if (match.ok() && match->head && match->reaches_offset && match->anchor) return index;
  }
  return std::nullopt;
}

// False if the text is gone.
bool Planner::Place(const TextChain& chain) {
  const std::optional<size_t> index = HolderOf(chain);
  if (!index) return false;
  if (!taken_.insert(*index).second) return true;  // the same text, known twice
  Held held = {chain, *index, last_commit_[chain.newest().text()]};
  const RetainedFile& file = logs_.files()[*index];
  absl::StatusOr<OpenedText> opened = OpenRetained(file);
  if (!opened.ok()) return false;
  const TextRange range = {chain.pieces.front().start_offset, chain.newest().offset};
  if (const auto time = FirstTime(opened->content, range, plan_.reading, file.path)) {
    held.first_minute = NextFullMinute(*time);
  }
  if (const auto time = LastTime(opened->content, range, plan_.reading, file.path)) {
    held.end_minute = NextFullMinute(*time);
  }
  held_.push_back(std::move(held));
  return true;
}

void Planner::PlaceChains() {
  for (const TextChain& chain : ChainsOf(stored_)) {
    if (Place(chain)) continue;
    gone_.push_back({chain.newest(), last_commit_[chain.newest().text()]});
    for (const FilePosition& piece : chain.pieces) plan_.gone.push_back(piece.text());
  }
}

// Texts of which nothing is said to have been counted: what they gave was counted before the store
// kept texts; or they are remembered as copies; or nothing was there yet.
void Planner::PlaceMarks() {
  for (const StoredText& text : stored_) {
    const FilePosition& mark = text.position;
    if (mark.offset != mark.start_offset || mark.offset == 0 || text.tally != TextTally()) continue;
    const bool is_copy = mark.continues.has_value() || mark.head_length == 0;
    const TextChain chain = {{mark}, {}};
    if (!is_copy && PlaceMark(chain, text.commit_seq)) continue;
    if (!is_copy) gone_.push_back({mark, text.commit_seq});
    plan_.gone.push_back(mark.text());
    if (const auto index = logs_.FindByKey(mark.key)) taken_.insert(*index);
  }
}

// What is before the mark is known to the old store alone.
bool Planner::PlaceMark(const TextChain& chain, int64_t last_commit) {
  const std::optional<size_t> index = HolderOf(chain);
  if (!index || !taken_.insert(*index).second) return index.has_value();
  const RetainedFile& file = logs_.files()[*index];
  absl::StatusOr<OpenedText> opened = OpenRetained(file);
  if (!opened.ok()) return false;
  Held held = {chain, *index, last_commit};
  const TextRange before = {0, chain.newest().offset};
  if (const auto time = LastTime(opened->content, before, plan_.reading, file.path)) {
    held.first_minute = held.end_minute = NextFullMinute(*time);
  }
  held_.push_back(std::move(held));
  return true;
}

int64_t Planner::EndOf(const Gone& gone) const {
  const Held* next = nullptr;   // of the same log
  const Held* later = nullptr;  // of any
  for (const Held& held : held_) {
    if (!IsLater(held, gone)) continue;
    const auto is_sooner = [&](const Held* than) {
      return than == nullptr || held.last_commit < than->last_commit;
    };
    if (held.chain.newest().path == gone.newest.path && is_sooner(next)) next = &held;
    if (is_sooner(later)) later = &held;
  }
  if (next != nullptr) return next->first_minute;
  return later == nullptr ? kNever : later->end_minute;
}

int64_t Planner::FromMinute() const {
  int64_t from = kNever;
  for (const Held& held : held_) from = std::min(from, held.first_minute);
  for (const Gone& gone : gone_) from = std::max(from, EndOf(gone));
  for (const Held& held : held_) {
    if (held.chain.pieces.front().start_offset == 0) continue;
    from = std::max(from, held.first_minute);
  }
  return from;
}

SitePlan Planner::Plan() {
  PlaceChains();
  PlaceMarks();
  plan_.from_minute = takes_streams_ ? kNever : FromMinute();
  std::map<size_t, TextChain> chains;
  for (Held& held : held_) chains[held.file] = std::move(held.chain);
  for (size_t i = 0; i < logs_.files().size(); ++i) {
    const RetainedFile& file = logs_.files()[i];
    if (!file.unreadable.ok()) {
      plan_.unreadable.emplace_back(file.unreadable.message());
    } else if (const auto chain = chains.find(i); chain != chains.end()) {
      plan_.files.push_back({file, std::move(chain->second)});
    } else if (!taken_.contains(i) && !HoldsTextOf(file, known_)) {
      plan_.files.push_back({file, std::nullopt});
    }
  }
  return std::move(plan_);
}

}  // namespace

SitePlan PlanSite(const SiteSetup& site, const std::vector<std::string>& rotated_dirs,
                  int64_t max_line_bytes, const std::vector<StoredText>& stored) {
  return Planner(site, rotated_dirs, max_line_bytes, stored).Plan();
}

}  // namespace logtally
