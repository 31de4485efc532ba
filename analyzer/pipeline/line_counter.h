// The middle of the flow: lines in, counts out.
#ifndef LOGTALLY_PIPELINE_LINE_COUNTER_H_
#define LOGTALLY_PIPELINE_LINE_COUNTER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "aggregate/aggregator.h"
#include "base/clock.h"
#include "model/access_record.h"
#include "model/counts.h"
#include "model/snapshot.h"
#include "model/time_window.h"
#include "parse/line_parser.h"
#include "parse/log_format.h"
#include "pipeline/chunk_job.h"

namespace logtally {

// How the lines of one site are read and what its counts are called.
struct SiteSetup {
  std::string site;
  std::vector<std::string> patterns;        // paths or globs of its logs
  std::vector<std::string> streams = {};    // as in LogSource
  std::shared_ptr<const LogFormat> format;  // null: found out from the lines
  SiteLabelRule label_rule;
  std::map<std::string, std::string> labels;  // constant labels, for /metrics
};

// Thread: one at a time.
class LineCounter {
 public:
  // `clock` must outlive this.
  LineCounter(const std::vector<SiteSetup>& sites, Aggregator::Options options, const Clock& clock);

  // Parses and counts every line of the batch, on this thread.
  void Count(const LineBatch& batch);

  // The same in three parts, for who counts on several threads: Begin() for each batch and End()
  // for each job, both in the order of the lines, and in between CountChunk() anywhere. A batch
  // that is empty has no job.
  ChunkJob Begin(const LineBatch& batch);
  void End(const ChunkJob& job);

  void SetSites(const std::vector<SiteSetup>& sites, std::optional<absl::Duration> retention);
  // Only records with a time inside are counted from now on.
  void SetWindow(TimeWindow window) { window_ = window; }
  // The hosts that the store has as sites already keep their names.
  void AdmitKnownSites(const CountSnapshot& known);
  // Drops what belongs to files that are no longer followed.
  void KeepOnly(const std::vector<FollowedFile>& files);

  // Name of the format that a file's lines are read in, "" while it is not known.
  std::string_view FormatOf(const FollowedFile& file) const;
  // Files whose format has been found out or has changed since the last call, or whose lines turned
  // out to be in no known format.
  struct Detected {
    std::string site;
    std::string path;
    std::string format;  // "": none
  };
  std::vector<Detected> TakeNewlyDetected();

  int64_t lines_counted() const { return lines_counted_; }
  int64_t lines_rejected() const { return lines_rejected_; }
  int64_t lines_outside_window() const { return lines_outside_window_; }

  Aggregator& aggregator() { return aggregator_; }
  const Aggregator& aggregator() const { return aggregator_; }

 private:
  LineParser& ParserOf(const LineBatch& batch);

  absl::flat_hash_map<std::string, std::shared_ptr<const LogFormat>> formats_;  // by site
  absl::flat_hash_map<FileIndex, LineParser> parsers_;
  std::vector<Detected> newly_detected_;
  Aggregator aggregator_;
  TimeWindow window_;
  int64_t lines_counted_ = 0;
  int64_t lines_rejected_ = 0;
  int64_t lines_outside_window_ = 0;
};

}  // namespace logtally

#endif  // LOGTALLY_PIPELINE_LINE_COUNTER_H_
