// The reconcile pass: look at every path, then bring the set of followed files into line with what
// is there. It needs no memory of events: whatever happened between two passes, and in whatever
// order, only the result counts, and the descriptors that are held keep the rest.
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/text.h"
#include "tail/tailer_impl.h"

namespace logtally {
namespace {

// The files of a directory by (inode, birth time); nothing if it cannot be listed.
using Listing = std::optional<std::map<std::pair<uint64_t, int64_t>, std::string>>;

Listing ListDirectory(const std::string& directory) {
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error), end;
  if (error) return std::nullopt;
  Listing listing(std::in_place);
  for (; entry != end; entry.increment(error)) {
    const absl::StatusOr<FileStat> stat = StatPath(entry->path().string());
    if (stat.ok()) listing->try_emplace({stat->inode, stat->btime_ns}, entry->path().string());
    if (error) return std::nullopt;
  }
  return listing;
}

std::string RealPath(const std::string& path) {
  const std::unique_ptr<char, decltype(&free)> real(realpath(path.c_str(), nullptr), &free);
  return real == nullptr ? path : real.get();
}

}  // namespace

std::string CompressedText(const std::string& path, std::string_view format) {
  return absl::StrCat(path, ": is compressed (", AbslView(format), "); it is not followed");
}

void Tailer::Impl::UseOptions(const Options& changed) {
  const Options before = std::exchange(options, changed);
  options.read_bytes = before.read_bytes;
  options.watch = before.watch;
  for (const auto& file : files) file->SetMaxLineBytes(options.max_line_bytes);
}

void Tailer::Impl::UseSources(std::vector<LogSource> new_sources) {
  sites_from_end.clear();
  for (const LogSource& source : new_sources) {
    if (options.start == Options::Start::kEnd && !book.Knows(source.site)) {
      sites_from_end.insert(source.site);
    }
  }
  sources = FileSet(std::move(new_sources));
  for (const auto& file : files) {
    if (sources.Names(file->site(), file->path())) continue;
    if (file->state() != FileState::kDone) orphans.push_back(file->key());
    file->Close();  // without Store: the position stays what it is
  }
  Reconcile();
  sites_from_end.clear();
}

void Tailer::Impl::Reconcile() {
  next_reconcile = clock.Elapsed() + options.reconcile_period;
  std::erase_if(catch_up, [](const auto* file) { return file->state() == FileState::kDone; });
  std::erase_if(files, [&](const auto& file) {
    if (file->state() != FileState::kDone) return false;
    by_key.erase(file->key());
    real_paths.erase(file->index());
    suspects.erase(file->index());
    return true;
  });
  troubles.BeginPass();
  const Look look = LookAtPaths();
  NoteReplacedFiles(look);
  UpdateFollowers(look);
  const std::vector<FileKey> missing = FindOrphans(look);
  OpenNewFiles(look);
  GiveUp(missing);
  WatchDirectories();
  IndexByPath();
  troubles.EndPass();
}

