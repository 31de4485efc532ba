#include "store/grain.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "model/time_window.h"

namespace logtally {
namespace {

// Time stamps that are stored lie in this: a day's worth of seconds divides both.
constexpr int64_t kBeginOfTime = 0;
constexpr int64_t kEndOfTime = 253'402'300'800;  // the year 10000

constexpr int64_t kHourSeconds = 3600;
constexpr int64_t kDaySeconds = 86400;

int64_t CeilTo(int64_t time_unix, int64_t step) { return FloorTo(time_unix + step - 1, step); }

Grain CoarserThan(Grain grain) { return grain == Grain::kMinute ? Grain::kHour : Grain::kDay; }

Grain CoarsestIn(int64_t step_seconds) {
  if (step_seconds % kDaySeconds == 0) return Grain::kDay;
  return step_seconds % kHourSeconds == 0 ? Grain::kHour : Grain::kMinute;
}

void Add(Grain grain, int64_t from, int64_t to, std::vector<Segment>& segments) {
  from = FloorTo(from, InfoOf(grain).seconds);
  to = CeilTo(to, InfoOf(grain).seconds);
  if (from < to) segments.push_back({grain, from, to});
}

// Covers [from, to) with rows of `finest` at its ends and coarser ones, up to `coarsest`, between.
void Cover(int64_t from, int64_t to, Grain finest, Grain coarsest, std::vector<Segment>& segments) {
  if (from >= to) return;
  const Grain coarser = CoarserThan(finest);
  const int64_t first_whole = CeilTo(from, InfoOf(coarser).seconds);
  const int64_t end_of_whole = FloorTo(to, InfoOf(coarser).seconds);
  if (finest >= coarsest || first_whole >= end_of_whole) {
    Add(finest, from, to, segments);
    return;
  }
  Add(finest, from, first_whole, segments);
  Cover(first_whole, end_of_whole, coarser, coarsest, segments);
  Add(finest, end_of_whole, to, segments);
}

}  // namespace

Grain Horizons::FinestAt(int64_t time_unix) const {
  for (const GrainInfo& info : kGrains) {
    if (time_unix >= of(info.grain)) return info.grain;
  }
  return Grain::kDay;
}

void Horizons::Raise(const Retention& retention, absl::Time now) {
  const auto begin = [&](const std::optional<absl::Duration>& kept, int64_t step) {
    if (!kept) return kBeginOfTime;
    return FloorTo(std::max(kBeginOfTime, absl::ToUnixSeconds(now - *kept)), step);
  };
  int64_t& minutes = since[static_cast<size_t>(Grain::kMinute)];
  int64_t& hours = since[static_cast<size_t>(Grain::kHour)];
  int64_t& days = since[static_cast<size_t>(Grain::kDay)];
  minutes = std::max(minutes, begin(retention.minutes, kHourSeconds));
  hours =
      std::max(hours, std::min(begin(retention.hours, kDaySeconds), FloorTo(minutes, kDaySeconds)));
  days = std::max(days, std::min(begin(retention.days, kDaySeconds), hours));
  details_since = std::max(details_since, begin(retention.details, kHourSeconds));
}

absl::StatusOr<Horizons> LoadHorizons(Database& database) {
  Horizons horizons;
  for (const GrainInfo& info : kGrains) {
    ASSIGN_OR_RETURN(horizons.since[static_cast<size_t>(info.grain)],
                     database.QueryInt(absl::StrFormat(
                         "SELECT coalesce(max(value), 0) FROM meta WHERE key = '%s'", info.since)));
  }
  return horizons;
}

std::vector<Segment> SegmentsOf(int64_t from_unix, int64_t to_unix, int64_t step_seconds,
                                const Horizons& horizons) {
  const Grain coarsest = CoarsestIn(step_seconds);
  std::vector<Segment> segments;
  // From old to new: each grain is the finest from its horizon to that of the next finer one.
  for (auto info = kGrains.rbegin(); info != kGrains.rend(); ++info) {
    const int64_t end = info->grain == Grain::kMinute
                            ? kEndOfTime
                            : horizons.since[static_cast<size_t>(info->grain) - 1];
    Cover(std::max({from_unix, horizons.of(info->grain), kBeginOfTime}), std::min(to_unix, end),
          info->grain, std::max(info->grain, coarsest), segments);
  }
  return segments;
}

}  // namespace logtally
