#include "tail/tailer.h"

#include <poll.h>
#include <time.h>

#include <algorithm>
#include <cassert>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "tail/tailer_impl.h"

namespace logtally {
namespace {
// So many truncated texts are remembered in case that a copy of one turns up.
constexpr size_t kRetiredTexts = 64;
// After so much of lines that do not end ReadBatch gives way: some 50 ms of work.
constexpr int64_t kGiveWayBytes = 64 << 20;

std::vector<FileKey> UnfinishedFiles(const std::vector<FilePosition>& positions) {
  std::vector<FileKey> unfinished;
  for (const FilePosition& position : positions) {
    if (position.state == FileState::kLive || position.state == FileState::kDraining) {
      unfinished.push_back(position.key);
    }
  }
  return unfinished;
}

}  // namespace

Tailer::Impl::Impl(Options options_in, std::vector<FilePosition> known, const Clock& clock_in)
    : options(options_in),
      clock(clock_in),
      orphans(UnfinishedFiles(known)),
      book(std::move(known)) {
  if (options.watch == Options::Watch::kInotify) watch.emplace();
  buffer.resize(options.read_bytes + kAnchorBytes);
}

const LineBatch& Tailer::Impl::ReadBatch() {
  LineBatch fresh;
  fresh.lines = std::move(batch.lines);  // keeps its memory
  fresh.lines.clear();
  batch = std::move(fresh);
  LookAround();
  int64_t endless_bytes = 0;
  while (endless_bytes < kGiveWayBytes) {
    FileFollower* file = NextReadable();
    if (file == nullptr) break;
    const int64_t unterminated_before = file->unterminated_bytes();
    if (file->judged() || Admit(*file)) ReadFrom(*file);
    endless_bytes += std::max<int64_t>(0, file->unterminated_bytes() - unterminated_before);
    if (batch.lines.empty()) continue;
    batch.file = file->index();
    batch.site = file->site();
    batch.path = file->path();
    batch_text = file->text();
    batch.text = &batch_text;
    break;
  }
  return batch;
}

void Tailer::Impl::ReadFrom(FileFollower& file) {
  switch (file.Read(buffer, clock.Elapsed(), batch)) {
    case FileFollower::Outcome::kEnd:
      return;
    case FileFollower::Outcome::kFailed:
      troubles.Meet(file.site(), file.path(), std::string(file.error().message()));
      return;
    case FileFollower::Outcome::kStartedAgain:
      NoteTruncated(file.retired(), file.position());
      break;
    case FileFollower::Outcome::kBytes:
    case FileFollower::Outcome::kDone:
      break;
  }
  Store(file);
}

// The seam for recovering lines from the copy that `logrotate copytruncate` made: what was read of
// the old text is in `before`. A copy that a pattern names is found by it already (newcomers.cc).
void Tailer::Impl::NoteTruncated(FilePosition before, const FilePosition& now) {
  retired.push_back(before);
  FilePosition old = before;
  old.state = FileState::kDone;
  book.Set(std::move(old));
  if (retired.size() > kRetiredTexts) retired.pop_front();
  if (before.state == FileState::kDone) return;  // its inode was used again where none has a birth
  const int64_t lost_bytes = std::max<int64_t>(0, before.size_seen - before.offset);
  FollowCounters& counter = counters[now.key.site];
  ++counter.truncations;
  if (lost_bytes == 0) ++counter.recovered_truncations;
  Lose(now.key.site, LossCause::kTruncation, now.path, lost_bytes, 0, clock.Now());
  std::string text = absl::StrCat(now.path, ": truncated; reading it from its beginning. ");
  if (lost_bytes == 0) {
    Say(Severity::kInfo, absl::StrCat(text, "All ", before.offset, " bytes seen had been read"));
  } else {
    Say(Severity::kWarning, absl::StrCat(text, lost_bytes, " of ", before.size_seen,
                                         " bytes had not been read and are lost"));
  }
}

void Tailer::Impl::Lose(const std::string& site, LossCause cause, const std::string& path,
                        int64_t bytes, int64_t lines, absl::Time from) {
  losses.push_back(
      {site, cause, path,
       LossTally{1, bytes, lines, absl::ToUnixSeconds(from), absl::ToUnixSeconds(clock.Now())}});
}

FileFollower* Tailer::Impl::NextReadable() {
  while (!catch_up.empty()) {
    if (catch_up.front()->readable()) return catch_up.front();
    catch_up.erase(catch_up.begin());
  }
  for (size_t i = 0; i < files.size(); ++i) {
    FileFollower* file = files[(next_turn + i) % files.size()].get();
    if (!file->readable()) continue;
    next_turn = (next_turn + i + 1) % files.size();
    return file;
  }
  return nullptr;
}

bool Tailer::Impl::AnythingReadable() const {
  return std::any_of(files.begin(), files.end(), [](const auto& file) { return file->readable(); });
}

void Tailer::Impl::LookAround() {
  bool look_now = clock.Elapsed() >= next_reconcile;
  if (watch.has_value()) {
    for (const DirectoryWatch::Event& event : watch->Take()) {
      const auto files_there = by_path.find(event.path);
      switch (event.kind) {
        case DirectoryWatch::Event::Kind::kWritten:
          if (files_there != by_path.end()) {
            for (FileFollower* file : files_there->second) file->NoteReadable();
          } else {
            // A name that is not followed: perhaps the new name of a file that was renamed.
            for (const auto& file : files) {
              if (file->state() == FileState::kDraining) file->NoteReadable();
            }
          }
          break;
        case DirectoryWatch::Event::Kind::kNames:
          look_now |= files_there != by_path.end() || sources.Concerns(event.path);
          break;
        case DirectoryWatch::Event::Kind::kLost:
          look_now = true;
          break;
      }
    }
  }
  if (look_now) Reconcile();
}

void Tailer::Impl::Wait(absl::Duration timeout, int wake_fd) {
  LookAround();
  if (AnythingReadable()) return;
  const absl::Duration sleep = std::min(timeout, next_reconcile - clock.Elapsed());
  const timespec limit = absl::ToTimespec(std::max(sleep, absl::ZeroDuration()));
  pollfd wakers[] = {{wake_fd, POLLIN, 0}, {watch.has_value() ? watch->fd() : -1, POLLIN, 0}};
  ppoll(wakers, std::size(wakers), &limit, nullptr);  // a signal is as good as a timeout
}

Tailer::Tailer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Tailer::~Tailer() = default;

absl::StatusOr<std::unique_ptr<Tailer>> Tailer::Create(Options options,
                                                       std::vector<LogSource> sources,
                                                       std::vector<FilePosition> known,
                                                       const Clock& clock) {
  RETURN_IF_ERROR(CheckSources(sources));
  auto impl = std::make_unique<Impl>(options, std::move(known), clock);
  impl->UseSources(std::move(sources));
  return std::unique_ptr<Tailer>(new Tailer(std::move(impl)));
}

absl::Status Tailer::CheckSources(const std::vector<LogSource>& sources) {
  return FileSet::Check(sources);
}

void Tailer::SetSources(const Options& options, std::vector<LogSource> sources) {
  assert(CheckSources(sources).ok() && "the configuration was to check them");
  impl_->UseOptions(options);
  impl_->UseSources(std::move(sources));
}

const LineBatch& Tailer::ReadBatch() { return impl_->ReadBatch(); }

void Tailer::LookAround() { impl_->LookAround(); }

bool Tailer::AtEnd() const { return !impl_->AnythingReadable() && impl_->suspects.empty(); }

void Tailer::Wait(absl::Duration timeout, int wake_fd) { impl_->Wait(timeout, wake_fd); }

std::vector<UnterminatedTail> Tailer::UnterminatedTails() const {
  std::vector<UnterminatedTail> tails;
  for (const auto& file : impl_->files) {
    if (file->unterminated_bytes() == 0) continue;
    tails.push_back({file->site(), file->path(), file->unterminated_bytes()});
  }
  return tails;
}

std::vector<PositionUpdate> Tailer::positions() const {
  impl_->said = impl_->book.Changes();
  return impl_->said;
}

void Tailer::MarkCommitted() {
  impl_->book.MarkStored(impl_->said);
  impl_->said.clear();
}

std::vector<TailNotice> Tailer::TakeNotices() { return std::exchange(impl_->notices, {}); }

std::vector<Loss> Tailer::TakeLosses() { return std::exchange(impl_->losses, {}); }

std::vector<FollowedFile> Tailer::Files() const {
  std::vector<FollowedFile> rows;
  const auto& troubles = impl_->troubles.current();
  for (const auto& file : impl_->files) {
    if (file->state() == FileState::kDone) continue;
    FollowedFile row;
    row.index = file->index();
    row.site = file->site();
    row.path = file->path();
    row.failing = !file->error().ok();
    row.state = row.failing ? std::string(file->error().message())
                            : std::string(FileStateName(file->state()));
    row.offset = file->offset();
    row.size = file->size();
    rows.push_back(std::move(row));
  }
  for (const auto& entry : troubles) {
    const PathTroubles::Key& key = entry.first;
    const PathTroubles::Trouble& trouble = entry.second;
    const bool has_row = std::any_of(rows.begin(), rows.end(), [&](const FollowedFile& row) {
      return row.failing && row.site == key.first && row.path == key.second;
    });
    if (!trouble.failing || has_row) continue;
    FollowedFile row;
    row.site = key.first;
    row.path = key.second;
    row.state = trouble.text;
    row.failing = true;
    rows.push_back(std::move(row));
  }
  return rows;
}

std::map<std::string, FollowCounters> Tailer::Counters() const {
  std::map<std::string, FollowCounters> configured;
  for (const LogSource& source : impl_->sources.sources()) {
    configured[source.site] = impl_->counters[source.site];
  }
  return configured;
}

}  // namespace logtally
