// Three steps, so that each line counts once whatever its time says:
//  1. What the old store has counted, and a retained log still holds, is counted anew.
//  2. The old history is merged in: each minute comes from the one or from the other.
//  3. What the old store has not counted yet is counted on top.
// Positions only ever stand where the counts of the same commit end, so `serve` goes on from there.
#include "pipeline/rebuild.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "pipeline/rebuild_plan.h"
#include "pipeline/store_filler.h"
#include "store/count_reader.h"
#include "store/rebuilt_store.h"
#include "store/state_lock.h"
#include "store/text_reader.h"

namespace logtally {
namespace {

namespace fs = std::filesystem;

// A rotated log that nobody has written to for so long is over.
constexpr absl::Duration kOver = absl::Minutes(1);

// One moment for the whole run: which minutes are too old to be kept must not change on the way.
class StoppedClock : public Clock {
 public:
  explicit StoppedClock(const Clock& clock) : now_(clock.Now()), clock_(clock) {}
  absl::Time Now() const override { return now_; }
  absl::Duration Elapsed() const override { return clock_.Elapsed(); }

 private:
  const absl::Time now_;
  const Clock& clock_;
};

class Rebuilder {
 public:
  Rebuilder(const RebuildSetup& setup, const Clock& clock,
            const std::function<void(const IngestProgress&)>& show)
      : setup_(setup), clock_(clock), show_(show) {}

  absl::StatusOr<RebuildResult> Run();

 private:
  absl::Status ReadOld();
  void MakePlans();
  History HistoryToKeep(const CountStore& store) const;
  absl::Status CountAgain();
  absl::Status CountTheRest();
  FilePosition StartOf(const std::string& site, const PlannedFile& planned) const;
  bool IsOver(const RetainedFile& file) const;
  absl::StatusOr<std::unique_ptr<CountStore>> OpenNew() const;

