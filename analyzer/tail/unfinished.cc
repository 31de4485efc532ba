// Texts that nobody follows though they were not read to their end.
//
// There are three ways to become one: the program was off while the log was rotated; the log was
// parked and rotated (open_files.cc); or the log was truncated, and what came after the last read
// may be in the copy that copytruncate made. Each pass looks for them by key, then by text, in the
// places where rotations put older logs, plain or compressed. A text that is nowhere in two passes
// is lost, and its loss is recorded; two, because a rotated log that is just being compressed can
// hide between two names.
#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tail/tailer_impl.h"

namespace logtally {
namespace {}  // namespace

const Tailer::Impl::DirectoryListing& Tailer::Impl::ListingOf(Look& look,
                                                              const std::string& directory) {
  const auto [at, is_new] = look.listings.try_emplace(directory);
  DirectoryListing& listing = at->second;
  if (!is_new) return listing;
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error), end;
  for (; !error && entry != end; entry.increment(error)) {
    const absl::StatusOr<FileStat> stat = StatPath(entry->path().string());
    if (!stat.ok()) continue;
    listing.files.try_emplace({stat->inode, stat->btime_ns},
                              DirectoryListing::File{entry->path().string(), *stat});
  }
  listing.complete = !error;
  return listing;
}

void Tailer::Impl::Await(const TextKey& text, absl::Time intact_at) {
  std::erase_if(unfinished, [&](const auto& waiting) { return waiting.text == text; });
  unfinished.push_back({text, intact_at});
}

void Tailer::Impl::LookForUnfinished(Look& look) {
  // A file that is found by its key may turn out to have been truncated: then its old text is
  // looked for, too, before anything is taken for a log that nobody knows.
  absl::flat_hash_set<std::pair<TextKey, FileState>> looked_for;
  for (size_t before = unfinished.size() + 1; before != looked_for.size();) {
    before = looked_for.size();
    for (const Unfinished& text : std::vector<Unfinished>(unfinished)) {
      const FileState state = book.Find(text.text)->state;
      if (looked_for.insert({text.text, state}).second) LookFor(text.text, look);
    }
  }
  std::sort(catch_up.begin(), catch_up.end(), [](const auto* a, const auto* b) {
    return std::pair(a->mtime_ns(), a->key().btime_ns) <
           std::pair(b->mtime_ns(), b->key().btime_ns);
  });
}

void Tailer::Impl::LookFor(const TextKey& text, Look& look) {
  const FilePosition known = *book.Find(text);
  // Not asked for (any more): its position waits until it is. At a path: opened like a new one.
  if (!sources.Names(known.key.site, known.path)) return;
  const bool truncated = known.state == FileState::kAwaitCopy;
  if (!truncated && look.by_key.contains(known.key)) return;
  const Search search = FindAgain(known, look);
  const auto waiting = std::find_if(unfinished.begin(), unfinished.end(),
                                    [&](const auto& u) { return u.text == text; });
  if (waiting == unfinished.end()) return;
  if (search != Search::kNowhere) {
    waiting->missing_since = absl::InfiniteDuration();
  } else if (waiting->missing_since == absl::InfiniteDuration()) {
    waiting->missing_since = clock.Elapsed();
  }
}

Tailer::Impl::Search Tailer::Impl::FindAgain(const FilePosition& known, Look& look) {
  if (known.state != FileState::kAwaitCopy) {
    const Search by_key_search = FindByKey(known, look);
    if (by_key_search != Search::kNowhere) return by_key_search;
  }
  return FindByText(known, look);
}

