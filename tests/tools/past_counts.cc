#include "tools/past_counts.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "store/database.h"
#include "store/snapshot_loader.h"

namespace logtally::tools {
namespace {

int ReasonNumber(std::string_view name) {
  for (int i = 0; i < kRejectReasonCount; ++i) {
    if (RejectReasonName(static_cast<RejectReason>(i)) == name) return i;
  }
  return static_cast<int>(RejectReason::kNoMatch);
}

int64_t Part(int64_t whole, double share) {
  return static_cast<int64_t>(static_cast<double>(whole) * std::clamp(share, 0.0, 1.0));
}

std::map<int8_t, int64_t> ResponsesByClass(const SiteCounts& counts) {
  std::map<int8_t, int64_t> by_class;
  for (const auto& [key, tally] : counts.responses) {
    const StatusCode code = key.first;
    by_class[static_cast<int8_t>(code >= 100 && code <= 599 ? code / 100 : 0)] += tally.responses;
  }
  return by_class;
}

}  // namespace

absl::StatusOr<PastCounts> PastCounts::Load(const std::string& database_path, int64_t begin_unix) {
  ASSIGN_OR_RETURN(Database db, Database::Open(database_path, Database::Mode::kReader));
  PastCounts past;
  ASSIGN_OR_RETURN(past.all_, LoadSnapshot(db));
  past.now_ = past.all_;
  ASSIGN_OR_RETURN(Statement minutes,
                   db.Prepare("SELECT time_unix, site, code, method, responses, bytes FROM "
                              "responses_by_minute WHERE time_unix >= ?1 ORDER BY time_unix"));
  minutes.BindInt(1, begin_unix);
  RETURN_IF_ERROR(minutes.ForEachRow([&] {
    const MinuteRow row = {minutes.ColumnInt(0),
                           std::string(minutes.ColumnText(1)),
                           static_cast<StatusCode>(minutes.ColumnInt(2)),
                           ParseMethod(minutes.ColumnText(3)),
                           {minutes.ColumnInt(4), minutes.ColumnInt(5)}};
    Tally& begin = past.now_.sites[row.site].responses[{row.code, row.method}];
    begin.responses -= row.tally.responses;
    begin.bytes -= row.tally.bytes;
    past.minutes_.push_back(row);
  }));
  ASSIGN_OR_RETURN(Statement rejects,
                   db.Prepare("SELECT time_unix, site, reason, lines FROM rejected_lines WHERE "
                              "time_unix >= ?1 ORDER BY time_unix"));
  rejects.BindInt(1, begin_unix);
  RETURN_IF_ERROR(rejects.ForEachRow([&] {
    const RejectedMinute row = {rejects.ColumnInt(0), std::string(rejects.ColumnText(1)),
                                ReasonNumber(rejects.ColumnText(2)), rejects.ColumnInt(3)};
    past.now_.sites[row.site].rejects[row.reason] -= row.lines;
    past.rejects_.push_back(row);
  }));
  for (auto& [name, site] : past.now_.sites) {
    site.intake.last_line_unix = begin_unix;
    // A series that nobody has seen yet is not there.
    std::erase_if(site.responses, [](const auto& row) { return row.second.responses == 0; });
  }
  return past;
}

CountSnapshot PastCounts::At(int64_t time_unix) {
  for (; next_minute_ < minutes_.size(); ++next_minute_) {
    const MinuteRow& row = minutes_[next_minute_];
    if (row.time_unix + 60 > time_unix) break;
    SiteCounts& site = now_.sites[row.site];
    site.responses[{row.code, row.method}] += row.tally;
    site.intake.last_line_unix =
        std::min(row.time_unix + 59, all_.sites.at(row.site).intake.last_line_unix);
    ++now_.commit_seq;
  }
  for (; next_reject_ < rejects_.size(); ++next_reject_) {
    const RejectedMinute& row = rejects_[next_reject_];
    if (row.time_unix + 60 > time_unix) break;
    now_.sites[row.site].rejects[row.reason] += row.lines;
  }
  ScaleWhatHasNoTime();
  return now_;
}

void PastCounts::ScaleWhatHasNoTime() {
  for (auto& [name, site] : now_.sites) {
    const SiteCounts& all = all_.sites.at(name);
    const auto share = [](int64_t part, int64_t whole) {
      return whole == 0 ? 1 : static_cast<double>(part) / static_cast<double>(whole);
    };
    const auto lines = [](const SiteCounts& s) { return s.counted_lines() + s.rejected_lines(); };
    site.intake.read_bytes = Part(all.intake.read_bytes, share(lines(site), lines(all)));
    auto responses = ResponsesByClass(site);
    auto all_responses = ResponsesByClass(all);
    for (auto& [key, histogram] : site.durations) {
      const DurationHistogram& whole = all.durations.at(key);
      const double part = share(responses[key.second], all_responses[key.second]);
      for (size_t i = 0; i < whole.buckets.size(); ++i) {
        histogram.buckets[i] = Part(whole.buckets[i], part);
      }
      histogram.sum_seconds = whole.sum_seconds * part;
    }
    for (int i = 0; i < kLossCauseCount; ++i) {
      const LossTally& whole = all.losses[i];
      if (whole.losses == 0) continue;
      // All were found at once, when the log was read; here they come one by one.
      const auto found = Part(whole.losses, share(lines(site), lines(all)));
      site.losses[i] = whole;
      site.losses[i].losses = found;
      site.losses[i].bytes = Part(whole.bytes, share(found, whole.losses));
      site.losses[i].lines = Part(whole.lines, share(found, whole.losses));
    }
  }
}

}  // namespace logtally::tools
