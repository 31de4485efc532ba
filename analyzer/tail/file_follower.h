// Follows one open file: its bytes, its states, and the proof that it is still the same text.
#ifndef LOGTALLY_TAIL_FILE_FOLLOWER_H_
#define LOGTALLY_TAIL_FILE_FOLLOWER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/unique_fd.h"
#include "model/access_record.h"
#include "model/file_position.h"
#include "tail/container_log.h"
#include "tail/file_identity.h"
#include "tail/line_splitter.h"
#include "tail/log_content.h"

namespace logtally {

// Reads one file from its position to its end, for as long as it may grow. An archive (gzip, zstd)
// is read by the offsets of its text, and is over at its end.
//
// States: live ──LeavePath──▶ draining ──Finish──▶ done       (kLost: a file that cannot be opened
//           ◀────FoundAt────┘                                  any more; it has no follower)
//         In every state but done a truncation starts a new generation at offset 0.
// Open:   a file whose path leads to it may be parked: its descriptor is closed until there is
//         something to read, and Unpark() has opened it again.
// Units:  offsets and sizes are bytes; times are Clock::Elapsed().
// Thread: one thread at a time.
class FileFollower {
 public:
  // Takes the file as `start` says, whose offset is where a line begins.
  FileFollower(FileIndex index, OpenedLog log, FilePosition start, int64_t max_line_bytes,
               absl::Duration now);

  // --- Reading.
  enum class Outcome {
    kBytes,         // read something; the batch has the lines that are complete, if any
    kEnd,           // nothing new
    kStartedAgain,  // truncated: position() is a new generation at 0, see retired()
    kDone,          // let go; the batch may have an unterminated line
    kFailed,        // see error(); it is tried again
    kBroken,        // see error(); an archive whose rest will never be read; let go
  };
  // Reads the next chunk into `buffer` (larger than kAnchorBytes) and puts its lines into `batch`.
  Outcome Read(std::span<char> buffer, absl::Duration now, LineBatch& batch);

  // The position before the last truncation, with the size that was last seen.
  const FilePosition& retired() const { return retired_; }
  const absl::Status& error() const { return error_; }
  // When the file was last known to hold what was read, and so to have lost nothing.
  absl::Duration proven_at() const { return proven_at_; }

  // What was passed over since the last call, as no line could be made of it.
  struct Skipped {
    int64_t holes = 0;  // that began
    int64_t hole_bytes = 0;
    int64_t too_long_lines = 0;
    int64_t too_long_bytes = 0;
  };
  Skipped TakeSkipped() { return std::exchange(skipped_, {}); }

  // --- Transitions, told by whoever looks at paths.
  // A path leads to the file (again). The state is live.
  void FoundAt(const std::string& path, const FileStat& stat, absl::Duration now);
  // Whether it was cut short, as that look found it, before a byte of it was read: no read can
  // tell.
  bool WasCutUnread(const FileStat& stat) const {
    return !is_archive() && read_offset_ == 0 && stat.size < looked_size_;
  }
  // Starts a new text at offset 0; the old one is retired().
  void StartNewText(absl::Duration now) { StartAgain(now); }
  // No path that is followed leads to it any more: it was renamed or unlinked. The state is
  // draining.
  void LeavePath(absl::Duration now);
  // Another file is at the path that led here: whoever wrote to this one will change over. True if
  // that is news.
  bool NoteReplaced() { return !std::exchange(replaced_, true); }
  // Looks at the descriptor of a draining file for new bytes.
  void LookWhileDraining(absl::Duration now);
  // Whether it has been quiet for so long that it is over: a draining file whose writer has left,
  // or an archive that does not go on.
  void NoteQuiet(absl::Duration now, absl::Duration drain_quiet);
  // False once the bytes before the end of what was read are others: the next read will start
  // again.
  bool StillHasItsText() const;
  // It may have bytes to read. Of no effect on a file that is done, whose path others may have.
  void NoteReadable() { readable_ = position_.state != FileState::kDone; }

  // Finds out again whether it is plain text or an archive: for one that was empty when it was
  // opened. Errors: as LogContent::Open.
  absl::Status Identify();
  bool is_archive() const { return content_.has_value() && content_->is_archive(); }
  bool waits_its_turn() const { return content_.has_value() && content_->waits_its_turn(); }
  // Null while it is parked.
  LogContent* content() { return content_.has_value() ? &*content_ : nullptr; }

