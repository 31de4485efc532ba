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
// After so much of lines that do not end ReadBatch gives way: some 50 ms of work.
constexpr int64_t kGiveWayBytes = 64 << 20;

}  // namespace

Tailer::Impl::Impl(Options options_in, std::vector<FilePosition> known, const Clock& clock_in)
    : options(std::move(options_in)), clock(clock_in), book(known) {
  for (const FilePosition& position : known) {
    if (position.state == FileState::kDone || position.state == FileState::kLost) continue;
    unfinished.push_back({position.text(), options.known_since});
  }
  RememberPaths(known);
  if (options.watch == Options::Watch::kInotify) watch.emplace();
}

void Tailer::Impl::ReadBatch(LineBatch& batch) {
  batch.Clear();
  batch.chunk.resize(options.read_bytes + kAnchorBytes);
  LookAround();
  // What a stream has nobody can read later, so it goes first; but files have every other turn.
  if (!std::exchange(stream_had_turn, false) && streams.Read(batch)) {
    stream_had_turn = true;
    return;
  }
  int64_t endless_bytes = 0;
  while (endless_bytes < kGiveWayBytes) {
    FileFollower* file = NextReadable();
    if (file == nullptr) break;
    if (!EnsureOpen(*file)) continue;
    const int64_t unterminated_before = file->unterminated_bytes();
    if (file->judged() || Admit(*file)) ReadFrom(*file, batch);
    endless_bytes += std::max<int64_t>(0, file->unterminated_bytes() - unterminated_before);
    if (batch.empty()) continue;
    batch.file = file->index();
    batch.site = file->site();
    batch.path = file->path();
    batch.text = file->text();
    return;
  }
  streams.Read(batch);
}

void Tailer::Impl::ReadFrom(FileFollower& file, LineBatch& batch) {
  const FileFollower::Outcome outcome = file.Read(batch.chunk, clock.Elapsed(), batch);
  NoteSkipped(file);
  switch (outcome) {
    case FileFollower::Outcome::kEnd:
      return;
    case FileFollower::Outcome::kFailed:
      troubles.Meet(file.site(), file.path(), std::string(file.error().message()));
      return;
    case FileFollower::Outcome::kBroken:
      Say(Severity::kWarning, absl::StrCat(file.error().message(), "; what came after byte ",
                                           file.offset(), " of its text is lost"));
      Lose(file.site(), LossCause::kGone, file.path(), LossSince(WallTime(file.proven_at()), 0));
      break;
    case FileFollower::Outcome::kStartedAgain:
      NoteTruncated(file.retired(), file.path(), WallTime(file.proven_at()));
      break;
    case FileFollower::Outcome::kBytes:
    case FileFollower::Outcome::kDone:
      break;
  }
  Store(file);
}

void Tailer::Impl::NoteSkipped(FileFollower& file) {
  const FileFollower::Skipped skipped = file.TakeSkipped();
  if (skipped.hole_bytes > 0) {
    LossTally tally = LossSince(clock.Now(), skipped.hole_bytes);
    tally.losses = skipped.holes;
    Lose(file.site(), LossCause::kNulHole, file.path(), tally);
  }
  // Once a file: the bytes may come from a client that sends such.
  if (skipped.holes > 0 && said_holes.insert(file.index()).second) {
    Say(Severity::kWarning,
        absl::StrCat(file.path(), ": a hole of NUL bytes before byte ", file.offset(),
                     ", where a writer did not notice that its file was truncated, or after a "
                     "crash"));
  }
  if (skipped.too_long_lines == 0) return;
  LossTally tally = LossSince(clock.Now(), skipped.too_long_bytes);
  tally.losses = tally.lines = skipped.too_long_lines;
  Lose(file.site(), LossCause::kTooLong, file.path(), tally);
}

// A text that was read to its end may still have had lines that nobody saw; and copytruncate leaves
// a copy, with lines that came after the last read. So it waits to be found again (unfinished.cc).
void Tailer::Impl::NoteTruncated(FilePosition before, const std::string& path,
                                 absl::Time intact_at) {
  if (before.state == FileState::kDone) return;  // its inode was used again where none has a birth
  ++counters[before.key.site].truncations;
  Say(Severity::kInfo, absl::StrCat(path, ": truncated; reading it from its beginning"));
  before.state = FileState::kAwaitCopy;
  before.path = path;
  const TextKey text = before.text();
  book.Set(std::move(before));
  Await(text, intact_at);
  const auto memory = at_path.find({text.file.site, path});
  if (memory != at_path.end()) memory->second.truncated = true;
  next_reconcile = clock.Elapsed();  // the copy is there already, and may not be for long
}

LossTally Tailer::Impl::LossSince(absl::Time from, int64_t bytes) const {
  const absl::Time now = clock.Now();
  const absl::Time begin = std::min(from == absl::InfinitePast() ? now : from, now);
  return {.losses = 1,
          .bytes = bytes,
          .from_unix = absl::ToUnixSeconds(begin),
          .to_unix = absl::ToUnixSeconds(now)};
}

