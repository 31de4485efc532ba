#include "report/summary.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "absl/strings/str_format.h"

namespace logtally {
namespace {

constexpr int64_t kHourSeconds = 3600;

FaultSide FaultOf(StatusCode code, const StatusMeaning* row) {
  if (row != nullptr) {
    for (const FaultSide side : kErrorSides) {
      if (row->fault == FaultSideName(side)) return side;
    }
  }
  // "none" is an answer for a success only.
  return IsErrorStatus(code) || row == nullptr ? FaultSide::kUnknown : FaultSide::kNone;
}

size_t IndexOf(FaultSide side) {
  const auto found = std::find(kErrorSides.begin(), kErrorSides.end(), side);
  return static_cast<size_t>(found - kErrorSides.begin());
}

CodeTotal TotalOf(StatusCode code, const Tally& tally, int64_t all, const StatusMeaning* row) {
  CodeTotal total;
  total.code = code;
  total.name = row != nullptr ? row->name : "Unknown";
  total.status_class = StatusClass(code);
  total.fault = FaultOf(code, row);
  total.documented = row != nullptr && row->documented;
  total.responses = tally.responses;
  total.share = {tally.responses, all};
  total.bytes = tally.bytes;
  return total;
}

std::vector<ValueCount> TopOf(const TopValues& list) {
  std::vector<ValueCount> top;
  for (TopValues::Entry& entry : list.Sorted()) {
    if (top.size() == kTopValues) break;
    top.push_back({std::move(entry.value), entry.count, entry.overcount});
  }
  return top;
}

ErrorCode ErrorOf(CodeTotal total, const CodeCounts& counts, const StatusMeaning* row) {
  ErrorCode error;
  error.total = std::move(total);
  error.first_seen_unix = counts.first_minute_unix;
  error.last_seen_unix = counts.last_minute_unix;
  const ErrorDetails& details = counts.details;
  error.top_paths = TopOf(details.list(ErrorList::kPaths));
  error.top_clients = TopOf(details.list(ErrorList::kClients));
  error.top_referrers = TopOf(details.list(ErrorList::kReferrers));
  error.clients = details.NumberOfClients();
  error.samples = details.Samples();
  if (row != nullptr) error.meaning = {row->documented, row->meaning, row->source};
  return error;
}

// What is largest is what to look at first; what has no known size may be the largest of all, but
// nobody knows.
bool IsLarger(const LossTally& a, const LossTally& b) {
  return std::tie(a.bytes, a.lines, a.losses) > std::tie(b.bytes, b.lines, b.losses);
}

std::vector<CauseLosses> ByCause(const std::vector<Loss>& losses) {
  std::vector<CauseLosses> causes;
  for (int i = 0; i < kLossCauseCount; ++i) {
    CauseLosses of_cause{.cause = static_cast<LossCause>(i)};
    for (const Loss& loss : losses) {
      if (loss.cause != of_cause.cause) continue;
      of_cause.all += loss.tally;
      of_cause.logs.push_back(loss);
    }
    if (of_cause.logs.empty()) continue;
    std::stable_sort(of_cause.logs.begin(), of_cause.logs.end(),
                     [](const Loss& a, const Loss& b) { return IsLarger(a.tally, b.tally); });
    causes.push_back(std::move(of_cause));
  }
  std::stable_sort(causes.begin(), causes.end(), [](const CauseLosses& a, const CauseLosses& b) {
    return IsLarger(a.all, b.all);
  });
  return causes;
}

SummaryTrust TrustOf(const SummaryInput& input, int64_t counted) {
  SummaryTrust trust;
  trust.source = input.source;
  trust.source_names = input.source_names;
  trust.counted = counted;
  for (const auto& [reason, lines] : input.rejects) trust.rejected += lines;
  trust.lines = trust.counted + trust.rejected;
  trust.rejected_share = {trust.rejected, trust.lines};
  for (const auto& [reason, lines] : input.rejects) {
    if (lines > 0) trust.rejects.push_back({reason, lines, {lines, trust.lines}});
  }
  std::stable_sort(trust.rejects.begin(), trust.rejects.end(),
                   [](const auto& a, const auto& b) { return a.lines > b.lines; });
  trust.untimed = input.untimed_lines;
  trust.untimed_counted = input.untimed_counted;
  trust.outside_window = input.outside_lines;
  trust.unlisted_errors = input.unlisted_errors;
  trust.read_errors = input.read_errors;
  trust.losses = ByCause(input.losses);
  for (const CauseLosses& cause : trust.losses) trust.lost += cause.all;
  return trust;
}

// The window widened to whole hours; nothing if it consists of whole hours.
std::optional<SummaryWindow> WholeHours(const SummaryWindow& window) {
  SummaryWindow hours;
  if (window.from_unix) hours.from_unix = *window.from_unix / kHourSeconds * kHourSeconds;
  if (window.to_unix) {
    hours.to_unix = (*window.to_unix + kHourSeconds - 1) / kHourSeconds * kHourSeconds;
  }
  if (hours.from_unix == window.from_unix && hours.to_unix == window.to_unix) return std::nullopt;
  return hours;
}

}  // namespace

double Share::Fraction() const {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string Share::Percent() const {
  if (part == 0) return "0 %";
  if (part == whole) return "100 %";
  const long hundredths = std::lround(Fraction() * 10000);
  if (hundredths < 1) return "<0.01 %";
  if (hundredths > 9999) return ">99.99 %";
  return absl::StrFormat("%d.%02d %%", hundredths / 100, hundredths % 100);
}

std::string_view FaultSideName(FaultSide side) {
  switch (side) {
    case FaultSide::kNone:
      return "none";
    case FaultSide::kServer:
      return "server";
    case FaultSide::kGateway:
      return "gateway";
    case FaultSide::kClient:
      return "client";
    case FaultSide::kSecurity:
      return "security";
    case FaultSide::kUnknown:
      return "unknown";
  }
  return "";
}

Summary Summarise(const SummaryInput& input, const MeaningOf& meaning_of) {
  Summary summary;
  summary.window = input.window;
  summary.sites = input.sites;
  summary.only_code = input.only_code;
  for (const auto& [code, counts] : input.codes) summary.all += counts.tally;
  summary.input = TrustOf(input, summary.all.responses);

  std::array<std::vector<ErrorCode>, kErrorSides.size()> sides;
  bool has_details = false;
  for (const auto& [code, counts] : input.codes) {
    const StatusMeaning* row = meaning_of(code);
    const CodeTotal total = TotalOf(code, counts.tally, summary.all.responses, row);
    const bool is_error = IsErrorStatus(code);
    if (is_error) {
      summary.error_responses += total.responses;
      summary.by_side[IndexOf(total.fault)] += total.responses;
    }
    if (input.only_code && code != *input.only_code) continue;
    summary.totals.push_back(total);
    if (!is_error) continue;
    sides[IndexOf(total.fault)].push_back(ErrorOf(total, counts, row));
    has_details = has_details || counts.details.entries() > 0;
  }
  for (size_t i = 0; i < sides.size(); ++i) {
    if (sides[i].empty()) continue;
    std::stable_sort(sides[i].begin(), sides[i].end(), [](const ErrorCode& a, const ErrorCode& b) {
      return a.total.responses > b.total.responses;
    });
    summary.errors.push_back({kErrorSides[i], std::move(sides[i])});
  }
  if (has_details) summary.paths_window = WholeHours(input.window);
  return summary;
}

}  // namespace logtally
