// Which part of a site's history can be counted anew from its retained logs.
#ifndef LOGTALLY_PIPELINE_REBUILD_PLAN_H_
#define LOGTALLY_PIPELINE_REBUILD_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/line_counter.h"
#include "pipeline/log_check.h"
#include "pipeline/retained_logs.h"
#include "pipeline/text_chains.h"
#include "store/rebuilt_store.h"
#include "store/text_reader.h"

namespace logtally {

// One retained file, and what the old store knows of its text.
struct PlannedFile {
  RetainedFile file;
  std::optional<TextChain> counted;  // nothing: nobody has counted any of it
};

struct SitePlan {
  LineReading reading;
  std::vector<PlannedFile> files;         // each text once; of a log oldest first
  std::vector<TextKey> gone;              // texts of the old store that none of them holds
  int64_t from_minute = History::kNever;  // see below
  std::vector<std::string> unreadable;    // "open /x: Permission denied"
};

// Minutes from `from_minute` on lie in the retained logs as a whole: it is the first full minute
//  * after the oldest retained line, and
//  * after everything that came from a text that is gone. When that ended is known from the text of
//    the same log that was read next; else from any that was still read when that one was over; and
//  * after the beginning of a text that was not counted from its beginning.
// kNever: there is no such minute; nor is there for a site that takes lines from streams, which
// nobody can read again.
//
// A file whose text another one holds (a copy, or an archive beside its original) is left out, as
// are files that cannot be read.
SitePlan PlanSite(const SiteSetup& site, const std::vector<std::string>& rotated_dirs,
                  int64_t max_line_bytes, const std::vector<StoredText>& stored);

}  // namespace logtally

#endif  // LOGTALLY_PIPELINE_REBUILD_PLAN_H_
