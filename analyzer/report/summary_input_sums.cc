// Both builders add into the same few sums; what differs is only who has already looked at the
// window: the store for its rows, this file for a batch. No store is needed to link this.
#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "base/text.h"
#include "report/summary_input.h"

namespace logtally {
namespace {

constexpr int64_t kHourSeconds = 3600;

// Widens [first, last] so that it takes in [from_minute, to_minute].
void Widen(std::optional<int64_t>& first, std::optional<int64_t>& last, int64_t from_minute,
           int64_t to_minute) {
  first = first ? std::min(*first, from_minute) : from_minute;
  last = last ? std::max(*last, to_minute) : to_minute;
}

void Saw(SummaryInput& input, StatusCode code, int64_t first_minute, int64_t last_minute) {
  CodeCounts& counts = input.codes[code];
  Widen(counts.first_minute_unix, counts.last_minute_unix, first_minute, last_minute);
  SummaryWindow& window = input.window;
  Widen(window.first_minute_unix, window.last_minute_unix, first_minute, last_minute);
}

// Whether [begin, begin + length) has a part inside the window.
bool Overlaps(const CountQuery& query, int64_t begin, int64_t length) {
  return (!query.from_unix || begin + length > *query.from_unix) &&
         (!query.to_unix || begin < *query.to_unix);
}

bool BeginsInside(const CountQuery& query, int64_t minute) {
  return (!query.from_unix || minute >= *query.from_unix) &&
         (!query.to_unix || minute < *query.to_unix);
}

SummaryInput Start(SummarySource source, std::vector<std::string> source_names,
                   const CountQuery& query) {
  SummaryInput input;
  input.source = source;
  input.source_names = std::move(source_names);
  input.window.from_unix = query.from_unix;
  input.window.to_unix = query.to_unix;
  input.only_code = query.code;
  return input;
}

absl::Status CheckSite(const std::vector<std::string>& known, const std::string& site) {
  if (std::find(known.begin(), known.end(), site) != known.end()) return absl::OkStatus();
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const auto nearest = NearestName(site, candidates);
  return absl::InvalidArgumentError(absl::StrFormat(
      "site \"%s\": not among the %d sites that are stored%s", EscapeForTerminal(site),
      known.size(),
      nearest ? absl::StrFormat("; did you mean \"%s\"?", EscapeForTerminal(*nearest)) : ""));
}

}  // namespace

absl::StatusOr<SummaryInput> BuildInput(const StoredRows& rows, const CountQuery& query,
                                        std::string database_path) {
  if (query.site) {
    if (absl::Status known = CheckSite(rows.sites, *query.site); !known.ok()) return known;
  }
  SummaryInput input = Start(SummarySource::kDatabase, {std::move(database_path)}, query);
  input.sites = query.site ? std::vector<std::string>{*query.site} : rows.sites;
  for (const ResponseRow& row : rows.responses) input.codes[row.code].tally += row.tally;
  // Details are kept by the hour, so a code may have some without a response inside the window.
  // Nothing is said of a code that has none.
  std::erase_if(input.codes, [](const auto& code) { return code.second.tally.responses == 0; });
  for (const SeenRow& row : rows.seen) {
    if (input.codes.contains(row.code)) {
      Saw(input, row.code, row.first_minute_unix, row.last_minute_unix);
    }
  }
  for (const auto& [code, details] : rows.errors) {
    const auto counts = input.codes.find(code);
    if (counts != input.codes.end()) counts->second.details = details;
  }
  for (const RejectRow& row : rows.rejects) input.rejects[row.reason] += row.lines;
  input.untimed_lines = rows.untimed_responses;
  input.losses = rows.losses;
  return input;
}

SummaryInput BuildInput(const CountBatch& batch, const CountQuery& query,
                        std::vector<std::string> file_names) {
  SummaryInput input = Start(SummarySource::kFiles, std::move(file_names), query);
  input.untimed_counted = !input.window.bounded();
  const auto wanted = [&](SiteIndex site) {
    return !query.site || batch.sites[site] == *query.site;
  };
  for (SiteIndex site = 0; site < batch.sites.size(); ++site) {
    if (wanted(site)) input.sites.push_back(batch.sites[site]);
  }
  std::sort(input.sites.begin(), input.sites.end());

  for (const auto& [key, tally] : batch.counts) {
    if (!wanted(key.site)) continue;
    const bool untimed = key.minute_unix == kUntimed;
    if (untimed) {
      input.untimed_lines += tally.responses;
      if (!input.untimed_counted) continue;
    } else if (!BeginsInside(query, key.minute_unix)) {
      input.outside_lines += tally.responses;
      continue;
    }
    input.codes[key.code].tally += tally;
    if (!untimed) Saw(input, key.code, key.minute_unix, key.minute_unix);
  }
  for (const auto& [key, lines] : batch.rejects) {
    if (!wanted(key.site)) continue;
    if (key.minute_unix != kUntimed && !BeginsInside(query, key.minute_unix)) continue;
    input.rejects[std::string(RejectReasonName(key.reason))] += lines;
  }
  // In the order of time and site: what a full list forgets must not depend on a hash table.
  std::vector<const std::pair<const ErrorKey, ErrorDetails>*> hours;
  for (const auto& hour : batch.error_details.by_key()) {
    if (wanted(hour.first.site) && Overlaps(query, hour.first.hour_unix, kHourSeconds)) {
      hours.push_back(&hour);
    }
  }
  std::sort(hours.begin(), hours.end(), [](const auto* a, const auto* b) {
    return std::pair(a->first.hour_unix, a->first.site) <
           std::pair(b->first.hour_unix, b->first.site);
  });
  for (const auto* hour : hours) {
    const auto counts = input.codes.find(hour->first.code);
    if (counts != input.codes.end()) counts->second.details.Merge(hour->second);
  }
  input.unlisted_errors = 0;
  for (const auto& [site, lines] : batch.error_details.unlisted()) {
    if (wanted(site)) *input.unlisted_errors += lines;
  }
  std::map<std::tuple<std::string, LossCause, std::string>, LossTally> losses;
  for (const auto& [key, tally] : batch.losses) {
    if (wanted(key.site)) losses[{batch.sites[key.site], key.cause, key.path}] += tally;
  }
  for (const auto& [key, tally] : losses) {
    const auto& [site, cause, path] = key;
    input.losses.push_back({site, cause, path, tally});
  }
  return input;
}

}  // namespace logtally
