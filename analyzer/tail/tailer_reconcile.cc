// The reconcile pass: look at every path, then bring the set of followed files into line with what
// is there. It needs no memory of events: whatever happened between two passes, and in whatever
// order, only the result counts, and the descriptors that are held keep the rest.
#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "tail/tailer_impl.h"

namespace logtally {
namespace {

constexpr int kPassShare = 25;

bool IsOver(const FileFollower& file) {
  return file.state() == FileState::kDone || file.state() == FileState::kLost;
}

std::string RealPath(const std::string& path) {
  const std::unique_ptr<char, decltype(&free)> real(realpath(path.c_str(), nullptr), &free);
  return real == nullptr ? path : real.get();
}

}  // namespace

void Tailer::Impl::UseOptions(const Options& changed) {
  const Options before = std::exchange(options, changed);
  options.read_bytes = before.read_bytes;
  options.watch = before.watch;
  options.max_open_files = before.max_open_files;
  options.known_since = before.known_since;
  for (const auto& file : files) file->SetMaxLineBytes(options.max_line_bytes);
}

void Tailer::Impl::UseSources(std::vector<LogSource> new_sources) {
  sites_from_end.clear();
  for (const LogSource& source : new_sources) {
    if (options.start == Options::Start::kEnd && !book.Knows(source.site)) {
      sites_from_end.insert(source.site);
    }
  }
  streams.Use(new_sources, {options.max_line_bytes, options.read_bytes});
  sources = FileSet(std::move(new_sources));
  for (const auto& file : files) {
    if (sources.Names(file->site(), file->path())) continue;
    if (file->state() == FileState::kDone) continue;
    Await(file->text(), WallTime(file->proven_at()));
    Release(*file);  // without Store: the position stays what it is
  }
  absl::erase_if(bursts, [&](const auto& entry) {
    return !sources.Names(entry.first.first, entry.first.second);
  });
  Reconcile();
  sites_from_end.clear();
}

void Tailer::Impl::Reconcile() {
  const absl::Duration begin = clock.Elapsed();
  std::erase_if(catch_up, [](const auto* file) { return IsOver(*file); });
  std::erase_if(open_files, [](const auto* file) { return IsOver(*file); });
  std::erase_if(files, [&](const auto& file) {
    if (!IsOver(*file)) return false;
    if (const auto it = by_key.find(file->key()); it != by_key.end() && it->second == file.get()) {
      by_key.erase(it);
    }
    real_paths.erase(file->index());
    suspects.erase(file->index());
    said_holes.erase(file->index());
    return true;
  });
  waits_for_room = false;
  troubles.BeginPass();
  Look look = LookAtPaths();
  streams.Reconcile();
  NoteReplacedFiles(look);
  UpdateFollowers(look);
  LookForUnfinished(look);
  AdoptUnseen(look);
  OpenNewFiles(look);
  GiveUp(begin);
  WatchDirectories();
  IndexByPath();
  troubles.EndPass();
  // With very many files a pass takes its time: then there are fewer, so that passes never take
  // more than one part in kPassShare of a processor. What is written meanwhile inotify tells.
  next_reconcile =
      clock.Elapsed() + std::max(options.reconcile_period, kPassShare * (clock.Elapsed() - begin));
}

Tailer::Impl::Look Tailer::Impl::LookAtPaths() {
  Look look;
  look.begin = absl::Now();
  FileSet::Found found = sources.Expand();
  for (const BarrenPattern& barren : found.barren) {
    troubles.Meet(barren.site, barren.pattern, barren.why, barren.is_trouble);
  }
  for (MatchedPath& matched : found.paths) {
    const absl::StatusOr<FileStat> stat = StatPath(matched.path);
    if (!stat.ok()) {
      MeetError(matched.site, matched.path, stat.status());
    } else if (stat->type == S_IFIFO) {
      streams.NoteFifo(matched.site, matched.path, *stat);
    } else if (const auto why = WhyNotFollowed(matched.path, *stat)) {
      troubles.Meet(matched.site, matched.path, *why);
    } else {
      look.by_key[KeyOf(matched.site, *stat)].push_back(look.seen.size());
      look.seen.push_back({std::move(matched.site), std::move(matched.path), *stat});
    }
  }
  return look;
}

void Tailer::Impl::MeetError(const std::string& site, const std::string& path,
                             const absl::Status& status) {
  const bool draining = std::any_of(files.begin(), files.end(), [&](const auto& file) {
    return file->site() == site && file->path() == path && file->state() != FileState::kDone;
  });
  std::string text(status.message());
  if (absl::IsNotFound(status)) {
    if (draining) return;  // in the middle of a rotation, or rotated without a new file yet
    text = absl::StrCat(path, ": no such file; waiting for it");
  } else if (absl::IsPermissionDenied(status)) {
    absl::StrAppend(&text, "; let the user of this program read it (on Debian: group adm)");
  }
  troubles.Meet(site, path, std::move(text));
}

void Tailer::Impl::NoteReplacedFiles(const Look& look) {
  std::map<std::pair<std::string_view, std::string_view>, const Seen*> by_name;
  for (const Seen& seen : look.seen) by_name[{seen.site, seen.path}] = &seen;
  for (const auto& file : files) {
    const auto there = by_name.find({file->site(), file->path()});
    if (there == by_name.end()) continue;
    const FileKey key = KeyOf(file->site(), there->second->stat);
    if (key == file->key() || !file->NoteReplaced()) continue;
    if (FindFollower(key) == nullptr) ++counters[file->site()].rotations;
  }
}

void Tailer::Impl::UpdateFollowers(const Look& look) {
  const absl::Duration now = clock.Elapsed();
  for (const auto& file : files) {
    if (IsOver(*file)) continue;
    const FileState state_before = file->state();
    const std::string path_before = file->path();
    if (const auto found = look.by_key.find(file->key()); found != look.by_key.end()) {
      // Of several paths to it the one that it has, so that its name does not change to and fro.
      const Seen* at = &look.seen[found->second.front()];
      for (const size_t i : found->second) {
        if (look.seen[i].path == path_before) at = &look.seen[i];
      }
      if (file->WasCutUnread(at->stat)) {
        const absl::Time intact_at = WallTime(file->proven_at());
        file->StartNewText(now);
        NoteTruncated(file->retired(), file->path(), intact_at);
        Store(*file);
      }
      file->FoundAt(at->path, at->stat, now);
    } else if (file->parked()) {
      Abandon(*file);
      continue;
    } else {
      if (file->state() == FileState::kLive) file->LeavePath(now);
      file->LookWhileDraining(now);
    }
    file->NoteQuiet(now, options.drain_quiet);
    if (!file->error().ok()) {
      troubles.Meet(file->site(), file->path(), std::string(file->error().message()));
    }
    if (file->state() != state_before || file->path() != path_before) Store(*file);
  }
}

void Tailer::Impl::OpenNewFiles(const Look& look) {
  absl::erase_if(unreadable, [&](const auto& entry) { return !look.by_key.contains(entry.first); });
  for (const Seen& seen : look.seen) {
    const FileKey key = KeyOf(seen.site, seen.stat);
    if (FindFollower(key) != nullptr) continue;
    if (const auto it = unreadable.find(key); it != unreadable.end()) {
      troubles.Meet(seen.site, seen.path, it->second);
      continue;
    }
    const FilePosition* known = book.FindNewest(key);
    const bool nothing_new = known != nullptr && known->state == FileState::kDone &&
                             known->offset > 0 && known->size_seen == seen.stat.size;
    if (nothing_new) continue;
    absl::StatusOr<OpenedLog> log = Open(seen.path);
    if (absl::IsResourceExhausted(log.status())) {
      waits_for_room = true;
      if (known == nullptr) NoteUnread(seen);
      continue;
    }
    if (!log.ok()) {
      MeetError(seen.site, seen.path, log.status());
      continue;
    }
    const FileKey opened_key = KeyOf(seen.site, log->stat);
    if (FindFollower(opened_key) != nullptr) continue;
    absl::StatusOr<FilePosition> start = StartOf(opened_key, seen.path, *log);
    if (!start.ok()) {
      MeetError(seen.site, seen.path, start.status());
      continue;
    }
    FileFollower& file = Follow(seen.path, *std::move(log), *std::move(start));
    // Now, so that the text of a file that is missing is found before the file is given up.
    if (!file.judged()) Admit(file);
  }
  for (const auto& file : files) {
    if (!file->judged() && file->readable() && EnsureOpen(*file)) Admit(*file);
  }
}

// There is no room to open it: so that it is found again if it is rotated before there is.
void Tailer::Impl::NoteUnread(const Seen& seen) {
  FilePosition unread;
  unread.key = KeyOf(seen.site, seen.stat);
  unread.path = seen.path;
  unread.size_seen = seen.stat.size;
  const TextKey text = unread.text();
  book.Set(std::move(unread));
  Await(text, clock.Now());
}

absl::StatusOr<FilePosition> Tailer::Impl::StartOf(const FileKey& key, const std::string& path,
                                                   const OpenedLog& log) {
  FilePosition start;
  if (const FilePosition* known = book.FindNewest(key)) {
    ASSIGN_OR_RETURN(start, Resume(FilePosition(*known), log));
  } else if (sites_from_end.contains(key.site)) {
    start.start_offset = start.offset = LastLineStart(log.fd.get(), log.stat.size);
  }
  start.key = key;
  start.path = path;
  start.state = FileState::kLive;
  return start;
}

FileFollower& Tailer::Impl::Follow(const std::string& path, OpenedLog log, FilePosition start) {
  const FileKey key = start.key;
  std::erase_if(unfinished, [&](const auto& text) { return text.text == start.text(); });
  files.push_back(std::make_unique<FileFollower>(next_index++, std::move(log), std::move(start),
                                                 options.max_line_bytes, clock.Elapsed()));
  FileFollower& file = *files.back();
  file.NoteUse(++use_tick);
  open_files.push_back(&file);
  by_key[key] = &file;
  if (std::string real = RealPath(path); real != path) real_paths[file.index()] = std::move(real);
  Store(file);
  return file;
}

// Errors: it could not be compared. A read that fails says nothing about the text: ask again.
absl::StatusOr<FilePosition> Tailer::Impl::Resume(const FilePosition& known, const OpenedLog& log) {
  absl::StatusOr<LogContent> content = LogContent::Open(log.fd.get(), known.path);
  if (absl::IsUnimplemented(content.status())) return known;  // refused when it is judged
  RETURN_IF_ERROR(content.status());
  if (content->is_archive()) return known;  // its reader proves it
  ASSIGN_OR_RETURN(const TextMatch match, CompareText(*content, known));
  const bool same = match.head && match.reaches_offset && match.anchor;
  const bool cut_unread = log.stat.size < known.size_seen;
  if (same && !cut_unread) return known;
  if (same && known.offset > 0) {
    // What was read is still there; of what was not, the end is cut off.
    Lose(known.key.site, LossCause::kTruncation, known.path,
         LossSince(options.known_since, known.size_seen - log.stat.size));
    FilePosition shorter = known;
    shorter.size_seen = log.stat.size;
    return shorter;
  }
  FilePosition again;
  again.key = known.key;
  again.path = known.path;
  again.generation = known.generation + 1;
  const bool came_back_shorter =
      match.head && !match.reaches_offset && known.head_length >= kMovedEvidenceBytes;
  if (!came_back_shorter) {
    NoteTruncated(known, known.path, options.known_since);
    return again;
  }
  // It still begins as it did, so nobody truncated it: a power cut took its end away. Whoever wrote
  // it appends whole lines, so the next line begins here, even if half a line stands before it.
  Say(Severity::kWarning,
      absl::StrCat(known.path, ": came back shorter, as after a power cut: ", known.offset,
                   " bytes of it were counted and ", log.stat.size,
                   " are left; reading on from there, nothing is counted again"));
  again.start_offset = again.offset = log.stat.size;
  Settle(known.text(), FileState::kDone, 0);
  return again;
}

const RotatedListing& Tailer::Impl::Rotated(Look& look, const std::string& path) const {
  const auto [listing, is_new] = look.rotated.try_emplace(path);
  if (!is_new) return listing->second;
  listing->second = FindRotatedFiles(path, options.rotated_dirs);
  if (const std::string real = RealPath(path); real != path) {
    RotatedListing beside_target = FindRotatedFiles(real, {});
    listing->second.complete &= beside_target.complete;
    std::move(beside_target.files.begin(), beside_target.files.end(),
              std::back_inserter(listing->second.files));
  }
  return listing->second;
}

void Tailer::Impl::WatchDirectories() {
  if (!watch.has_value()) return;
  std::set<std::string> directories = sources.Directories();
  for (const auto& [index, real_path] : real_paths) directories.insert(DirectoryOf(real_path));
  const absl::Status status = watch->Watch(directories);
  if (status.ok() || std::exchange(said_no_watch, true)) return;
  Say(Severity::kWarning, absl::StrCat(status.message(), "; logs are looked at every ",
                                       absl::FormatDuration(options.reconcile_period),
                                       " instead (see fs.inotify in sysctl)"));
}

void Tailer::Impl::IndexByPath() {
  by_path.clear();
  for (const auto& file : files) {
    by_path[file->path()].push_back(file.get());
    if (const auto real = real_paths.find(file->index()); real != real_paths.end()) {
      by_path[real->second].push_back(file.get());
    }
  }
}

FileFollower* Tailer::Impl::FindFollower(const FileKey& key) const {
  const auto it = by_key.find(key);
  if (it == by_key.end() || IsOver(*it->second)) return nullptr;
  return it->second;
}

}  // namespace logtally
