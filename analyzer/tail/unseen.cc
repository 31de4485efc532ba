// Texts that came and went between two looks: a log that was created and rotated away while the
// program was off, or faster than it looks.
//
// When another text is at a path than at the last look, the older logs beside it that nobody knows
// and that were written to since then hold lines that nobody read. Older logs that were there
// before the path was first followed are left alone.
#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "tail/tailer_impl.h"

namespace logtally {
namespace {
// The kernel stamps files with a clock that may be a tick behind the one that programs read.
constexpr absl::Duration kClockTick = absl::Milliseconds(20);

// "x.1.gz" while "x.1" is still there: the one is being made from the other.
bool IsBesideItsOriginal(const RotatedFile& archive, const RotatedListing& rotated) {
  if (archive.name.compression.empty()) return false;
  const std::string original =
      archive.path.substr(0, archive.path.size() - archive.name.compression.size() - 1);
  return std::any_of(rotated.files.begin(), rotated.files.end(),
                     [&](const RotatedFile& file) { return file.path == original; });
}

}  // namespace

void Tailer::Impl::RememberPaths(const std::vector<FilePosition>& known) {
  for (const FilePosition& position : known) {  // the last to be stored is the last of a path
    AtPath& memory = at_path[{position.key.site, position.path}];
    const FilePosition* before = book.Find(memory.text);
    const bool before_is_live = before != nullptr && before->state == FileState::kLive;
    if (before_is_live && position.state != FileState::kLive) continue;
    memory = {position.text(), options.known_since};
  }
}

void Tailer::Impl::AdoptUnseen(Look& look) {
  for (const Seen& seen : std::vector<Seen>(look.seen)) {
    const FileKey key = KeyOf(seen.site, seen.stat);
    const auto [memory, is_new] = at_path.try_emplace({seen.site, seen.path});
    const AtPath before = memory->second;
    const FilePosition* newest = book.FindNewest(key);
    memory->second = {newest == nullptr ? TextKey{key} : newest->text(), look.begin};
    if (is_new || (before.text.file == key && !before.truncated)) continue;
    if (AdoptUnseenOf(seen, before, look)) continue;
    memory->second = before;  // the next pass tries again
    memory->second.truncated = true;
  }
  appeared.clear();
}

bool Tailer::Impl::AdoptUnseenOf(const Seen& seen, const AtPath& before, Look& look) {
  const RotatedListing& rotated = Rotated(look, seen.path);
  // What the text of the last look is called now: numbers below that are younger.
  std::optional<int64_t> number;
  std::set<int64_t> numbers;
  for (const RotatedFile& file : rotated.files) {
    if (file.name.number) numbers.insert(*file.name.number);
    const FilePosition* known = book.FindNewest(KeyOf(seen.site, file.stat));
    if (known != nullptr && (known->text() == before.text || known->continues == before.text)) {
      number = file.name.number;
    }
  }
  int64_t texts = before.text.file == KeyOf(seen.site, seen.stat) ? 0 : 1;
  for (const RotatedFile& candidate : rotated.files) {
    const FileKey key = KeyOf(seen.site, candidate.stat);
    if (look.by_key.contains(key) || book.FindNewest(key) != nullptr) continue;
    if (IsBesideItsOriginal(candidate, rotated)) continue;
    const bool younger = number && candidate.name.number && *candidate.name.number < *number;
    const bool older = number && candidate.name.number && *candidate.name.number > *number;
    const bool written_since =
        absl::FromUnixNanos(candidate.stat.mtime_ns) >= before.seen_at - kClockTick;
    if (candidate.stat.size == 0 || older || !(younger || written_since)) continue;
    absl::StatusOr<OpenedLog> log = Open(candidate.path);
    if (!log.ok()) {
      if (absl::IsNotFound(log.status())) return false;  // renamed or compressed just now
      waits_for_room |= absl::IsResourceExhausted(log.status());
      MeetError(seen.site, candidate.path, log.status());
      return false;
    }
    Say(Severity::kInfo, absl::StrCat(candidate.path, ": came and went as ", seen.path,
                                      " while nobody looked; reading it now"));
    FilePosition start;
    start.key = KeyOf(seen.site, log->stat);
    start.path = seen.path;
    start.state = FileState::kDraining;
    FileFollower& file = Follow(seen.path, *std::move(log), std::move(start));
    file.NoteReplaced();
    ++counters[seen.site].rotations;
    ++texts;
    if (Admit(file)) catch_up.push_back(&file);
  }
  // More names came than texts are left; or a number is missing in the row.
  const auto names = appeared.find(seen.path);
  bool gap = names != appeared.end() && names->second > std::max<int64_t>(texts, 1);
  for (int64_t n = 1; number && n < *number; ++n) gap |= !numbers.contains(n);
  if (!gap) return true;
  Say(Severity::kWarning, absl::StrCat(seen.path,
                                       ": was rotated more often than there are older "
                                       "logs left; what was in between is lost"));
  Lose(seen.site, LossCause::kRotationGap, seen.path, LossSince(before.seen_at, 0));
  return true;
}

}  // namespace logtally