absl::Time Tailer::Impl::WallTime(absl::Duration elapsed) const {
  return clock.Now() - (clock.Elapsed() - elapsed);
}

FileFollower* Tailer::Impl::NextReadable() {
  while (!catch_up.empty()) {
    if (catch_up.front()->readable()) return catch_up.front();
    catch_up.erase(catch_up.begin());
  }
  FileFollower* waiting = nullptr;
  for (size_t i = 0; i < files.size(); ++i) {
    FileFollower* file = files[(next_turn + i) % files.size()].get();
    if (!file->readable()) continue;
    if (file->waits_its_turn()) {
      if (waiting == nullptr) waiting = file;
      continue;
    }
    next_turn = (next_turn + i + 1) % files.size();
    return file;
  }
  return waiting;
}

bool Tailer::Impl::AnythingReadable() const {
  return std::any_of(files.begin(), files.end(), [](const auto& file) { return file->readable(); });
}

void Tailer::Impl::LookAround() {
  const bool names_changed = TakeEvents();
  if (!names_changed && clock.Elapsed() < next_reconcile) return;
  Reconcile();
  if (TakeEvents()) next_reconcile = clock.Elapsed();
  JudgeBursts();
}

bool Tailer::Impl::TakeEvents() {
  bool names_changed = false;
  if (!watch.has_value()) return false;
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
      case DirectoryWatch::Event::Kind::kAppeared:
        ++appeared[event.path];
        [[fallthrough]];
      case DirectoryWatch::Event::Kind::kNames:
        Stir(event.path);
        names_changed =
            names_changed || files_there != by_path.end() || sources.Concerns(event.path);
        break;
      case DirectoryWatch::Event::Kind::kLost:
        for (auto& [stem, stirred] : stirred_stems) stirred = true;
        names_changed = true;
        break;
    }
  }
  return names_changed;
}

void Tailer::Impl::Wait(absl::Duration timeout, int wake_fd) {
  LookAround();
  if (AnythingReadable()) return;
  const absl::Duration sleep = std::min(timeout, next_reconcile - clock.Elapsed());
  const timespec limit = absl::ToTimespec(std::max(sleep, absl::ZeroDuration()));
  std::vector<pollfd> wakers = {{wake_fd, POLLIN, 0},
                                {watch.has_value() ? watch->fd() : -1, POLLIN, 0}};
  streams.AppendWakers(wakers);
  ppoll(wakers.data(), wakers.size(), &limit, nullptr);  // a signal is as good as a timeout
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
  RETURN_IF_ERROR(StreamSet::Check(sources));
  return FileSet::Check(sources);
}

void Tailer::SetSources(const Options& options, std::vector<LogSource> sources) {
  assert(CheckSources(sources).ok() && "the configuration was to check them");
  impl_->UseOptions(options);
  impl_->UseSources(std::move(sources));
}

void Tailer::ReadBatch(LineBatch& batch) { impl_->ReadBatch(batch); }

void Tailer::LookAround() { impl_->LookAround(); }

void Tailer::Conclude() { impl_->Conclude(); }

bool Tailer::AtEnd() const {
  // A text that is missing is given up by the next pass or so.
  const bool searching =
      std::any_of(impl_->unfinished.begin(), impl_->unfinished.end(),
                  [](const auto& text) { return text.missing_since != absl::InfiniteDuration(); });
  return !impl_->AnythingReadable() && impl_->suspects.empty() && !searching &&
         !impl_->waits_for_room && impl_->streams.AtEnd();
}

absl::Status Tailer::SyncRead() { return impl_->SyncRead(); }

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

std::vector<Loss> Tailer::TakeLosses() {
  std::vector<Loss> losses = std::exchange(impl_->losses, {});
  for (Loss& loss : impl_->streams.TakeLosses(impl_->clock.Now())) {
    losses.push_back(std::move(loss));
  }
  return losses;
}

std::vector<FollowedFile> Tailer::Files() const {
  std::vector<FollowedFile> rows;
  const auto& troubles = impl_->troubles.current();
  std::set<PathTroubles::Key> failing;
  for (const auto& file : impl_->files) {
    if (file->state() == FileState::kDone) continue;
    FollowedFile row;
    row.index = file->index();
    row.site = file->site();
    row.path = file->path();
    row.failing = !file->error().ok();
    row.state = row.failing ? std::string(file->error().message())
                            : std::string(FileStateName(file->state()));
    if (row.failing) failing.insert({row.site, row.path});
    row.offset = file->offset();
    row.size = file->is_archive() ? row.offset : file->size();  // how long its text is nobody knows
    rows.push_back(std::move(row));
  }
  impl_->streams.AppendRows(rows);
  for (const auto& entry : troubles) {
    const PathTroubles::Key& key = entry.first;
    const PathTroubles::Trouble& trouble = entry.second;
    if (!trouble.failing || failing.contains(key)) continue;
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