Tailer::Impl::Search Tailer::Impl::FindByKey(const FilePosition& known, Look& look) {
  const DirectoryListing& listing = ListingOf(look, DirectoryOf(known.path));
  const auto listed = listing.files.find({known.key.inode, known.key.btime_ns});
  const DirectoryListing::File* found = listed == listing.files.end() ? nullptr : &listed->second;
  DirectoryListing::File rotated_away;
  if (found == nullptr) {
    if (!listing.complete) return Search::kNotNow;  // not mounted yet, or not readable: ask again
    for (const RotatedFile& file : Rotated(look, known.path).files) {
      if (KeyOf(known.key.site, file.stat) != known.key) continue;
      rotated_away = {file.path, file.stat};
      found = &rotated_away;
    }
  }
  if (found == nullptr) return Search::kNowhere;
  const bool read_to_end = found->stat.size == known.offset;
  if (read_to_end && std::ssize(open_files) >= options.max_open_files) {
    // Not opened only to see that there is nothing to read.
    const absl::Duration quiet = absl::Now() - absl::FromUnixNanos(found->stat.mtime_ns);
    if (quiet < options.drain_quiet) return Search::kNotNow;
    Settle(known.text(), FileState::kDone, 0);
    return Search::kFound;
  }
  absl::StatusOr<OpenedLog> log = Open(found->path);
  if (absl::IsResourceExhausted(log.status())) {
    waits_for_room = true;
    return Search::kNotNow;
  }
  if (!log.ok()) {
    MeetError(known.key.site, found->path, log.status());
    return Search::kNotNow;
  }
  if (KeyOf(known.key.site, log->stat) != known.key) return Search::kNotNow;  // renamed just now
  absl::StatusOr<FilePosition> start = StartOf(known.key, known.path, *log);
  if (!start.ok()) {
    MeetError(known.key.site, found->path, start.status());
    return Search::kNotNow;
  }
  if (known.state == FileState::kLive) ++counters[known.key.site].rotations;
  FileFollower& file = Follow(known.path, *std::move(log), *std::move(start));
  file.LeavePath(clock.Elapsed());
  Store(file);
  catch_up.push_back(&file);
  return Search::kFound;
}

Tailer::Impl::Search Tailer::Impl::FindByText(const FilePosition& known, Look& look) {
  const RotatedListing& rotated = Rotated(look, known.path);
  bool all_compared = rotated.complete;
  // A copy that has all of it first, then one that ends before what was read.
  for (const Wanted wanted : {Wanted::kWhole, Wanted::kEarlierCopy}) {
    if (known.head_length == 0 || (wanted == Wanted::kEarlierCopy && !all_compared)) break;
    for (const RotatedFile& candidate : rotated.files) {
      const FileKey key = KeyOf(known.key.site, candidate.stat);
      // What a pattern names is judged as a newcomer; what is known already is another text.
      if (look.by_key.contains(key) || book.FindNewest(key) != nullptr) continue;
      const Search search = TryText(known, candidate, wanted);
      if (search == Search::kFound) return search;
      all_compared &= search == Search::kNowhere;
    }
  }
  return all_compared ? Search::kNowhere : Search::kNotNow;
}

Tailer::Impl::Search Tailer::Impl::TryText(const FilePosition& known, const RotatedFile& candidate,
                                           Wanted wanted) {
  const absl::Duration quiet = absl::Now() - absl::FromUnixNanos(candidate.stat.mtime_ns);
  // Just being compressed, unless nobody has touched it for long.
  const Search unfinished_archive =
      quiet < options.drain_quiet ? Search::kNotNow : Search::kNowhere;
  if (candidate.stat.size == 0 && !candidate.name.compression.empty()) return unfinished_archive;
  absl::StatusOr<OpenedLog> log = Open(candidate.path);
  if (absl::IsResourceExhausted(log.status())) {
    waits_for_room = true;
    return Search::kNotNow;
  }
  if (!log.ok()) return absl::IsNotFound(log.status()) ? Search::kNotNow : Search::kNowhere;
  absl::StatusOr<LogContent> content = LogContent::Open(log->fd.get(), candidate.path);
  if (!content.ok()) return Search::kNowhere;
  const absl::StatusOr<TextMatch> match = CompareText(*content, known);
  if (!match.ok()) return absl::IsDataLoss(match.status()) ? Search::kNowhere : Search::kNotNow;
  if (match->unfinished) return unfinished_archive;
  if (!match->head) return Search::kNowhere;
  if (match->reaches_offset) {
    if (!match->anchor || wanted != Wanted::kWhole) return Search::kNowhere;
    GoOnIn(known, candidate.path, *std::move(log));
    return Search::kFound;
  }
  if (wanted == Wanted::kWhole || known.state != FileState::kAwaitCopy ||
      known.head_length < kMovedEvidenceBytes) {
    return Search::kNowhere;
  }
  // A copy that was made before the last lines were read: it has nothing that is new, and is
  // remembered so that it is never taken for a log of its own.
  const FileKey key = KeyOf(known.key.site, log->stat);
  FilePosition copy;
  copy.key = key;
  copy.path = known.path;
  copy.start_offset = copy.offset = log->stat.size;
  copy.size_seen = log->stat.size;
  copy.continues = known.text();
  copy.state = FileState::kDone;
  book.Set(std::move(copy));
  for (const Unfinished& text : std::vector<Unfinished>(unfinished)) {
    if (text.text != known.text()) continue;
    SettleTruncated(known, text.intact_at, std::max<int64_t>(0, known.size_seen - known.offset));
    Settle(known.text(), FileState::kDone, 0);
  }
  return Search::kFound;
}

