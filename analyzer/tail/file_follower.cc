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
#include <cassert>
#include <cstring>
#include <utility>

#include "base/errno_status.h"
#include "base/hash.h"

namespace logtally {
namespace {

std::string LastBytes(std::string_view bytes, int64_t count) {
  return std::string(bytes.substr(bytes.size() - std::min<size_t>(bytes.size(), count)));
}

}  // namespace

FileFollower::FileFollower(FileIndex index, OpenedLog log, FilePosition start,
                           int64_t max_line_bytes, absl::Duration now)
    : index_(index),
      fd_(std::move(log.fd)),
      position_(std::move(start)),
      splitter_(max_line_bytes),
      judged_(position_.offset > 0 || position_.generation > 0),
      quiet_since_(now) {
  position_.device = log.stat.device;
  NoteSize(log.stat, now);
  position_.size_seen = std::max(position_.size_seen, looked_size_);
  SkipTo(position_.offset);
}

FileFollower::Outcome FileFollower::Read(std::span<char> buffer, absl::Duration now,
                                         LineBatch& batch) {
  assert(fd_.valid() && "a file that is done has nothing to read");
  const size_t overlap = tail_.size();
  ssize_t n;
  do {
    n = pread(fd_.get(), buffer.data(), buffer.size(),
              read_offset_ - static_cast<int64_t>(overlap));
  } while (n < 0 && errno == EINTR);
  if (n < 0) {
    error_ = ErrnoStatus("read", position_.path, errno);
    ClearReadable();
    return Outcome::kFailed;
  }
  error_ = absl::OkStatus();
  const std::string_view bytes(buffer.data(), n);
  if (!bytes.starts_with(tail_)) return StartAgain(now);
  position_.size_seen = std::max(position_.size_seen, looked_size_);
  if (bytes.size() < buffer.size()) readable_ = false;  // the end, as of now
  if (bytes.size() == overlap) return drain_is_over_ ? Finish(batch) : Outcome::kEnd;
  drain_is_over_ = false;
  quiet_since_ = now;
  return Consume(bytes, overlap, batch);
}

FileFollower::Outcome FileFollower::Consume(std::string_view overlap_and_chunk, size_t overlap,
                                            LineBatch& batch) {
  const std::string_view chunk = overlap_and_chunk.substr(overlap);
  const int64_t buffer_offset = read_offset_ - static_cast<int64_t>(overlap);
  if (read_offset_ < kHeadBytes) head_.append(chunk.substr(0, kHeadBytes - read_offset_));
  splitter_.Append(chunk);
  while (const std::optional<RawLine> line = splitter_.Next()) batch.lines.push_back(*line);
  read_offset_ = splitter_.end_offset();
  looked_size_ = std::max(looked_size_, read_offset_);
  position_.size_seen = std::max(position_.size_seen, read_offset_);
  if (splitter_.line_offset() > position_.offset) {
    MoveTo(splitter_.line_offset(), batch);
    anchor_ =
        LastBytes(overlap_and_chunk.substr(0, position_.offset - buffer_offset), kAnchorBytes);
  }
  tail_ = LastBytes(overlap_and_chunk, kAnchorBytes);
  return Outcome::kBytes;
}

FileFollower::Outcome FileFollower::StartAgain(absl::Duration now) {
  retired_ = position();
  ++position_.generation;
  position_.start_offset = 0;
  position_.continues.reset();
  position_.size_seen = looked_size_ = 0;
  SkipTo(0);
  readable_ = true;
  drain_is_over_ = false;
  quiet_since_ = now;
  return Outcome::kStartedAgain;
}

FileFollower::Outcome FileFollower::Finish(LineBatch& batch) {
  if (const std::optional<RawLine> line = splitter_.Finish()) {
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

void FileFollower::LookWhileDraining(absl::Duration now, absl::Duration drain_quiet) {
  const absl::StatusOr<FileStat> stat = StatOpened(fd_.get(), position_.path);
  if (!stat.ok()) return;  // a network file system that is away: look again
  NoteSize(*stat, now);
  const bool writer_has_left = replaced_ || stat->links == 0;
  drain_is_over_ = !readable_ && writer_has_left && now - quiet_since_ >= drain_quiet;
}

bool FileFollower::StillHasItsText() const {
  const auto overlap = static_cast<int64_t>(tail_.size());
  return ReadBytes(fd_.get(), read_offset_ - overlap, overlap) == tail_;
}

void FileFollower::NoteSize(const FileStat& stat, absl::Duration now) {
  if (stat.size != read_offset_ || stat.mtime_ns != mtime_ns_ || !error_.ok()) readable_ = true;
  if (stat.size != looked_size_) quiet_since_ = now;
  looked_size_ = stat.size;
  mtime_ns_ = stat.mtime_ns;
}

void FileFollower::SkipTo(int64_t offset) {
  position_.offset = read_offset_ = offset;
  position_.size_seen = std::max(position_.size_seen, offset);
  splitter_.StartAt(offset);
  head_ = ReadBytes(fd_.get(), 0, std::min(offset, kHeadBytes));
  const int64_t anchor_length = std::min(offset, kAnchorBytes);
  anchor_ = ReadBytes(fd_.get(), offset - anchor_length, anchor_length);
  // A file that is shorter by now must fail the proof of the next read, not pass it for want of
  // bytes.
  anchor_.resize(anchor_length);
  tail_ = anchor_;
}

void FileFollower::Close() {
  position_.state = FileState::kDone;
  ClearReadable();
  fd_.reset();
}

FilePosition FileFollower::position() const {
  FilePosition position = position_;
  const std::string_view head =
      std::string_view(head_).substr(0, std::min<size_t>(head_.size(), position_.offset));
  position.head_length = static_cast<int32_t>(head.size());
  position.head_hash = StableHash(head);
  position.anchor_length = static_cast<int32_t>(anchor_.size());
  position.anchor_hash = StableHash(anchor_);
  return position;
}

}  // namespace logtally
