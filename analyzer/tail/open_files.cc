// Which logs are open.
//
// Usually all that are followed: a descriptor that is held keeps a log's bytes, whatever happens to
// its names. Where there are more logs than descriptors, those that were not used for longest are
// parked, or, if they were rotated, left to be found again by their key (unfinished.cc). Then a log
// that is rotated and deleted at once between two looks may be lost, which is noticed and counted.
#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tail/tailer_impl.h"

namespace logtally {

absl::StatusOr<OpenedLog> Tailer::Impl::Open(const std::string& path) {
  if (MakeRoom()) return OpenLog(path);
  return absl::ResourceExhaustedError(
      absl::StrCat("open ", path, ": ", options.max_open_files, " logs are open already"));
}

bool Tailer::Impl::MakeRoom() {
  if (std::ssize(open_files) < options.max_open_files) return true;
  std::erase_if(open_files, [](const auto* file) { return file->fd() < 0; });
  while (std::ssize(open_files) >= options.max_open_files) {
    // The one that costs least to lose: idle rather than with unread bytes, at its path rather than
    // rotated, and of those the one that was not used for longest.
    const auto cost = [this](const FileFollower* file) {
      return std::tuple(file == pinned, file->readable(), file->state() != FileState::kLive,
                        file->used_at());
    };
    const auto least =
        std::min_element(open_files.begin(), open_files.end(),
                         [&](const auto* a, const auto* b) { return cost(a) < cost(b); });
    FileFollower* file = *least;
    if (file == pinned) return false;
    if (file->state() != FileState::kLive) {
      if (file->readable()) return false;
      Abandon(*file);
      continue;
    }
    if (file->unsynced() && options.sync_before_close) (void)SyncRead();
    file->Park();
    open_files.erase(least);
  }
  return true;
}

bool Tailer::Impl::EnsureOpen(FileFollower& file) {
  file.NoteUse(++use_tick);
  if (!file.parked()) return true;
  absl::StatusOr<OpenedLog> log = Open(file.path());
  if (absl::IsResourceExhausted(log.status())) {
    waits_for_room = true;
    file.ClearReadable();  // until the next pass
    return false;
  }
  if (absl::IsNotFound(log.status()) || (log.ok() && KeyOf(file.site(), log->stat) != file.key())) {
    Abandon(file);
    next_reconcile = clock.Elapsed();
    return false;
  }
  absl::Status status = log.status();
  if (status.ok()) status = file.Unpark(*std::move(log));
  if (status.ok()) {
    open_files.push_back(&file);
    return true;
  }
  MeetError(file.site(), file.path(), status);
  file.ClearReadable();
  return false;
}

absl::Status Tailer::Impl::SyncRead() {
  // Each fdatasync waits for the disk, some milliseconds; so beyond a few files of one file system
  // the whole of it is synced at once.
  constexpr int kFewFiles = 16;
  absl::Status status;
  std::map<uint64_t, std::vector<FileFollower*>> by_device;
  for (FileFollower* file : open_files) {
    if (file->unsynced()) by_device[file->device()].push_back(file);
  }
  for (const auto& [device, unsynced] : by_device) {
    if (std::ssize(unsynced) > kFewFiles && syncfs(unsynced.front()->fd()) == 0) {
      for (FileFollower* file : unsynced) file->NoteSynced();
    }
    for (FileFollower* file : unsynced) status.Update(file->Sync());
  }
  return status;
}

// Lets go of a file that is to be found again, by its key or its text.
void Tailer::Impl::Abandon(FileFollower& file) {
  FilePosition position = file.position();
  position.state = FileState::kDraining;
  const TextKey text = position.text();
  book.Set(std::move(position));
  Await(text, WallTime(file.proven_at()));
  Release(file);
}

void Tailer::Impl::Release(FileFollower& file) {
  if (options.sync_before_close) (void)file.Sync();
  file.Close();
  std::erase(open_files, &file);
}

}  // namespace logtally
