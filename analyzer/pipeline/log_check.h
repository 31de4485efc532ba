// Counts one retained log again and compares with what the store says it gave.
#ifndef LOGTALLY_PIPELINE_LOG_CHECK_H_
#define LOGTALLY_PIPELINE_LOG_CHECK_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/status_code.h"
#include "parse/log_format.h"
#include "pipeline/retained_logs.h"
#include "pipeline/text_chains.h"
#include "pipeline/text_recount.h"
#include "store/text_reader.h"

namespace logtally {

enum class AuditState {
  kSame,
  kUnread,       // the same, and there are bytes behind the offset: they will be counted
  kDifferent,    // counted otherwise
  kShorter,      // what is left of it is shorter than what was counted, and gives no more than that
  kNotRetained,  // the log is gone: it cannot be checked
  kUnknown,      // an older text, written since the store exists, whose lines were never counted
  kUnreadable,   // the log is there and cannot be read
};
// "same", "unread", "different", "shorter", "not_retained", "unknown", "unreadable": as in JSON.
std::string_view AuditStateName(AuditState state);

struct AuditedCode {
  std::optional<StatusCode> code;  // nothing: rejected lines
  int64_t stored = 0;
  int64_t recounted = 0;
  bool operator==(const AuditedCode&) const = default;
};

// One log text, whatever number of pieces it was counted in.
struct AuditedLog {
  std::string site;
  std::string path;      // where the store saw it last; of kUnknown where it is
  std::string found_at;  // the file that was counted again, "" if there is none
  int64_t generation = 0;
  AuditState state = AuditState::kNotRetained;
  int64_t first_offset = 0;  // the lines in [first_offset, offset) were compared
  int64_t offset = 0;
  int64_t unread_bytes = 0;        // behind the offset
  std::vector<AuditedCode> codes;  // all that the store or the log has
  std::string why;                 // of kUnreadable

  bool was_compared() const { return state <= AuditState::kDifferent; }
  // Different, never counted, or not to be read: the store cannot be said to agree with the logs.
  bool is_difference() const {
    return state == AuditState::kDifferent || state == AuditState::kUnknown ||
           state == AuditState::kUnreadable;
  }
};

// How the lines of a site are read.
struct LineReading {
  std::shared_ptr<const LogFormat> format;  // null: found out from the lines
  int64_t max_line_bytes = 64 << 10;
  int threads = 1;  // for one text
};

// Looks for the text among the logs of its site and counts it again.
AuditedLog CheckText(const TextChain& chain, const RetainedLogs& logs, const LineReading& reading,
                     RecountProgress& progress);

// Counts a file that no text knows: kUnknown, with everything that it holds as a difference.
AuditedLog CheckUnknown(const std::string& site, const RetainedFile& file,
                        const LineReading& reading, RecountProgress& progress);

// The rows of two tallies, by code, rejected lines last.
std::vector<AuditedCode> CompareTallies(const TextTally& stored, const TextTally& recounted);

}  // namespace logtally

#endif  // LOGTALLY_PIPELINE_LOG_CHECK_H_
