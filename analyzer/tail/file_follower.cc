// Every read begins a few bytes before the end of the last one: those bytes must still be the
// same. So one pread both proves that the file is the text that it was and reads what is new; a
// file that was truncated, even if it has grown beyond the old offset since, is noticed before any
// byte of it is taken for a continuation.
//
// The proof is over the bytes that were *read* (tail_), not only over those whose lines were handed
// out (anchor_, which is what the store remembers): half a line waiting in the splitter must not
// be glued to the other half of a different file.
#include "tail/file_follower.h"

#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <utility>

#include "base/errno_status.h"
#include "base/hash.h"
#include "base/status_macros.h"

namespace logtally {
namespace {

std::string LastBytes(std::string_view bytes, int64_t count) {
  return std::string(bytes.substr(bytes.size() - std::min<size_t>(bytes.size(), count)));
}

// Few lengths, so that a text can be looked up by its head: 1024, 512, … 64, or all that there is.
int64_t HeadLength(int64_t consumed) {
  if (consumed < kMovedEvidenceBytes) return consumed;
  return std::min(kHeadBytes,
                  static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(consumed))));
}

}  // namespace

FileFollower::FileFollower(FileIndex index, OpenedLog log, FilePosition start,
                           int64_t max_line_bytes, absl::Duration now)
    : index_(index),
      fd_(std::move(log.fd)),
      position_(std::move(start)),
      splitter_(max_line_bytes),
      container_(max_line_bytes),
      judged_(position_.offset > 0 || position_.generation > 0),
      proven_at_(now),
      quiet_since_(now) {
  position_.device = log.stat.device;
  (void)Identify();  // what cannot be read is found out again when it is judged
  NoteSize(log.stat, now);
  if (!is_archive()) position_.size_seen = std::max(position_.size_seen, looked_size_);
  SkipTo(position_.offset);
}

absl::Status FileFollower::Identify() {
  absl::StatusOr<LogContent> content = LogContent::Open(fd_.get(), position_.path);
  if (!content.ok()) return content.status();
  content_ = *std::move(content);
  return absl::OkStatus();
}

void FileFollower::Park() {
  content_.reset();
  fd_.reset();
}

absl::Status FileFollower::Unpark(OpenedLog log) {
  fd_ = std::move(log.fd);
  return Identify();
}

absl::Status FileFollower::Sync() {
  if (!std::exchange(unsynced_, false) || !fd_.valid() || is_archive()) return absl::OkStatus();
  if (fdatasync(fd_.get()) == 0 || errno == EINVAL || errno == EROFS) return absl::OkStatus();
  return ErrnoStatus("sync", position_.path, errno);
}

FileFollower::Outcome FileFollower::Read(std::span<char> buffer, absl::Duration now,
                                         LineBatch& batch) {
  assert(fd_.valid() && "a file that is done or parked has nothing to read");
  if (!content_.has_value()) {
    if (const absl::Status status = Identify(); !status.ok()) return Fail(status);
  }
  if (!has_evidence_) {
    if (const absl::Status status = TakeEvidence(); !status.ok()) return Fail(status);
    if (position_.anchor_length == std::ssize(anchor_) &&
        position_.anchor_hash != StableHash(anchor_) && !is_archive()) {
      return StartAgain(now);
    }
  }
  const size_t overlap = tail_.size();
  const absl::StatusOr<size_t> n =
      content_->ReadAt(buffer, read_offset_ - static_cast<int64_t>(overlap));
  if (!n.ok()) return Fail(n.status());
  const std::string_view bytes(buffer.data(), *n);
  if (!bytes.starts_with(tail_)) {
    if (!is_archive()) return StartAgain(now);
    return Fail(absl::DataLossError(position_.path + ": the archive is another one by now"));
  }
  error_ = absl::OkStatus();
  proven_at_ = now;
  position_.size_seen = std::max(position_.size_seen, looked_size_);
  if (bytes.size() == overlap) {
    if (is_archive()) {
      // The old bytes alone say nothing: behind them is the end, or what cannot be read.
      char next;
      const absl::StatusOr<size_t> more = content_->ReadAt({&next, 1}, read_offset_);
      if (!more.ok()) return Fail(more.status());
      if (*more > 0) return Outcome::kEnd;  // it has grown just now
    }
    readable_ = false;
    return drain_is_over_ || is_archive() ? Finish(batch) : Outcome::kEnd;
  }
  // An archive says at its next read whether this is the end.
  if (bytes.size() < buffer.size() && !is_archive()) readable_ = false;
  drain_is_over_ = false;
  quiet_since_ = now;
  unsynced_ = true;
  return Consume(bytes, overlap, batch);
}

