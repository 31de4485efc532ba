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

std::string FirstBytes(LogContent& content) {
  std::string bytes(kHeadBytes, '\0');
  const absl::StatusOr<size_t> n = content.ReadAt({bytes.data(), bytes.size()}, 0);
  bytes.resize(n.ok() ? *n : 0);
  return bytes;
}

}  // namespace

bool Tailer::Impl::Admit(FileFollower& file) {
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
  }
  file.SetJudged();
  return true;
}

bool Tailer::Impl::RefuseCompressed(FileFollower& file, const absl::Status& status) {
  if (absl::IsUnimplemented(status)) unreadable[file.key()] = std::string(status.message());
  troubles.Meet(file.site(), file.path(), std::string(status.message()));
  Release(file);
  Store(file);
  return false;
}

// True if the file seems to be a copy: it is held, or put aside.
bool Tailer::Impl::HoldOrDropCopy(FileFollower& file, const FileStat& stat) {
  const absl::Duration settle = kSettledPasses * options.reconcile_period;
  const bool settled = clock.Elapsed() - file.quiet_since() >= settle ||
                       clock.Now() - absl::FromUnixNanos(stat.mtime_ns) >= settle;
  FileFollower* original = nullptr;
  book.ForEachThatBegins(file.site(), FirstBytes(*file.content()), kCopyEvidenceBytes,
                         [&](const FilePosition& known) {
                           FileFollower* other = FindFollower(known.key);
                           if (other != nullptr && other != &file && original == nullptr &&
                               other->text() == known.text()) {
                             original = other;
                           }
                         });
  if (original != nullptr && EnsureOpen(*original) && IsCopy(file, stat, *original)) {
    if (settled) {
      DropCopy(file, stat.size, original->path());
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
  DropCopy(file, stat.size, was.path);
  return true;
}

bool Tailer::Impl::IsCopy(FileFollower& file, const FileStat& stat, FileFollower& other) {
  const absl::StatusOr<FileStat> other_stat = StatOpened(other.fd(), other.path());
  if (!other_stat.ok()) return false;
  if (!file.is_archive() && !other.is_archive()) {
    return OneBeginsLikeTheOther(file.fd(), stat.size, other.fd(), other_stat->size);
  }
  const absl::StatusOr<TextMatch> match = CompareText(*file.content(), other.position());
  // An archive of less than what was read is one that was made earlier.
  return match.ok() && match->head && (match->anchor || !match->reaches_offset);
}

void Tailer::Impl::DropCopy(FileFollower& file, int64_t size, const std::string& original_path) {
  Say(Severity::kInfo, absl::StrCat(file.path(), ": is a copy of ", original_path, "; its ", size,
                                    " bytes are not counted again"));
  suspects.erase(file.index());
  const int64_t line_start = file.is_archive() ? size : LastLineStart(file.fd(), size);
  file.StartAt(line_start > 0 ? line_start : size, std::nullopt);
  Release(file);
  Store(file);
}

// The position, farthest on, of a text that nobody follows and that this file has.
std::optional<FilePosition> Tailer::Impl::FindKnownText(FileFollower& file) {
  std::vector<FilePosition> candidates;
  book.ForEachThatBegins(file.site(), FirstBytes(*file.content()), kMovedEvidenceBytes,
                         [&](const FilePosition& known) {
                           if (known.text() != file.text()) candidates.push_back(known);
                         });
  std::optional<FilePosition> found;
  for (const FilePosition& known : candidates) {
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