  const RebuildSetup& setup_;
  const StoppedClock clock_;
  const std::function<void(const IngestProgress&)>& show_;
  const std::string path_ = setup_.state_dir + "/logtally.db";
  const std::string new_dir_ = path_ + ".rebuilding";
  const std::string new_path_ = new_dir_ + "/logtally.db";
  std::optional<StoredTexts> old_;
  std::map<std::string, SitePlan> plans_;
  std::map<const PlannedFile*, FilePosition> counted_again_;
  RebuildResult result_;
};

absl::Status Rebuilder::ReadOld() {
  const absl::Status ready = PrepareOldDatabase(path_);
  if (ready.ok()) {
    ASSIGN_OR_RETURN(old_, ReadTexts(path_));
    return absl::OkStatus();
  }
  if (!absl::IsNotFound(ready) && !absl::IsDataLoss(ready)) return ready;
  result_.old_unusable = std::string(ready.message());
  return absl::OkStatus();
}

void Rebuilder::MakePlans() {
  std::map<std::string, std::vector<StoredText>> stored;
  if (old_) {
    for (const StoredText& text : old_->texts) stored[text.position.key.site].push_back(text);
  }
  for (const SiteSetup& site : setup_.sites) {
    SitePlan& plan = plans_[site.site];
    plan = PlanSite(site, setup_.rotated_dirs, setup_.max_line_bytes, stored[site.site]);
    result_.recounted_from[site.site] = plan.from_minute;
    for (const std::string& error : plan.unreadable) result_.read_errors.push_back(error);
    for (const PlannedFile& planned : plan.files) {
      result_.counted.bytes_total +=
          std::max(planned.file.stat.size, planned.counted ? planned.counted->bytes() : 0);
    }
  }
}

bool Rebuilder::IsOver(const RetainedFile& file) const {
  return file.is_rotated && clock_.Now() - absl::FromUnixNanos(file.stat.mtime_ns) >= kOver;
}

// The position of a text of which nothing is counted yet.
FilePosition Rebuilder::StartOf(const std::string& site, const PlannedFile& planned) const {
  FilePosition start;
  start.key = KeyOf(site, planned.file.stat);
  start.device = planned.file.stat.device;
  start.path = planned.file.log_path;
  start.state = !planned.file.is_rotated ? FileState::kLive
                : IsOver(planned.file)   ? FileState::kDone
                                         : FileState::kDraining;
  if (old_) {
    for (const StoredText& text : old_->texts) {
      if (text.position.key != start.key) continue;
      start.generation = std::max(start.generation, text.position.generation + 1);
    }
  }
  if (!planned.counted) return start;
  const FilePosition& newest = planned.counted->newest();
  start.start_offset = start.offset = planned.counted->pieces.front().start_offset;
  start.path = newest.path;
  if (newest.key == start.key) start.generation = newest.generation;
  return start;
}

absl::StatusOr<std::unique_ptr<CountStore>> Rebuilder::OpenNew() const {
  ASSIGN_OR_RETURN(std::unique_ptr<CountStore> store, CountStore::Open(new_dir_));
  RETURN_IF_ERROR(store->SetStatusCodes(setup_.status_codes));
  store->KeepFrom(setup_.retention, clock_.Now());
  return store;
}

// A site that is no configured one is a host of those that are split by host. Which one's is not
// stored: its minutes are taken anew only where all of them are.
History Rebuilder::HistoryToKeep(const CountStore& store) const {
  History history;
  int64_t of_hosts = 0;
  for (const SiteSetup& site : setup_.sites) {
    const SitePlan& plan = plans_.at(site.site);
    history.recounted_from[site.site] = plan.from_minute;
    if (site.label_rule.split_hosts) of_hosts = std::max(of_hosts, plan.from_minute);
    history.kept_texts.insert(history.kept_texts.end(), plan.gone.begin(), plan.gone.end());
  }
  for (const auto& [name, counts] : store.counts().sites) {
    history.recounted_from.try_emplace(name, of_hosts);
  }
  for (const StoredText& text : old_->texts) {
    if (!plans_.contains(text.position.key.site)) {
      history.kept_texts.push_back(text.position.text());
    }
  }
  return history;
}

absl::Status Rebuilder::CountAgain() {
  ASSIGN_OR_RETURN(const std::unique_ptr<CountStore> store, OpenNew());
  CountSnapshot known;
  ASSIGN_OR_RETURN(CountReader reader, CountReader::Open(path_));
  ASSIGN_OR_RETURN(const std::vector<std::string> names, reader.Sites());
  for (const std::string& name : names) known.sites[name];
  StoreFiller filler(*store, known, setup_.sites, setup_.aggregate, clock_, result_.counted, show_);
  FileIndex log = 0;
  for (auto& [site, plan] : plans_) {
    std::string log_path;
    for (const PlannedFile& planned : plan.files) {
      if (std::exchange(log_path, planned.file.log_path) != planned.file.log_path) ++log;
      if (!planned.counted) continue;
      ASSIGN_OR_RETURN(const StoreFiller::Filled filled,
                       filler.Fill({.file = planned.file,
                                    .log = log,
                                    .position = StartOf(site, planned),
                                    .end = planned.counted->newest().offset,
                                    .max_line_bytes = setup_.max_line_bytes}));
      // Gone or damaged since the plan was made: then what the old store has of it is better.
      RETURN_IF_ERROR(filled.unreadable);
      counted_again_[&planned] = filled.position;
      ++result_.files;
    }
  }
  RETURN_IF_ERROR(filler.Commit());
  result_.counted = filler.progress();
  const History history = HistoryToKeep(*store);
  return MergeHistory(new_path_, path_, history);
}

absl::Status Rebuilder::CountTheRest() {
  ASSIGN_OR_RETURN(const std::unique_ptr<CountStore> store, OpenNew());
  StoreFiller filler(*store, store->counts(), setup_.sites, setup_.aggregate, clock_,
                     result_.counted, show_);
  FileIndex log = 0;
  for (auto& [site, plan] : plans_) {
    std::vector<FilePosition> known;
    std::string log_path;
    for (const PlannedFile& planned : plan.files) {
      if (std::exchange(log_path, planned.file.log_path) != planned.file.log_path) ++log;
      const auto again = counted_again_.find(&planned);
      const bool is_stored = again != counted_again_.end();
      // Without an old store this is where a copy is told from a text.
      if (!is_stored && HoldsTextOf(planned.file, known)) continue;
      const bool is_over = IsOver(planned.file);
      ASSIGN_OR_RETURN(const StoreFiller::Filled filled,
                       filler.Fill({.file = planned.file,
                                    .log = log,
                                    .position = is_stored ? again->second : StartOf(site, planned),
                                    .is_stored = is_stored,
                                    .rest = is_over ? StoreFiller::Text::Rest::kIsALine
                                                    : StoreFiller::Text::Rest::kWaits,
                                    .max_line_bytes = setup_.max_line_bytes}));
      if (!filled.unreadable.ok()) {
        result_.read_errors.emplace_back(filled.unreadable.message());
      }
      if (filled.position.head_length >= kMovedEvidenceBytes) known.push_back(filled.position);
      if (!is_stored) ++result_.files;
    }
  }
  RETURN_IF_ERROR(filler.Commit());
  result_.counted = filler.progress();
  return absl::OkStatus();
}

absl::StatusOr<RebuildResult> Rebuilder::Run() {
  ASSIGN_OR_RETURN(const StateLock lock, StateLock::Take(setup_.state_dir));
  std::error_code error;
  fs::remove_all(new_dir_, error);
  if (error) {
    return absl::InternalError(absl::StrCat("remove ", new_dir_, ": ", error.message()));
  }
  RETURN_IF_ERROR(ReadOld());
  MakePlans();
  if (old_) {
    RETURN_IF_ERROR(CountAgain());
  }
  RETURN_IF_ERROR(CountTheRest());
  if (fs::exists(path_, error)) {
    result_.kept_path =
        absl::StrCat(path_, ".before-rebuild-",
                     absl::FormatTime("%Y%m%dT%H%M%SZ", clock_.Now(), absl::UTCTimeZone()));
  }
  RETURN_IF_ERROR(ReplaceDatabase(new_path_, path_, result_.kept_path));
  fs::remove_all(new_dir_, error);
  return std::move(result_);
}

}  // namespace

absl::StatusOr<RebuildResult> Rebuild(const RebuildSetup& setup, const Clock& clock,
                                      const std::function<void(const IngestProgress&)>& show) {
  return Rebuilder(setup, clock, show).Run();
}

}  // namespace logtally