FileFollower::Outcome FileFollower::Fail(const absl::Status& status) {
  error_ = status;
  const bool over = is_archive() && (drain_is_over_ || !absl::IsUnavailable(status));
  ClearReadable();
  if (!over) return Outcome::kFailed;
  Close();
  return Outcome::kBroken;
}

FileFollower::Outcome FileFollower::Consume(std::string_view overlap_and_chunk, size_t overlap,
                                            LineBatch& batch) {
  const std::string_view chunk = overlap_and_chunk.substr(overlap);
  const int64_t buffer_offset = read_offset_ - static_cast<int64_t>(overlap);
  if (read_offset_ < kHeadBytes) head_.append(chunk.substr(0, kHeadBytes - read_offset_));
  splitter_.Append(chunk);
  while (const std::optional<RawLine> line = splitter_.Next()) {
    batch.lines.push_back(*line);
    if (line->kind != RawLine::Kind::kTooLong) continue;
    skipped_.too_long_bytes += splitter_.line_offset() - line->offset_bytes;
  }
  container_.Unwrap(batch.lines);
  skipped_.too_long_lines +=
      std::ranges::count(batch.lines, RawLine::Kind::kTooLong, &RawLine::kind);
  read_offset_ = splitter_.end_offset();
  const int64_t hole_bytes = splitter_.TakeHoleBytes();
  skipped_.hole_bytes += hole_bytes;
  if (hole_bytes > 0 && !in_hole_) ++skipped_.holes;
  in_hole_ = chunk.back() == '\0' && splitter_.line_offset() == read_offset_;
  if (!is_archive()) {
    looked_size_ = std::max(looked_size_, read_offset_);
    position_.size_seen = std::max(position_.size_seen, read_offset_);
  }
  const int64_t done_to = container_.unfinished_from().value_or(splitter_.line_offset());
  if (done_to > position_.offset) {
    MoveTo(done_to, batch);
    anchor_ =
        LastBytes(overlap_and_chunk.substr(0, position_.offset - buffer_offset), kAnchorBytes);
  }
  tail_ = LastBytes(overlap_and_chunk, kAnchorBytes);
  return Outcome::kBytes;
}

FileFollower::Outcome FileFollower::StartAgain(absl::Duration now) {
  retired_ = position();
  ++position_.generation;
  position_.size_seen = looked_size_ = 0;
  StartAt(0, std::nullopt);
  readable_ = true;
  drain_is_over_ = false;
  quiet_since_ = now;
  return Outcome::kStartedAgain;
}

FileFollower::Outcome FileFollower::Finish(LineBatch& batch) {
  std::optional<RawLine> line = splitter_.Finish();
  if (!line.has_value()) line = container_.Finish();
  if (line.has_value()) {
    batch.lines.push_back(*line);
    MoveTo(splitter_.line_offset(), batch);
    anchor_ = tail_;
  }
  Close();
  return Outcome::kDone;
}

void FileFollower::MoveTo(int64_t new_offset, LineBatch& batch) {
  batch.bytes += new_offset - position_.offset;
  position_.offset = new_offset;
}

void FileFollower::FoundAt(const std::string& path, const FileStat& stat, absl::Duration now) {
  position_.path = path;
  position_.state = FileState::kLive;
  replaced_ = drain_is_over_ = false;
  NoteSize(stat, now);
}

