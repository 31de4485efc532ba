// Is the text of a new file known already?
//
// A file under a key that nobody knows is new, and read from 0, unless its text is that of
//  * a file that is followed: a copy (cp, or copytruncate under a glob that names the copy too).
//    It is held back until it is quiet, as it may still be growing, then put aside at its end.
//  * a file that is gone, or a text that was truncated since: moved. Reading goes on where the
//    reading of the old one ended.
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
}  // namespace

bool Tailer::Impl::Admit(FileFollower& file) {
  const absl::StatusOr<FileStat> stat = StatOpened(file.fd(), file.path());
  if (!stat.ok() || stat->size == 0) {
    // An empty one may be let go; its text is judged when it has some.
    if (file.state() == FileState::kDraining) return true;
    file.ClearReadable();
    return false;
  }
  if (const auto compression = CompressionName(ReadBytes(file.fd(), 0, 8))) {
    compressed[file.key()] = std::string(*compression);
    troubles.Meet(file.site(), file.path(), CompressedText(file.path(), *compression));
    file.Close();
    Store(file);
    return false;
  }
  if (HoldOrDropCopy(file, *stat)) return false;
  if (const std::optional<FilePosition> known = FindMovedText(file, stat->size)) {
    Say(Severity::kInfo, absl::StrCat(file.path(), ": has the text of ", known->path,
                                      "; read on from byte ", known->offset));
    file.SkipTo(known->offset);
    Store(file);
    if (std::erase(orphans, known->key) > 0) {
      FilePosition old = *known;
      old.state = FileState::kDone;
      book.Set(std::move(old));
    }
  }
  file.SetJudged();
  return true;
}

// True if the file seems to be a copy: it is held, or put aside.
bool Tailer::Impl::HoldOrDropCopy(FileFollower& file, const FileStat& stat) {
  const absl::Duration settle = kSettledPasses * options.reconcile_period;
  const bool settled = clock.Elapsed() - file.quiet_since() >= settle ||
                       clock.Now() - absl::FromUnixNanos(stat.mtime_ns) >= settle;
  for (const auto& other : files) {
    if (other.get() == &file || other->site() != file.site()) continue;
    if (other->state() == FileState::kDone || other->offset() < kCopyEvidenceBytes) continue;
    const absl::StatusOr<FileStat> other_stat = StatOpened(other->fd(), other->path());
    if (!other_stat.ok() ||
        !OneBeginsLikeTheOther(file.fd(), stat.size, other->fd(), other_stat->size)) {
      continue;
    }
    if (settled) {
      DropCopy(file, stat.size, other->path());
    } else {
      suspects[file.index()] = {other->key(), other->generation(), other->path()};
      file.ClearReadable();
    }
    return true;
  }
  const auto suspicion = suspects.find(file.index());
  if (suspicion == suspects.end()) return false;
  const Suspicion was = suspicion->second;
  const FileFollower* original = FindFollower(was.original);
  suspects.erase(suspicion);
  if (original != nullptr && original->generation() == was.generation &&
      original->StillHasItsText()) {
    return false;  // the two went different ways
  }
  // The original was truncated while the copy was held: copytruncate. What the copy has beyond the
  // offset is still to be read; and if it has less, because lines came after it was made and
  // before the truncation, nothing is.
  if (FindMovedText(file, stat.size).has_value()) return false;
  DropCopy(file, stat.size, was.path);
  return true;
}

void Tailer::Impl::DropCopy(FileFollower& file, int64_t size, const std::string& original_path) {
  Say(Severity::kInfo, absl::StrCat(file.path(), ": is a copy of ", original_path, "; its ", size,
                                    " bytes are not counted again"));
  suspects.erase(file.index());
  const int64_t line_start = LastLineStart(file.fd(), size);
  file.SkipTo(line_start > 0 ? line_start : size);
  file.Close();
  Store(file);
}

// The position, farthest on, of a text that nobody follows and that this file has.
std::optional<FilePosition> Tailer::Impl::FindMovedText(const FileFollower& file,
                                                        int64_t size) const {
  std::optional<FilePosition> found;
  const auto consider = [&](const FilePosition& known) {
    if (known.head_length < kMovedEvidenceBytes) return;
    if (found.has_value() && found->offset >= known.offset) return;
    if (Judge(KnownFile::kGone, CompareContent(file.fd(), size, known)) != Verdict::kMoved) return;
    found = known;
  };
  book.ForEach(file.site(), [&](const FilePosition& known) {
    if (known.key == file.key()) return;
    // A followed file counts as gone if it was truncated and nobody has noticed yet.
    const FileFollower* follower = FindFollower(known.key);
    if (follower == nullptr || !follower->StillHasItsText()) consider(known);
  });
  for (const FilePosition& known : retired) {
    if (known.key.site == file.site()) consider(known);
  }
  return found;
}

}  // namespace logtally
