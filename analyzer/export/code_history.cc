#include "export/code_history.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"

namespace logtally {
namespace {

constexpr int64_t kMinuteSeconds = 60;
constexpr int64_t kHourSeconds = 3600;
constexpr int64_t kDaySeconds = 86400;
constexpr int64_t kMaxSiteRows = 20'000;

// Steps of half an hour are made from rows of minutes. Of very many sites that is slow, and rows of
// hours are sixty times fewer.
constexpr int64_t kFineStepSeconds = 1800;
constexpr size_t kMostSitesForFineSteps = 100;

class HistoryReading {
 public:
  HistoryReading(CountReader& reader, StatusCode code, const std::optional<std::string>& site,
                 CodeHistory& history)
      : reader_(reader), code_(code), site_(site), history_(history) {}

  absl::Status Read(int64_t step_seconds) {
    RETURN_IF_ERROR(ReadPeriods());
    RETURN_IF_ERROR(ReadLastDay(step_seconds));
    RETURN_IF_ERROR(ReadBySite());
    RETURN_IF_ERROR(ReadSeen());
    return ReadErrors();
  }

 private:
  struct Sums {
    int64_t of_code = 0;
    int64_t of_all = 0;
  };

  absl::StatusOr<Sums> SumsIn(int64_t from_unix, int64_t to_unix) {
    ASSIGN_OR_RETURN(const auto rows,
                     reader_.Codes({.from_unix = from_unix, .to_unix = to_unix, .site = site_}, 0));
    Sums sums;
    for (const CodeRow& row : rows) {
      sums.of_all += row.tally.responses;
      if (row.code == code_) sums.of_code += row.tally.responses;
    }
    return sums;
  }

  absl::Status ReadPeriods() {
    std::array<PeriodCounts, 3> periods = {{{.name = "hour", .seconds = kHourSeconds},
                                            {.name = "24 hours", .seconds = kDaySeconds},
                                            {.name = "7 days", .seconds = 7 * kDaySeconds}}};
    for (PeriodCounts& period : periods) {
      period.from_unix = history_.to_unix - period.seconds;
      ASSIGN_OR_RETURN(const Sums now, SumsIn(period.from_unix, history_.to_unix));
      ASSIGN_OR_RETURN(const Sums before,
                       SumsIn(period.from_unix - period.seconds, period.from_unix));
      period.responses = now.of_code;
      period.of_all = now.of_all;
      period.before = before.of_code;
      period.before_of_all = before.of_all;
    }
    history_.periods = periods;
    return absl::OkStatus();
  }

  absl::Status ReadLastDay(int64_t step_seconds) {
    const int64_t to_unix = (history_.to_unix + step_seconds - 1) / step_seconds * step_seconds;
    CountSeries series{.from_unix = to_unix - kDaySeconds, .step_seconds = step_seconds};
    series.counts.resize(static_cast<size_t>(kDaySeconds / step_seconds));
    ASSIGN_OR_RETURN(
        const auto rows,
        reader_.Codes(
            {.from_unix = series.from_unix, .to_unix = to_unix, .site = site_, .code = code_},
            step_seconds));
    for (const CodeRow& row : rows) {
      // Where only coarser rows are kept they may begin before the first step.
      const int64_t step = std::max<int64_t>(0, (row.time_unix - series.from_unix) / step_seconds);
      if (step < static_cast<int64_t>(series.counts.size())) {
        series.counts[static_cast<size_t>(step)] += row.tally.responses;
      }
    }
    history_.last_day = std::move(series);
    return absl::OkStatus();
  }

  absl::Status ReadBySite() {
    ASSIGN_OR_RETURN(auto rows, reader_.Responses({.from_unix = history_.to_unix - kDaySeconds,
                                                   .to_unix = history_.to_unix,
                                                   .site = site_,
                                                   .code = code_},
                                                  0, kMaxSiteRows + 1));
    if (rows.size() <= kMaxSiteRows) history_.by_site = std::move(rows);
    return absl::OkStatus();
  }

  absl::Status ReadSeen() {
    ASSIGN_OR_RETURN(const auto rows, reader_.Seen({.site = site_, .code = code_}));
    for (const SeenRow& row : rows) {
      if (!history_.seen) history_.seen = {row.first_minute_unix, row.last_minute_unix};
      history_.seen->first_unix = std::min(history_.seen->first_unix, row.first_minute_unix);
      history_.seen->last_unix = std::max(history_.seen->last_unix, row.last_minute_unix);
    }
    return absl::OkStatus();
  }

  absl::Status ReadErrors() {
    if (!IsErrorStatus(code_) || !history_.seen) return absl::OkStatus();
    int64_t to_unix = history_.to_unix;
    if (history_.seen->last_unix < to_unix - kDaySeconds) {
      to_unix = (history_.seen->last_unix / kDaySeconds + 1) * kDaySeconds;
    }
    ListedErrors listed{.from_unix = (to_unix - kDaySeconds) / kHourSeconds * kHourSeconds,
                        .to_unix = (to_unix + kHourSeconds - 1) / kHourSeconds * kHourSeconds,
                        .details = ErrorDetails()};
    ASSIGN_OR_RETURN(auto errors, reader_.Errors({.from_unix = listed.from_unix,
                                                  .to_unix = listed.to_unix,
                                                  .site = site_,
                                                  .code = code_}));
    if (const auto found = errors.find(code_); found != errors.end()) {
      listed.details = std::move(found->second);
    }
    history_.errors = std::move(listed);
    return absl::OkStatus();
  }

  CountReader& reader_;
  const StatusCode code_;
  const std::optional<std::string>& site_;
  CodeHistory& history_;
};

}  // namespace

CodeHistory ReadCodeHistory(CountReader& reader, StatusCode code,
                            const std::optional<std::string>& site, size_t number_of_sites,
                            absl::Time now) {
  CodeHistory history;
  // Whole minutes, with the one that has begun: what happens now is of most interest.
  history.to_unix = (absl::ToUnixSeconds(now) / kMinuteSeconds + 1) * kMinuteSeconds;
  const int64_t step = number_of_sites <= kMostSitesForFineSteps ? kFineStepSeconds : kHourSeconds;
  history.problem = HistoryReading(reader, code, site, history).Read(step);
  return history;
}

}  // namespace logtally