void FileFollower::LeavePath(absl::Duration now) {
  position_.state = FileState::kDraining;
  quiet_since_ = now;  // a writer that has just lost the name may still hold the file
  readable_ = true;
}

void FileFollower::LookWhileDraining(absl::Duration now) {
  const absl::StatusOr<FileStat> stat = StatOpened(fd_.get(), position_.path);
  if (!stat.ok()) return;  // a network file system that is away: look again
  NoteSize(*stat, now);
  if (stat->links == 0) replaced_ = true;  // whoever writes has another file by now, or none
}

void FileFollower::NoteQuiet(absl::Duration now, absl::Duration drain_quiet) {
  const bool may_end = is_archive() || (position_.state == FileState::kDraining && replaced_);
  drain_is_over_ = !readable_ && may_end && now - quiet_since_ >= drain_quiet;
}

bool FileFollower::StillHasItsText() const {
  const auto overlap = static_cast<int64_t>(tail_.size());
  const absl::StatusOr<std::string> text = ReadText(read_offset_ - overlap, overlap);
  return !text.ok() || *text == tail_;
}

void FileFollower::NoteSize(const FileStat& stat, absl::Duration now) {
  // The size of an archive says nothing about that of its text.
  const int64_t read_size = is_archive() ? looked_size_ : read_offset_;
  if (stat.size != read_size || stat.mtime_ns != mtime_ns_) readable_ = true;
  if (!error_.ok() && !is_archive()) readable_ = true;
  if (stat.size != looked_size_) quiet_since_ = now;
  looked_size_ = stat.size;
  if (is_archive()) position_.size_seen = stat.size;
  mtime_ns_ = stat.mtime_ns;
}

void FileFollower::StartAt(int64_t offset, std::optional<TextKey> continues) {
  position_.start_offset = offset;
  position_.continues = std::move(continues);
  SkipTo(offset);
}

void FileFollower::SkipTo(int64_t offset) {
  position_.offset = read_offset_ = offset;
  if (!is_archive()) position_.size_seen = std::max(position_.size_seen, offset);
  splitter_.StartAt(offset);
  container_.StartAgain();
  error_ = TakeEvidence();
}

// Reads what is to be compared at the next read. What cannot be read now is read before that.
absl::Status FileFollower::TakeEvidence() {
  has_evidence_ = false;
  const int64_t offset = position_.offset;
  const int64_t anchor_length = std::min(offset, kAnchorBytes);
  ASSIGN_OR_RETURN(head_, ReadText(0, std::min(offset, kHeadBytes)));
  ASSIGN_OR_RETURN(anchor_, ReadText(offset - anchor_length, anchor_length));
  // A file that is shorter by now must fail the proof of the next read, not pass it for want of
  // bytes.
  anchor_.resize(anchor_length);
  tail_ = anchor_;
  has_evidence_ = true;
  return absl::OkStatus();
}

absl::StatusOr<std::string> FileFollower::ReadText(int64_t offset, int64_t size) const {
  std::string text(size, '\0');
  if (size == 0) return text;
  if (!content_.has_value()) return absl::UnavailableError("read " + position_.path + ": not open");
  ASSIGN_OR_RETURN(const size_t n, content_->ReadAt({text.data(), text.size()}, offset));
  text.resize(n);
  return text;
}

void FileFollower::Close() {
  position_.state = FileState::kDone;
  ClearReadable();
  content_.reset();
  fd_.reset();
}

FilePosition FileFollower::position() const {
  FilePosition position = position_;
  if (!has_evidence_) return position;  // what the store has of it is still true
  const std::string_view head = std::string_view(head_).substr(
      0, HeadLength(std::min<int64_t>(std::ssize(head_), position_.offset)));
  position.head_length = static_cast<int32_t>(head.size());
  position.head_hash = StableHash(head);
  position.anchor_length = static_cast<int32_t>(anchor_.size());
  position.anchor_hash = StableHash(anchor_);
  return position;
}

}  // namespace logtally
