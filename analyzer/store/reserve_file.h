// Room on the disk that the store keeps for the moment at which there is none left.
//
// On a full disk the write-ahead log cannot be emptied, as its pages have no room in the database;
// and so it keeps the room that the next commit needs. Some room that can be given back at once
// ends that. Its size is what it takes in the worst case: a write-ahead log of 1000 pages (4 MiB)
// that goes into the database, and the largest batch (10,000 counts) behind it.
#ifndef LOGTALLY_STORE_RESERVE_FILE_H_
#define LOGTALLY_STORE_RESERVE_FILE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace logtally {

// Thread: one at a time.
class ReserveFile {
 public:
  static constexpr int64_t kBytes = 8 << 20;

  // <state_dir>/logtally.reserve, which may be there from an earlier run.
  explicit ReserveFile(const std::string& state_dir) : path_(state_dir + "/logtally.reserve") {}

  // Whether the room is kept.
  bool IsThere() const;
  // Keeps the room if there is plenty: four times as much must be free.
  // Errors: kResourceExhausted if it is not; others of the file system.
  absl::Status Make();
  // Gives the room back. Returns whether there was any.
  bool Release();

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace logtally

#endif  // LOGTALLY_STORE_RESERVE_FILE_H_
