// Texts that came and went between two looks: a log that was created and rotated away while the
// program was off, or faster than it looks.
//
// When another text is at a path than at the last look, the older logs beside it that nobody knows
// and that were written to since then hold lines that nobody read. Older logs that were there
// before the path was first followed are left alone. A look may come in the midst of a row of
// renames and miss some; so the looks that follow go on from the same memory, until it is quiet.
#include <algorithm>

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
    const SitePath name = {seen.site, seen.path};
    const auto [memory, is_new] = at_path.try_emplace(name);
    const AtPath last = memory->second;
    const FilePosition* newest = book.FindNewest(key);
    memory->second = {.text = newest == nullptr ? TextKey{key} : newest->text(),
                      .seen_at = look.begin,
                      .pass = pass};
    memory->second.gap_said = last.gap_said && last.text == memory->second.text;
    const bool changed = last.text.file != key || last.truncated || last.unread;
    if (!is_new) AdoptUnseenAt(name, {&key, last, changed}, look);
  }
  for (auto& [name, memory] : at_path) {
    if (memory.pass == pass || !sources.Names(name.first, name.second)) continue;
    // Rotated, with no new log yet: what came before that may be unseen, too.
    // Where no names are told, a log may have come and gone that nobody heard of.
    const bool changed = !memory.missing || appeared.contains(name.second) || !watches();
    if (AdoptUnseenAt(name, {nullptr, memory, changed}, look)) memory.seen_at = look.begin;
    memory.missing = true;
  }
  appeared.clear();
  IndexBursts();
}

