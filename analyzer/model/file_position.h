// How far one file has been read, and how to recognise that file again.
#ifndef LOGTALLY_MODEL_FILE_POSITION_H_
#define LOGTALLY_MODEL_FILE_POSITION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace logtally {

// Who a file is. An inode alone is no identity (a rotated log's inode is used again at once on
// ext4), so the birth time belongs to it; the device number is only a hint, as it may change
// over a reboot. The site is part of it: one file read for two sites is counted for both.
struct FileKey {
  std::string site;
  uint64_t inode = 0;
  int64_t btime_ns = 0;  // statx stx_btime, unix nanoseconds; 0 where the file system has none

  bool operator==(const FileKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const FileKey& key) {
    return H::combine(std::move(h), key.site, key.inode, key.btime_ns);
  }
};

// One text of a file: a file that was truncated starts a new text under the same key.
struct TextKey {
  FileKey file;
  int64_t generation = 0;  // 0 for the first text

  bool operator==(const TextKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const TextKey& key) {
    return H::combine(std::move(h), key.file, key.generation);
  }
};

enum class FileState : uint8_t {
  kLive,       // a path leads to it
  kDraining,   // renamed or unlinked; read on until it is quiet
  kDone,       // read to its end; nothing more will come
  kLost,       // gone with unread bytes
  kAwaitCopy,  // truncated with unread bytes, which may turn up in the copy that copytruncate made
};

// "live", "draining", "done", "lost", "await_copy": as in the database.
std::string_view FileStateName(FileState state);
std::optional<FileState> ParseFileState(std::string_view name);

// Offsets and lengths are bytes of the file's content.
struct FilePosition {
  FileKey key;
  uint64_t device = 0;
  int64_t generation = 0;  // +1 each time the same file starts another text (truncation)
  // The lines that begin in [start_offset, offset) were read under this text, each once.
  int64_t start_offset = 0;
  int64_t offset = 0;       // a line begins at it
  int64_t size_seen = 0;    // of an archive: of the file itself, not of its text
  int32_t head_length = 0;  // 0 … 1024: the first bytes of the file, as many as were consumed
  uint64_t head_hash = 0;
  int32_t anchor_length = 0;  // 0 … 128: the last bytes consumed, just before `offset`
  uint64_t anchor_hash = 0;
  FileState state = FileState::kLive;
  std::string path;  // where it was last seen
  // The text whose reading goes on here at start_offset: this file holds the same text, because it
  // was moved, copied or compressed.
  std::optional<TextKey> continues;

  TextKey text() const { return {key, generation}; }
};

// A position to be stored, and what the store must still hold for that to be right
// (compare and swap). `stored_offset` is nothing for a text that the store does not know yet.
struct PositionUpdate {
  FilePosition position;
  std::optional<int64_t> stored_offset;
};

}  // namespace logtally

#endif  // LOGTALLY_MODEL_FILE_POSITION_H_
