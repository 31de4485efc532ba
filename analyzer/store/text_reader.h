// What the store holds of each text, all of one commit: for those who count the logs again.
#ifndef LOGTALLY_STORE_TEXT_READER_H_
#define LOGTALLY_STORE_TEXT_READER_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "model/file_position.h"
#include "model/status_code.h"

namespace logtally {

// What lines gave: responses by code, and how many were rejected.
struct TextTally {
  std::map<StatusCode, int64_t> responses;
  int64_t rejected_lines = 0;

  int64_t lines() const;
  void operator+=(const TextTally& other);
  bool operator==(const TextTally&) const = default;
};

struct StoredText {
  FilePosition position;
  TextTally tally;         // of the lines in [start_offset, offset)
  int64_t commit_seq = 0;  // the transaction that last moved it
};

struct StoredTexts {
  int64_t commit_seq = 0;    // of the last transaction
  int64_t created_unix = 0;  // when the store began to keep texts
  std::vector<StoredText> texts;
};

// Reads them in one transaction, on a connection that never writes and never checkpoints: safe
// beside a running daemon.
// Errors: kNotFound "open database …: No such file or directory"; kFailedPrecondition for another
// schema; else as Database.
absl::StatusOr<StoredTexts> ReadTexts(const std::string& database_path);

}  // namespace logtally

#endif  // LOGTALLY_STORE_TEXT_READER_H_
