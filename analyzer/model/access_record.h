// What crosses the borders between reading, parsing and counting.
#ifndef LOGTALLY_MODEL_ACCESS_RECORD_H_
#define LOGTALLY_MODEL_ACCESS_RECORD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/file_position.h"
#include "model/method.h"
#include "model/status_code.h"

namespace logtally {

// Why a line is no record. Reading finds the first two, parsing the rest.
enum class RejectReason : uint8_t {
  kTooLong,       // longer than max_line_bytes; skipped up to its '\n'
  kUnterminated,  // the file ended, for good, without a '\n' after this line
  kEmpty,         // nothing, or only white space and NUL bytes
  kNoStatus,      // the shape is right, but where the status belongs stands "-" or nothing
  kNoMatch,       // no status could be found by the format, nor by the tolerant search
};
inline constexpr int kRejectReasonCount = 5;

// "too_long", "unterminated", "empty", "no_status", "no_match": as in metrics and the database.
std::string_view RejectReasonName(RejectReason reason);

// Which followed file a line came from: an index that stays the same while the process lives.
using FileIndex = uint32_t;

// One complete line of one file.
struct RawLine {
  // What stands where bytes would be when the line cannot be handed out whole.
  enum class Kind : uint8_t { kWhole, kTooLong, kUnterminated };

  std::string_view bytes;  // without '\n' and without a '\r' before it; empty unless kWhole
  int64_t offset_bytes;    // of its first byte in the (decompressed) file
  Kind kind = Kind::kWhole;
};

// The lines of one read from one file, and the memory that they are in: made once, then filled
// again and again. Views: of the lines, good until the next read from the same input; after Own(),
// as long as the
//        batch is left as it is, on whatever thread.
struct LineBatch {
  FileIndex file = 0;
  std::string site;  // the configured site that the file belongs to
  std::string path;  // where the file was last seen
  // The text that the lines belong to; nothing where there is no position to keep (a stream).
  std::optional<TextKey> text;
  std::vector<RawLine> lines;  // in file order
  int64_t bytes = 0;           // consumed from the file by these lines

  std::vector<char> chunk;  // what was read, or whatever was here before
  std::vector<char> owned;  // see Own()

  bool empty() const { return lines.empty() && bytes == 0; }
  // Forgets the lines, keeps the memory.
  void Clear();
  // Copies the lines that lie outside of `chunk` (those that began in an earlier one, mostly).
  void Own();
};

// One line that was understood. A field that the format does not have, or whose value is "-", is
// empty. Every view points into the line that it was parsed from, or, if JSON escapes had to be
// resolved, into memory of the thread that parsed it; there it lasts until that thread parses the
// next line.
struct AccessRecord {
  StatusCode status = 0;
  Method method = kOtherMethod;
  std::optional<int64_t> time_unix;        // seconds; nothing if absent or unreadable
  int64_t bytes = 0;                       // sent to the client; 0 for "-"
  std::optional<double> duration_seconds;  // the whole request
  std::optional<double> upstream_seconds;  // waiting for the upstream; a list is summed
  std::string_view path;                   // the request target as logged, query included
  std::string_view host;                   // the virtual host
  std::string_view client;                 // address or name
  std::string_view referrer;               // where the client says that it came from, as logged
  std::string_view line;                   // all of it; set by whoever counts, for samples

  friend bool operator==(const AccessRecord&, const AccessRecord&) = default;
};

}  // namespace logtally

#endif  // LOGTALLY_MODEL_ACCESS_RECORD_H_