Tailer::Impl::Look Tailer::Impl::LookAtPaths() {
  Look look;
  FileSet::Found found = sources.Expand();
  for (const BarrenPattern& barren : found.barren) {
    troubles.Meet(barren.site, barren.pattern, barren.why, barren.is_trouble);
  }
  for (MatchedPath& matched : found.paths) {
    const absl::StatusOr<FileStat> stat = StatPath(matched.path);
    if (!stat.ok()) {
      MeetError(matched.site, matched.path, stat.status());
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
    const FileState state_before = file->state();
    const std::string path_before = file->path();
    if (const auto found = look.by_key.find(file->key()); found != look.by_key.end()) {
      // Of several paths to it the one that it has, so that its name does not change to and fro.
      const Seen* at = &look.seen[found->second.front()];
      for (const size_t i : found->second) {
        if (look.seen[i].path == path_before) at = &look.seen[i];
      }
      file->FoundAt(at->path, at->stat, now);
    } else {
      if (file->state() == FileState::kLive) file->LeavePath(now);
      file->LookWhileDraining(now, options.drain_quiet);
    }
    if (!file->error().ok()) {
      troubles.Meet(file->site(), file->path(), std::string(file->error().message()));
    }
    if (file->state() != state_before || file->path() != path_before) Store(*file);
  }
}

std::vector<FileKey> Tailer::Impl::FindOrphans(const Look& look) {
  std::vector<FileKey> missing;
  std::map<std::string, Listing> listings;
  for (const FileKey& key : std::vector<FileKey>(orphans)) {
    const FilePosition known = *book.FindNewest(key);
    // Not asked for (any more): its position waits until it is. At a path: opened like a new one.
    if (!sources.Names(key.site, known.path) || look.by_key.contains(key)) continue;
    const std::string directory = DirectoryOf(known.path);
    const auto [listing, unlisted] = listings.try_emplace(directory);
    if (unlisted) listing->second = ListDirectory(directory);
    if (!listing->second.has_value()) continue;  // not mounted yet, or not readable: ask again
    const auto found = listing->second->find({key.inode, key.btime_ns});
    if (found == listing->second->end()) {
      missing.push_back(key);
      continue;
    }
    absl::StatusOr<OpenedLog> log = OpenLog(found->second);
    if (!log.ok()) {
      MeetError(key.site, found->second, log.status());
      continue;
    }
    if (KeyOf(key.site, log->stat) != key) continue;  // renamed under our eyes: ask again
    if (known.state == FileState::kLive) ++counters[key.site].rotations;
    Follow(known.path, *std::move(log), key);
    files.back()->LeavePath(clock.Elapsed());
    Store(*files.back());
    catch_up.push_back(files.back().get());
  }
  std::sort(catch_up.begin(), catch_up.end(), [](const auto* a, const auto* b) {
    return std::pair(a->key().btime_ns, a->mtime_ns()) <
           std::pair(b->key().btime_ns, b->mtime_ns());
  });
  return missing;
}

void Tailer::Impl::OpenNewFiles(const Look& look) {
  absl::erase_if(compressed, [&](const auto& entry) { return !look.by_key.contains(entry.first); });
  for (const Seen& seen : look.seen) {
    const FileKey key = KeyOf(seen.site, seen.stat);
    if (FindFollower(key) != nullptr) continue;
    if (const auto it = compressed.find(key); it != compressed.end()) {
      troubles.Meet(seen.site, seen.path, CompressedText(seen.path, it->second));
      continue;
    }
    const FilePosition* known = book.FindNewest(key);
    const bool nothing_new = known != nullptr && known->state == FileState::kDone &&
                             known->offset > 0 && known->size_seen == seen.stat.size;
    if (nothing_new) continue;
    absl::StatusOr<OpenedLog> log = OpenLog(seen.path);
    if (!log.ok()) {
      MeetError(seen.site, seen.path, log.status());
      continue;
    }
    const FileKey opened_key = KeyOf(seen.site, log->stat);
    if (FindFollower(opened_key) == nullptr) Follow(seen.path, *std::move(log), opened_key);
  }
  // Now, so that the text of a file that is missing is found before the file is given up.
  for (const auto& file : files) {
    if (!file->judged() && file->readable()) Admit(*file);
  }
}

void Tailer::Impl::Follow(const std::string& path, OpenedLog log, const FileKey& key) {
  FilePosition start;
  if (const FilePosition* known = book.FindNewest(key)) {
    start = Resume(*known, log);
  } else if (sites_from_end.contains(key.site)) {
    start.offset = LastLineStart(log.fd.get(), log.stat.size);
  }
  start.key = key;
  start.path = path;
  start.state = FileState::kLive;
  std::erase(orphans, key);
  files.push_back(std::make_unique<FileFollower>(next_index++, std::move(log), std::move(start),
                                                 options.max_line_bytes, clock.Elapsed()));
  FileFollower& file = *files.back();
  by_key[key] = &file;
  if (std::string real = RealPath(path); real != path) real_paths[file.index()] = std::move(real);
  Store(file);
}

FilePosition Tailer::Impl::Resume(const FilePosition& known, const OpenedLog& log) {
  const ContentEvidence evidence = CompareContent(log.fd.get(), log.stat.size, known);
  if (Judge(KnownFile::kThisOne, evidence) == Verdict::kSame) return known;
  FilePosition again;
  again.key = known.key;
  again.path = known.path;
  again.generation = known.generation + 1;
  NoteTruncated(known, again);
  return again;
}

void Tailer::Impl::GiveUp(const std::vector<FileKey>& missing) {
  for (const FileKey& key : missing) {
    if (std::erase(orphans, key) == 0) continue;  // its text was found under another key
    FilePosition lost = *book.FindNewest(key);
    const int64_t unread = std::max<int64_t>(0, lost.size_seen - lost.offset);
    lost.state = FileState::kLost;
    Lose(key.site, LossCause::kGone, lost.path, unread, 0, clock.Now());
    Say(Severity::kWarning,
        absl::StrCat(lost.path, ": the file that was read up to byte ", lost.offset,
                     " is gone, renamed to where it cannot be found, compressed or deleted; ",
                     unread > 0 ? absl::StrCat("at least ", unread, " bytes after that are lost")
                                : "what came after that, if anything, is lost"));
    book.Set(std::move(lost));
  }
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
  if (it == by_key.end() || it->second->state() == FileState::kDone) return nullptr;
  return it->second;
}

}  // namespace logtally
