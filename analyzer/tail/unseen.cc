// Texts that came and went between two looks: a log that was created and rotated away while the
// program was off, or faster than it looks.
//
// When another text is at a path than at the last look, the older logs beside it that nobody knows
// and that were written to since then hold lines that nobody read. Older logs that were there
// before the path was first followed are left alone.
#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "tail/tailer_impl.h"

namespace logtally {
namespace {
// The kernel stamps files with a clock that may be a tick behind the one that programs read.
constexpr absl::Duration kClockTick = absl::Milliseconds(20);

absl::Time BirthOf(const FilePosition& text) { return absl::FromUnixNanos(text.key.btime_ns); }

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
    memory = {.text = position.text(), .seen_at = options.known_since};
    memory.unread = position.offset == 0;
  }
}

void Tailer::Impl::AdoptUnseen(Look& look) {
  ++pass;
  for (const Seen& seen : look.seen) {
    const FileKey key = KeyOf(seen.site, seen.stat);
    const auto [memory, is_new] = at_path.try_emplace({seen.site, seen.path});
    const AtPath before = memory->second;
    const FilePosition* newest = book.FindNewest(key);
    memory->second = {.text = newest == nullptr ? TextKey{key} : newest->text(),
                      .seen_at = look.begin,
                      .pass = pass};
    if (is_new || (before.text.file == key && !before.truncated && !before.unread)) continue;
    if (AdoptUnseenOf(seen.site, seen.path, &key, before, look)) continue;
    memory->second = before;  // the next pass tries again
    memory->second.truncated = true;
    memory->second.pass = pass;
  }
  for (auto& [name, memory] : at_path) {
    const auto& [site, path] = name;
    if (memory.pass == pass || !sources.Names(site, path)) continue;
    const bool nothing_came = watch.has_value() && !said_no_watch && !appeared.contains(path);
    if (memory.missing && nothing_came) continue;
    // Rotated, with no new log yet: what came before that may be unseen, too.
    if (!AdoptUnseenOf(site, path, nullptr, memory, look)) continue;
    memory.missing = true;
    memory.seen_at = look.begin;
  }
  appeared.clear();
}

std::vector<FilePosition> Tailer::Impl::UnreadTextsOf(const std::string& site,
                                                      const std::string& path,
                                                      const Look& look) const {
  std::vector<FilePosition> unread;
  for (const Unfinished& text : unfinished) {
    const FilePosition& known = *book.Find(text.text);
    if (known.key.site != site || known.path != path || known.key.btime_ns == 0) continue;
    const bool truncated = known.state == FileState::kAwaitCopy;
    if (!truncated && look.by_key.contains(known.key)) continue;
    if (known.offset == 0 && text.missing_since != absl::InfiniteDuration()) {
      unread.push_back(known);
    }
  }
  std::sort(unread.begin(), unread.end(),
            [](const auto& a, const auto& b) { return a.key.btime_ns < b.key.btime_ns; });
  return unread;
}

bool Tailer::Impl::AdoptUnseenOf(const std::string& site, const std::string& path,
                                 const FileKey* now, const AtPath& before, Look& look) {
  const RotatedListing& rotated = Rotated(look, path);
  // What the text of the last look is called now: numbers below that are younger.
  std::optional<int64_t> number;
  int64_t written_ns = 0;
  std::map<int64_t, int64_t> numbers;  // to the time of the last write
  for (const RotatedFile& file : rotated.files) {
    if (file.name.number) numbers[*file.name.number] = file.stat.mtime_ns;
    const FilePosition* known = book.FindNewest(KeyOf(site, file.stat));
    if (known != nullptr && (known->text() == before.text || known->continues == before.text)) {
      number = file.name.number;
      written_ns = file.stat.mtime_ns;
    }
  }
  // Texts of which not a byte was read cannot be told by their bytes: one that was compressed since
  // is among what was written after its birth.
  std::vector<FilePosition> unread = UnreadTextsOf(site, path, look);
  int64_t adopted = 0;
  int64_t texts = now == nullptr || before.text.file == *now ? 0 : 1;
  for (const RotatedFile& candidate : rotated.files) {
    const FileKey key = KeyOf(site, candidate.stat);
    if (look.by_key.contains(key) || book.FindNewest(key) != nullptr) continue;
    if (IsBesideItsOriginal(candidate, rotated)) continue;
    const bool younger = number && candidate.name.number && *candidate.name.number < *number &&
                         candidate.stat.mtime_ns >= written_ns;
    const bool older = number && candidate.name.number && *candidate.name.number > *number;
    const absl::Time written_at = absl::FromUnixNanos(candidate.stat.mtime_ns) + kClockTick;
    const bool maybe_unread = !unread.empty() && written_at >= BirthOf(unread.front());
    const bool unseen = younger || (!older && written_at >= before.seen_at) || maybe_unread;
    const bool empty = candidate.stat.size == 0;  // its writer may not have changed over yet
    if (!unseen || (empty && !candidate.name.compression.empty())) continue;
    absl::StatusOr<OpenedLog> log = Open(candidate.path);
    if (!log.ok()) {
      if (absl::IsNotFound(log.status())) return false;  // renamed or compressed just now
      if (absl::IsResourceExhausted(log.status())) {
        waits_for_room = true;
        NoteUnread({site, path, candidate.stat});
        continue;
      }
      MeetError(site, candidate.path, log.status());
      return false;
    }
    absl::StatusOr<LogContent> content = LogContent::Open(log->fd.get(), candidate.path);
    // Not to be remembered, as what it has beyond the log will be wanted once that is truncated.
    if (content.ok() && IsCopyOfLog(*content, path)) continue;
    Say(Severity::kInfo, absl::StrCat(candidate.path, ": came and went as ", path,
                                      " while nobody looked; reading it now"));
    FilePosition start;
    start.key = KeyOf(site, log->stat);
    start.path = path;
    start.state = FileState::kDraining;
    FileFollower& file = Follow(path, *std::move(log), std::move(start));
    file.NoteReplaced();
    ++counters[site].rotations;
    ++texts;
    ++adopted;
    if (!Admit(file)) continue;
    catch_up.push_back(&file);
    if (unread.empty() || empty) continue;
    Settle(unread.front().text(), FileState::kDone, 0);
    unread.erase(unread.begin());
  }
  if (now != nullptr && before.text.file == *now && !before.truncated && adopted > 0) {
    // Copied and truncated before anybody had read of it: what came between the two is unknown.
    Lose(site, LossCause::kTruncation, path, LossSince(before.seen_at, 0));
  }
  // More names came than texts are left; or a number is missing in the row.
  const auto names = appeared.find(path);
  bool gap = names != appeared.end() && names->second > std::max<int64_t>(texts, 1);
  // Only where .1 is the youngest; there are those who count upwards.
  const auto first = numbers.find(1);
  const bool counts_down = number && first != numbers.end() && first->second >= written_ns;
  for (int64_t n = 1; counts_down && n < *number; ++n) gap |= !numbers.contains(n);
  if (!gap || !said_gaps.insert(before.text).second) return true;
  Say(Severity::kWarning, absl::StrCat(path,
                                       ": was rotated more often than there are older "
                                       "logs left; what was in between is lost"));
  Lose(site, LossCause::kRotationGap, path, LossSince(before.seen_at, 0));
  return true;
}

}  // namespace logtally
