// Is the text of a new file known already?
//
// A file under a key that nobody knows is new, and read from 0, unless its text is that of
//  * a file that is followed: a copy (cp, or copytruncate under a glob that names the copy too).
//    It is held back until it is quiet, as it may still be growing, then put aside at its end.
//  * a file that is gone, or a text that was truncated since: moved, copied or compressed. Reading
//    goes on where the reading of the old one ended.
// This is looked at once, before the first byte is read. Held against files that have been read
// already only: two files that are new together are two files, whatever is in them.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/text.h"
#include "tail/tailer_impl.h"

namespace logtally {
namespace {

// A copy that has not grown for so many reconcile passes is whole.
constexpr int kSettledPasses = 2;

bool SameText(const TextMatch& match) { return match.head && match.reaches_offset && match.anchor; }

}  // namespace

bool IsCopyOfLog(LogContent& candidate, const std::string& log) {
  const absl::StatusOr<OpenedLog> now = OpenLog(log);
  if (!now.ok()) return false;
  const std::string copied = FirstBytes(candidate);
  const std::string bytes = ReadBytes(now->fd.get(), 0, kHeadBytes);
  const size_t common = std::min(copied.size(), bytes.size());
  return common == kHeadBytes && copied == bytes;
}

bool Tailer::Impl::Admit(FileFollower& file) {
  pinned = &file;  // stays open while others are opened to be compared with it
  const bool admitted = Judge(file);
  pinned = nullptr;
  return admitted;
}

bool Tailer::Impl::Judge(FileFollower& file) {
  const absl::StatusOr<FileStat> stat = StatOpened(file.fd(), file.path());
  if (!stat.ok() || stat->size == 0) {
    // An empty one may be let go; its text is judged when it has some.
    if (file.state() == FileState::kDraining) return true;
    file.ClearReadable();
    return false;
  }
  if (const absl::Status status = file.Identify(); !status.ok()) {
    return RefuseCompressed(file, status);
  }
  if (clock.Elapsed() - file.quiet_since() < options.drain_quiet && IsStillWritten(file)) {
    file.ClearReadable();
    return false;
  }
  if (file.state() == FileState::kDraining && IsCopyOfLog(*file.content(), file.path())) {
    DropCopy(file, stat->size, TextKey{}, file.path());
    return false;
  }
  if (HoldOrDropCopy(file, *stat)) return false;
  if (const std::optional<FilePosition> known = FindKnownText(file)) {
    Say(Severity::kInfo, absl::StrCat(file.path(), ": has the text of ", known->path,
                                      "; read on from byte ", known->offset));
    file.StartAt(known->offset, known->text());
    Store(file);
    const auto waiting = std::find_if(unfinished.begin(), unfinished.end(),
                                      [&](const auto& text) { return text.text == known->text(); });
    if (waiting != unfinished.end()) {
      if (known->state == FileState::kAwaitCopy) SettleTruncated(*known, waiting->intact_at, 0);
      Settle(known->text(), FileState::kDone, 0);
    }
  } else if (const std::optional<FilePosition> longer = FindLongerText(file)) {
    DropCopy(file, stat->size, longer->text(), longer->path);
    return false;
  }
  file.SetJudged();
  return true;
}

bool Tailer::Impl::RefuseCompressed(FileFollower& file, const absl::Status& status) {
  troubles.Meet(file.site(), file.path(), std::string(status.message()));
  if (!absl::IsUnimplemented(status)) {
    file.ClearReadable();  // a read that failed: ask again in the next pass
    return false;
  }
  unreadable[file.key()] = std::string(status.message());
  if (file.state() == FileState::kDraining) {
    // It came here by its key or its place, not because a pattern names it: nobody will ask again.
    Say(Severity::kWarning, absl::StrCat(status.message(), "; what was not read of it is lost"));
    Lose(file.site(), LossCause::kGone, file.path(), LossSince(WallTime(file.proven_at()), 0));
  }
  Release(file);
  Store(file);
  return false;
}

// An archive that somebody is still writing may not hold yet what would tell whose text it has.
bool Tailer::Impl::IsStillWritten(FileFollower& file) {
  if (!file.is_archive()) return false;
  char first;
  if (absl::IsUnavailable(file.content()->ReadAt({&first, 1}, 0).status())) return true;
  for (const FilePosition& known : TextsThatBegin(file, FirstBytes(*file.content()))) {
    const absl::StatusOr<TextMatch> match = CompareText(*file.content(), known);
    if (match.ok() && match->unfinished) return true;
  }
  return false;
}

namespace {

// The log that took the place of one that was rotated. Its lines may be the same, if nothing but
// their time ever differs; but nobody copies a rotated log back.
bool IsSuccessor(const FileFollower& file, const FileFollower& rotated) {
  if (file.state() != FileState::kLive) return false;
  if (rotated.state() == FileState::kDraining && rotated.path() == file.path()) return true;
  const auto name = [](const FileFollower& log) {
    return std::string_view(log.path()).substr(log.path().rfind('/') + 1);
  };
  return ParseRotatedName(name(file), name(rotated)).has_value();
}

}  // namespace

// True if the file seems to be a copy: it is held, or put aside.
bool Tailer::Impl::HoldOrDropCopy(FileFollower& file, const FileStat& stat) {
  const absl::Duration settle = kSettledPasses * options.reconcile_period;
  const bool settled = clock.Elapsed() - file.quiet_since() >= settle ||
                       clock.Now() - absl::FromUnixNanos(stat.mtime_ns) >= settle;
  FileFollower* original = FindOriginal(file, stat);
  if (original != nullptr) {
    if (settled) {
      DropCopy(file, stat.size, original->text(), original->path());
    } else {
      suspects[file.index()] = {original->text(), original->path()};
      file.ClearReadable();
    }
    return true;
  }
  const auto suspicion = suspects.find(file.index());
  if (suspicion == suspects.end()) return false;
  const Suspicion was = suspicion->second;
  FileFollower* suspected = FindFollower(was.original.file);
  suspects.erase(suspicion);
  if (suspected != nullptr && suspected->text() == was.original && EnsureOpen(*suspected) &&
      suspected->StillHasItsText()) {
    return false;  // the two went different ways
  }
  // The original was truncated while the copy was held: copytruncate. What the copy has beyond the
  // offset is still to be read; and if it has less, because lines came after it was made and
  // before the truncation, nothing is.
  if (FindKnownText(file).has_value()) return false;
  DropCopy(file, stat.size, was.original, was.path);
  return true;
}

FileFollower* Tailer::Impl::FindOriginal(FileFollower& file, const FileStat& stat) {
  const std::string first_bytes = FirstBytes(*file.content());
  // An archive that begins like a rotated log that is still held was made from it. Held against
  // what that log holds now: it may have been truncated and written anew since it was read.
  for (FileFollower* other : open_files) {
    if (!file.is_archive() || other->is_archive() || other->site() != file.site()) continue;
    const bool beside = file.path().starts_with(other->path() + ".");  // "x.1.gz" and "x.1"
    if (other->state() != FileState::kDraining && !beside) continue;
    const std::string bytes = ReadBytes(other->fd(), 0, std::ssize(first_bytes));
    if (std::ssize(bytes) >= kMovedEvidenceBytes && bytes == first_bytes) return other;
  }
  // The first lines of two live logs can be the same for good: more has to be alike.
  FileFollower* original = nullptr;
  book.ForEachThatBegins(file.site(), first_bytes, kCopyEvidenceBytes,
                         [&](const FilePosition& known) {
                           FileFollower* other = FindFollower(known.key);
                           if (other == nullptr || other == &file) return;
                           if (IsSuccessor(file, *other)) return;
                           if (other->text() == known.text()) original = other;
                         });
  if (original == nullptr || !EnsureOpen(*original)) return nullptr;
  const absl::StatusOr<FileStat> other_stat = StatOpened(original->fd(), original->path());
  if (!other_stat.ok()) return nullptr;
  if (!file.is_archive() && !original->is_archive()) {
    const bool alike =
        OneBeginsLikeTheOther(file.fd(), stat.size, original->fd(), other_stat->size);
    return alike ? original : nullptr;
  }
  const absl::StatusOr<TextMatch> match = CompareText(*file.content(), original->position());
  // An archive of less than what was read is one that was made earlier.
  const bool alike = match.ok() && match->head && (match->anchor || !match->reaches_offset);
  return alike ? original : nullptr;
}

void Tailer::Impl::DropCopy(FileFollower& file, int64_t size, const TextKey& original,
                            const std::string& original_path) {
  Say(Severity::kInfo, absl::StrCat(file.path(), ": is a copy of ", original_path, "; its ", size,
                                    " bytes are not counted again"));
  suspects.erase(file.index());
  const int64_t line_start = file.is_archive() ? size : LastLineStart(file.fd(), size);
  file.StartAt(line_start > 0 ? line_start : size, original);
  Release(file);
  Store(file);
}

// A text that was truncated and of which more had been read than this file holds: a copy that was
// made before the last lines were read. (A text that is still there may just begin alike.)
std::optional<FilePosition> Tailer::Impl::FindLongerText(FileFollower& file) {
  for (const FilePosition& known : TextsThatBegin(file, FirstBytes(*file.content()))) {
    if (known.head_length < kCopyEvidenceBytes) continue;
    FileFollower* follower = FindFollower(known.key);
    const bool follows_it = follower != nullptr && follower->text() == known.text();
    const bool truncated = book.FindNewest(known.key)->generation > known.generation ||
                           (follows_it && EnsureOpen(*follower) && !follower->StillHasItsText());
    if (!truncated) continue;
    const absl::StatusOr<TextMatch> match = CompareText(*file.content(), known);
    if (match.ok() && match->head && !match->reaches_offset && !match->unfinished) return known;
  }
  return std::nullopt;
}

std::vector<FilePosition> Tailer::Impl::TextsThatBegin(const FileFollower& file,
                                                       std::string_view first_bytes) const {
  std::vector<FilePosition> texts;
  book.ForEachThatBegins(
      file.site(), first_bytes, kMovedEvidenceBytes, [&](const FilePosition& known) {
        // Of a copy that was put aside nothing was read.
        const bool put_aside = known.state == FileState::kDone && known.continues.has_value() &&
                               known.start_offset == known.offset;
        if (known.text() != file.text() && !put_aside) texts.push_back(known);
      });
  return texts;
}

// The position, farthest on, of a text that nobody follows and that this file has.
std::optional<FilePosition> Tailer::Impl::FindKnownText(FileFollower& file) {
  std::optional<FilePosition> found;
  for (const FilePosition& known : TextsThatBegin(file, FirstBytes(*file.content()))) {
    if (found.has_value() && found->offset >= known.offset) continue;
    // A followed file counts as gone if it was truncated and nobody has noticed yet.
    FileFollower* follower = FindFollower(known.key);
    if (follower != nullptr && follower->text() == known.text() && EnsureOpen(*follower) &&
        follower->StillHasItsText()) {
      continue;
    }
    const absl::StatusOr<TextMatch> match = CompareText(*file.content(), known);
    if (match.ok() && SameText(*match)) found = known;
  }
  return found;
}

}  // namespace logtally
