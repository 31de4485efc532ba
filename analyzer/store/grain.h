// Counts are stored by the minute, by the hour and by the day: each response stands in one row of
// each of the three tables, for as long as that table goes back.
#ifndef LOGTALLY_STORE_GRAIN_H_
#define LOGTALLY_STORE_GRAIN_H_

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "model/retention.h"
#include "store/database.h"

namespace logtally {

enum class Grain : uint8_t { kMinute, kHour, kDay };

struct GrainInfo {
  Grain grain;
  int64_t seconds;
  std::string_view responses;  // table
  std::string_view rejects;    // table
  std::string_view time;       // column of both: when the row begins, unix seconds
  std::string_view since;      // row of the table meta
};
inline constexpr std::array<GrainInfo, 3> kGrains = {{
    {Grain::kMinute, 60, "minute", "reject_minute", "minute_unix", "minutes_since"},
    {Grain::kHour, 3600, "hour", "reject_hour", "hour_unix", "hours_since"},
    {Grain::kDay, 86400, "day", "reject_day", "day_unix", "days_since"},
}};
constexpr const GrainInfo& InfoOf(Grain grain) { return kGrains[static_cast<size_t>(grain)]; }

// From when on rows are whole, unix seconds. What is older is as good as gone: it is not written,
// and nobody reads what of it still waits to be deleted. So it is the moment at which a horizon is
// committed that minutes become hours, however long the deleting takes.
struct Horizons {
  std::array<int64_t, kGrains.size()> since =
      {};                     // by Grain; minutes: whole hours, else whole days
  int64_t details_since = 0;  // whole hours

  int64_t of(Grain grain) const { return since[static_cast<size_t>(grain)]; }
  // The finest grain that goes back to `time_unix`; kDay if none does.
  Grain FinestAt(int64_t time_unix) const;
  // Moves on to where a retention begins at `now`. Never back: what is gone stays gone.
  void Raise(const Retention& retention, absl::Time now);
  bool operator==(const Horizons&) const = default;
};

// Those of a database. Where details begin is not stored.
absl::StatusOr<Horizons> LoadHorizons(Database& database);

// A part of time, half-open, and the rows to take it from.
struct Segment {
  Grain grain;
  int64_t from_unix;
  int64_t to_unix;
  bool operator==(const Segment&) const = default;
};

// The fewest rows that make up [from, to), in steps of `step_seconds` from 1970 on (0: one step):
// days where whole days lie in it and in one step, hours and minutes around them. Where fine rows
// are gone the window is as good as the coarse ones: those that overlap it are taken whole.
// In the order of time, without overlap.
std::vector<Segment> SegmentsOf(int64_t from_unix, int64_t to_unix, int64_t step_seconds,
                                const Horizons& horizons);

}  // namespace logtally

#endif  // LOGTALLY_STORE_GRAIN_H_
