#include "store/seen_times.h"

#include <set>

#include "base/status_macros.h"

namespace logtally {
namespace {

using Key = std::pair<int64_t, StatusCode>;

// One end of what is searched: a row in which the code is, and how long that row is.
struct End {
  int64_t time_unix = 0;
  Grain grain = Grain::kMinute;
};
using Ends = std::map<Key, End>;

enum class Side { kFirst, kLast };

// Moves those ends that are rows of `grain` to the rows of the next finer one inside them.
absl::Status LookCloser(Database& database, const RowFilter& filter, Grain grain,
                        const Horizons& horizons, Side side, Ends& ends) {
  const Grain finer = static_cast<Grain>(static_cast<int>(grain) - 1);
  std::set<int64_t> times;
  for (const auto& [key, end] : ends) {
    if (end.grain == grain && end.time_unix >= horizons.of(finer)) times.insert(end.time_unix);
  }
  for (const int64_t time : times) {
    RETURN_IF_ERROR(ForEachRowOf(
        database, RowKind::kResponses, filter, {{finer, time, time + InfoOf(grain).seconds}},
        [&](const Statement& row, const Segment&) {
          const auto found =
              ends.find({row.ColumnInt(1), static_cast<StatusCode>(row.ColumnInt(2))});
          if (found == ends.end()) return true;
          End& end = found->second;
          const bool is_of_this_row = end.grain == grain && end.time_unix == time;
          const bool is_later = end.grain == finer && end.time_unix >= time &&
                                end.time_unix < time + InfoOf(grain).seconds;
          // Rows come in the order of time: the first one stays, or the last one does.
          if (is_of_this_row || (is_later && side == Side::kLast)) end = {row.ColumnInt(0), finer};
          return true;
        }));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::map<Key, SeenTimes>> FindSeenTimes(Database& database, const RowFilter& filter,
                                                       const std::vector<Segment>& segments,
                                                       const Horizons& horizons) {
  Ends first;
  Ends last;
  RETURN_IF_ERROR(
      ForEachRowOf(database, RowKind::kResponses, filter, segments,
                   [&](const Statement& row, const Segment& segment) {
                     const Key key{row.ColumnInt(1), static_cast<StatusCode>(row.ColumnInt(2))};
                     const End here{row.ColumnInt(0), segment.grain};
                     first.try_emplace(key, here);
                     last[key] = here;
                     return true;
                   }));
  for (const auto& [side, ends] :
       {std::pair(Side::kFirst, &first), std::pair(Side::kLast, &last)}) {
    for (const Grain grain : {Grain::kDay, Grain::kHour}) {
      RETURN_IF_ERROR(LookCloser(database, filter, grain, horizons, side, *ends));
    }
  }
  std::map<Key, SeenTimes> seen;
  for (const auto& [key, end] : first) seen[key] = {end.time_unix, last.at(key).time_unix};
  return seen;
}

}  // namespace logtally
