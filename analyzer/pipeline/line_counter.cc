#include "pipeline/line_counter.h"

#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "base/text.h"

namespace logtally {
namespace {

LabelPolicy PolicyOf(const std::vector<SiteSetup>& sites) {
  absl::flat_hash_map<std::string, SiteLabelRule> rules;
  for (const SiteSetup& site : sites) rules[site.site] = site.label_rule;
  return LabelPolicy(std::move(rules));
}

}  // namespace

LineCounter::LineCounter(const std::vector<SiteSetup>& sites, Aggregator::Options options,
                         const Clock& clock)
    : aggregator_(options, PolicyOf(sites), clock) {
  for (const SiteSetup& site : sites) formats_[site.site] = site.format;
}

void LineCounter::SetSites(const std::vector<SiteSetup>& sites,
                           std::optional<absl::Duration> retention) {
  aggregator_.SetLabels(PolicyOf(sites), retention);
  formats_.clear();
  for (const SiteSetup& site : sites) formats_[site.site] = site.format;
  parsers_.clear();  // they are made anew, in the formats of the new configuration
}

void LineCounter::AdmitKnownSites(const CountSnapshot& known) {
  for (const auto& [name, counts] : known.sites) {
    if (formats_.contains(name)) continue;
    // Which configured site a host came from is not stored; each may go on using it.
    for (const auto& [site, format] : formats_) aggregator_.AdmitHost(site, name);
  }
}

LineParser& LineCounter::ParserOf(const LineBatch& batch) {
  const auto known = parsers_.find(batch.file);
  if (known != parsers_.end()) return known->second;
  const auto format = formats_.find(AbslView(batch.site));
  return parsers_
      .emplace(batch.file,
               LineParser(format == formats_.end() ? nullptr : format->second, batch.path))
      .first->second;
}

ChunkJob LineCounter::Begin(const LineBatch& batch) {
  ChunkJob job;
  job.batch = &batch;
  job.window = window_;
  job.origin = aggregator_.NoteRead(batch.file, batch.site, batch.text, batch.bytes);
  LineParser& parser = ParserOf(batch);
  const std::shared_ptr<const LogFormat> format_before = parser.format();
  const bool fitted_none_before = parser.fits_no_format();
  parser.Observe(batch.lines);
  job.format = parser.format();
  if (job.format != format_before || parser.fits_no_format() != fitted_none_before) {
    newly_detected_.push_back({batch.site, batch.path, std::string(parser.format_name())});
  }
  return job;
}

void LineCounter::End(const ChunkJob& job) {
  lines_counted_ += job.outcome.counted;
  lines_rejected_ += job.outcome.rejected;
  lines_outside_window_ += job.outcome.outside_window;
  const auto parser = parsers_.find(job.batch->file);
  if (parser != parsers_.end()) parser->second.Note(job.outcome.refusals);
}

void LineCounter::Count(const LineBatch& batch) {
  if (batch.empty()) return;
  ChunkJob job = Begin(batch);
  CountChunk(job, aggregator_.shard());
  End(job);
}

void LineCounter::KeepOnly(const std::vector<FollowedFile>& files) {
  if (parsers_.size() <= files.size()) return;
  absl::flat_hash_set<FileIndex> followed;
  for (const FollowedFile& file : files) {
    if (file.index) followed.insert(*file.index);
  }
  for (auto parser = parsers_.begin(); parser != parsers_.end();) {
    if (followed.contains(parser->first)) {
      ++parser;
      continue;
    }
    aggregator_.ForgetFile(parser->first);
    parsers_.erase(parser++);
  }
}

std::string_view LineCounter::FormatOf(const FollowedFile& file) const {
  if (!file.index) return {};
  const auto parser = parsers_.find(*file.index);
  return parser == parsers_.end() ? std::string_view() : parser->second.format_name();
}

std::vector<LineCounter::Detected> LineCounter::TakeNewlyDetected() {
  return std::exchange(newly_detected_, {});
}

}  // namespace logtally