bool Tailer::Impl::AdoptUnseenAt(const SitePath& name, const PathLook& there, Look& look) {
  auto burst = bursts.find(name);
  const bool is_new = burst == bursts.end();
  if (is_new && !there.changed) return false;
  if (is_new) burst = bursts.try_emplace(name, Burst{.before = there.last}).first;
  Burst& so_far = burst->second;
  const auto names = appeared.find(name.second);
  if (names != appeared.end()) so_far.names += names->second;
  const int64_t texts_before = so_far.texts;
  if (there.now != nullptr && there.last.text.file != *there.now) ++so_far.texts;
  AdoptUnseenOf(name, there, so_far, look);
  const bool whole = !so_far.again.has_value();
  const bool still_missing = there.now == nullptr && there.last.missing;
  const bool nothing_came =
      still_missing && whole && names == appeared.end() && so_far.texts == texts_before;
  so_far.stirred |= there.changed && !nothing_came;
  if (is_new && nothing_came) bursts.erase(burst);
  return whole;
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

const RotatedFile* Tailer::Impl::FindText(const std::string& site, const TextKey& text,
                                          const RotatedListing& rotated) const {
  const RotatedFile* found = nullptr;
  for (const RotatedFile& file : rotated.files) {
    const FileKey key = KeyOf(site, file.stat);
    const FilePosition* known = book.FindNewest(key);
    const bool has_it =
        known == nullptr ? key == text.file : known->text() == text || known->continues == text;
    if (has_it) found = &file;
  }
  return found;
}

Tailer::Impl::CameSince Tailer::Impl::SinceWhen(const std::string& site, const AtPath& before,
                                                const RotatedListing& rotated) const {
  // What the text of that look is called now: numbers below that are younger.
  const RotatedFile* const its_file = FindText(site, before.text, rotated);
  const bool numbered = its_file != nullptr && its_file->name.number.has_value();
  const int64_t number = numbered ? *its_file->name.number : 0;
  const int64_t written_ns = numbered ? its_file->stat.mtime_ns : 0;
  const int64_t birth_ns = numbered ? its_file->stat.btime_ns : 0;
  return [=, seen_at = before.seen_at](const RotatedFile& file) {
    if (numbered && file.name.number && *file.name.number != number) {
      if (*file.name.number > number) return false;
      // Some count upwards; and an older log can be written to late, after a younger one.
      const bool born_later = file.name.compression.empty() && file.stat.btime_ns > birth_ns;
      if (born_later || file.stat.mtime_ns >= written_ns) return true;
    }
    return absl::FromUnixNanos(file.stat.mtime_ns) + kClockTick >= seen_at;
  };
}

void Tailer::Impl::AdoptUnseenOf(const SitePath& name, const PathLook& there, Burst& burst,
                                 Look& look) {
  const auto& [site, path] = name;
  const RotatedListing& rotated = Rotated(look, path);
  const bool look_at_all = there.changed || burst.again.has_value();
  const AtPath since = burst.again.value_or(there.last);
  const CameSince came_since = SinceWhen(site, since, rotated);
  const CameSince came_in_burst = SinceWhen(site, burst.before, rotated);
  // In the midst of renames a look can miss a log. It is older than the one that was at the path
  // then; what is younger is a copy, or was made of what is known.
  const auto was_missed = [&](const RotatedFile& file) {
    return !burst.weighed.contains(KeyOf(site, file.stat)) && came_in_burst(file) &&
           (there.last.missing || file.stat.btime_ns <= there.last.text.file.btime_ns);
  };
  // Texts of which not a byte was read cannot be told by their bytes: one that was compressed since
  // is among what was written after its birth.
  std::vector<FilePosition> unread = UnreadTextsOf(site, path, look);
  burst.again.reset();
  int64_t adopted = 0;
  for (const RotatedFile& candidate : rotated.files) {
    const FileKey key = KeyOf(site, candidate.stat);
    if (book.FindNewest(key) != nullptr) continue;
    // It was seen at the path, but was renamed before it could be opened.
    const bool slipped = key == there.last.text.file || key == burst.before.text.file;
    const bool missed = slipped || was_missed(candidate);
    if (!look.by_key.contains(key)) burst.weighed.insert(key);
    if (IsBesideItsOriginal(candidate, rotated)) continue;
    const absl::Time written_at = absl::FromUnixNanos(candidate.stat.mtime_ns) + kClockTick;
    const bool maybe_unread = !unread.empty() && written_at >= BirthOf(unread.front());
    const bool unseen = missed || (look_at_all && (came_since(candidate) || maybe_unread));
    const bool empty = candidate.stat.size == 0;  // its writer may not have changed over yet
    if (!unseen || (empty && !candidate.name.compression.empty())) continue;
    if (look.by_key.contains(key)) {
      ++burst.texts;  // a pattern names it, so it is opened in this pass
      continue;
    }
    absl::StatusOr<OpenedLog> log = Open(candidate.path);
    if (log.ok() && KeyOf(site, log->stat) != key) log = absl::NotFoundError("it was renamed");
    if (!log.ok()) {
      if (absl::IsResourceExhausted(log.status())) {
        waits_for_room = true;
        NoteUnread({site, path, candidate.stat});
        if (!slipped) ++burst.texts;
        continue;
      }
      burst.again = since;  // renamed or compressed just now, perhaps: the next pass tries again
      burst.weighed.clear();
      if (!absl::IsNotFound(log.status())) MeetError(site, candidate.path, log.status());
      break;
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
    if (!slipped) ++burst.texts;
    ++adopted;
    if (!Admit(file)) continue;
    catch_up.push_back(&file);
    if (unread.empty() || empty) continue;
    Settle(unread.front().text(), FileState::kDone, 0);
    unread.erase(unread.begin());
  }
  burst.stirred |= adopted > 0 || burst.again.has_value();
  NoteRow(rotated, site, there.now, burst);
  if (there.now != nullptr && since.text.file == *there.now && since.unread && !since.truncated &&
      adopted > 0) {
    // Copied and truncated before anybody had read of it: what came between the two is unknown.
    Lose(site, LossCause::kTruncation, path, LossSince(since.seen_at, 0));
  }
}

}  // namespace logtally