void Tailer::Impl::GoOnIn(const FilePosition& known, const std::string& path, OpenedLog log) {
  Say(Severity::kInfo,
      absl::StrCat(path, ": has the text of ", known.path, "; read on from byte ", known.offset));
  FilePosition start;
  start.key = KeyOf(known.key.site, log.stat);
  start.path = known.path;  // where it is looked for after a restart
  start.state = FileState::kDraining;
  FileFollower& file = Follow(known.path, std::move(log), std::move(start));
  file.StartAt(known.offset, known.text());
  file.SetJudged();
  file.NoteReplaced();  // nobody writes to it any more
  Store(file);
  catch_up.push_back(&file);
  for (const Unfinished& text : std::vector<Unfinished>(unfinished)) {
    if (text.text == known.text() && known.state == FileState::kAwaitCopy) {
      SettleTruncated(known, text.intact_at, 0);
    }
  }
  Settle(known.text(), FileState::kDone, 0);
}

void Tailer::Impl::Settle(const TextKey& text, FileState state, int64_t unread_bytes) {
  FilePosition over = *book.Find(text);
  const auto waiting = std::find_if(unfinished.begin(), unfinished.end(),
                                    [&](const auto& u) { return u.text == text; });
  if (state == FileState::kLost && waiting != unfinished.end()) {
    Lose(text.file.site, LossCause::kGone, over.path, LossSince(waiting->intact_at, unread_bytes));
  }
  if (waiting != unfinished.end()) unfinished.erase(waiting);
  over.state = state;
  book.Set(std::move(over));
}

// A truncation always leaves a window: what was written between the last read, or the end of the
// copy, and the truncation itself was seen by nobody. So it is always a loss, mostly of 0 bytes
// that are known of.
void Tailer::Impl::SettleTruncated(const FilePosition& known, absl::Time intact_at,
                                   int64_t unread_bytes) {
  if (unread_bytes == 0) ++counters[known.key.site].recovered_truncations;
  Lose(known.key.site, LossCause::kTruncation, known.path, LossSince(intact_at, unread_bytes));
  if (unread_bytes == 0) return;
  Say(Severity::kWarning,
      absl::StrCat(known.path, ": ", unread_bytes, " of ", known.size_seen,
                   " bytes had not been read when it was truncated and are lost"));
}

void Tailer::Impl::GiveUp(absl::Duration pass_begin) {
  for (const Unfinished& text : std::vector<Unfinished>(unfinished)) {
    const FilePosition known = *book.Find(text.text);
    const bool missed_twice = text.missing_since < pass_begin;
    if (!missed_twice) continue;
    const int64_t unread = std::max<int64_t>(0, known.size_seen - known.offset);
    if (known.state == FileState::kAwaitCopy) {
      SettleTruncated(known, text.intact_at, unread);
      Settle(known.text(), FileState::kDone, 0);
    } else if (known.size_seen == 0) {
      Settle(known.text(), FileState::kDone, 0);  // an empty log went away
    } else {
      Say(Severity::kWarning,
          absl::StrCat(known.path, ": the file that was read up to byte ", known.offset,
                       " is gone, renamed to where it cannot be found, or deleted; ",
                       unread > 0 ? absl::StrCat("at least ", unread, " bytes after that are lost")
                                  : "what came after that, if anything, is lost"));
      Settle(known.text(), FileState::kLost, unread);
    }
  }
}

}  // namespace logtally
