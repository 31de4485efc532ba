// Counts the retained logs again and compares with what the store says each of them gave.
#ifndef LOGTALLY_PIPELINE_AUDIT_H_
#define LOGTALLY_PIPELINE_AUDIT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pipeline/line_counter.h"
#include "pipeline/log_check.h"
#include "pipeline/pipeline.h"

namespace logtally {

struct AuditSetup {
  std::string database_path;
  std::vector<SiteSetup> sites;                       // how their lines are read
  std::shared_ptr<const LogFormat> format_of_others;  // null: found out from the lines
  std::vector<std::string> only_logs;  // patterns of the logs that are asked for; none: all
  std::vector<std::string> rotated_dirs;
  int64_t max_line_bytes = 64 << 10;
  int threads = 1;
};

struct AuditResult {
  int64_t commit_seq = 0;        // the commit that was compared
  std::vector<AuditedLog> logs;  // by site, path, generation
  int64_t bytes = 0;             // of text that was compared
  int64_t lines = 0;             // counted again in it

  bool has_differences() const;
};

// Reads the store in one transaction and never writes; a daemon may be running. Memory: the stored
// texts, 1 KiB for each retained file, and about 2 MiB a thread. `show` is called now and then, on
// the caller's thread.
// Errors: as ReadTexts.
absl::StatusOr<AuditResult> Audit(const AuditSetup& setup,
                                  const std::function<void(const IngestProgress&)>& show);

}  // namespace logtally

#endif  // LOGTALLY_PIPELINE_AUDIT_H_