  bool parked() const { return !fd_.valid() && position_.state != FileState::kDone; }
  // Closes the descriptor, keeps all else. Not of a file that only the descriptor leads to.
  void Park();
  // `log` must be the same file.
  absl::Status Unpark(OpenedLog log);

  // For whoever decides which file to park: grows with each use.
  uint64_t used_at() const { return used_at_; }
  void NoteUse(uint64_t tick) { used_at_ = tick; }

  // Makes what was read so far durable (fdatasync), so that no power cut can take it back.
  absl::Status Sync();
  bool unsynced() const { return unsynced_; }
  // Somebody else has made it durable.
  void NoteSynced() { unsynced_ = false; }
  uint64_t device() const { return position_.device; }

  void SetMaxLineBytes(int64_t max_line_bytes) {
    splitter_.SetMaxLineBytes(max_line_bytes);
    container_.SetMaxLineBytes(max_line_bytes);
  }
  // Goes to `offset`, where a line begins: what is before it was read as the text `continues`, or
  // is not wanted.
  void StartAt(int64_t offset, std::optional<TextKey> continues);
  // Nothing of this file is to be read (any more).
  void Close();

  // --- What is known of it.
  FileIndex index() const { return index_; }
  const FileKey& key() const { return position_.key; }
  TextKey text() const { return position_.text(); }
  const std::string& site() const { return position_.key.site; }
  const std::string& path() const { return position_.path; }
  FileState state() const { return position_.state; }
  int64_t offset() const { return position_.offset; }
  int64_t generation() const { return position_.generation; }
  int64_t size() const { return looked_size_; }  // as last looked at
  int64_t unterminated_bytes() const { return read_offset_ - position_.offset; }
  // Bytes may be waiting, or the file is to be let go.
  bool readable() const { return readable_ || drain_is_over_; }
  void ClearReadable() { readable_ = drain_is_over_ = false; }
  // False for a file of which nothing was ever read, until somebody has looked whether its text is
  // known from another file: it may be a copy, or a moved one.
  bool judged() const { return judged_; }
  void SetJudged() { judged_ = true; }
  int fd() const { return fd_.get(); }
  // Since when its size has been what it is.
  absl::Duration quiet_since() const { return quiet_since_; }
  int64_t mtime_ns() const { return mtime_ns_; }
  FilePosition position() const;

 private:
  Outcome Consume(std::string_view overlap_and_chunk, size_t overlap, LineBatch& batch);
  Outcome StartAgain(absl::Duration now);
  Outcome Finish(LineBatch& batch);
  void NoteSize(const FileStat& stat, absl::Duration now);
  void SkipTo(int64_t offset);
  absl::StatusOr<std::string> ReadText(int64_t offset, int64_t size) const;
  absl::Status TakeEvidence();
  Outcome Fail(const absl::Status& status);
  void MoveTo(int64_t new_offset, LineBatch& batch);

  const FileIndex index_;
  UniqueFd fd_;
  mutable std::optional<LogContent> content_;  // of fd_
  FilePosition position_;  // its hashes are made when somebody asks for the position
  FilePosition retired_;
  absl::Status error_;
  LineSplitter splitter_;
  ContainerLog container_;
  int64_t read_offset_ = 0;  // the end of what was read; position_.offset is where a line begins
  std::string head_;         // the first bytes read, at most kHeadBytes
  std::string anchor_;       // the last bytes before position_.offset, at most kAnchorBytes
  std::string tail_;         // the last bytes before read_offset_, at most kAnchorBytes
  bool readable_ = true;
  bool judged_;
  bool replaced_ = false;
  bool drain_is_over_ = false;
  bool unsynced_ = false;
  uint64_t used_at_ = 0;
  Skipped skipped_;
  bool has_evidence_ = true;  // false: head_, anchor_ and tail_ could not be read yet
  bool in_hole_ = false;      // the last byte read is one of a hole
  absl::Duration proven_at_;
  absl::Duration quiet_since_;
  // As last looked at. Only a read that finds the old bytes in place makes it position_.size_seen:
  // the size of a file that was truncated and has grown again says nothing about what was lost.
  int64_t looked_size_ = 0;
  int64_t mtime_ns_ = 0;
};

}  // namespace logtally

#endif  // LOGTALLY_TAIL_FILE_FOLLOWER_H_
