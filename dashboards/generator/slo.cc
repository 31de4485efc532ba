#include "absl/strings/str_format.h"
#include "generator/dashboards.h"
#include "generator/promql.h"
#include "generator/variables.h"

namespace logtally::dashboards {
namespace {

constexpr std::string_view kResponses = "logtally_http_responses_total";
constexpr std::string_view kFailed = R"(class="5xx")";
// The share of requests that may fail; an objective of 100 leaves none, and is not offered.
constexpr std::string_view kBudget = "(1 - $objective / 100)";
constexpr std::string_view kDuration = "logtally_http_request_duration_seconds";

std::string FailedShareOver(std::string_view window) {
  return Ratio(Sum(IncreaseOver(window, kResponses, kFailed)),
               Sum(IncreaseOver(window, kResponses)));
}

std::string FailedShareBySiteOver(std::string_view window) {
  return Ratio(SumBy("site", IncreaseOver(window, kResponses, kFailed)),
               SumBy("site", IncreaseOver(window, kResponses)));
}

// How many times faster than allowed the budget is spent: 1 spends it in exactly 30 days.
std::string BurnRateOver(std::string_view window) {
  return absl::StrFormat("(%s) / %s", FailedShareOver(window), kBudget);
}

std::string BudgetLeft(std::string_view failed_share) {
  return absl::StrFormat("1 - (%s) / %s", failed_share, kBudget);
}

// Share of the requests that took at most so long; nothing where there was no request. Prometheus 3
// writes "1.0" where 2 writes "1".
std::string Within(std::string_view seconds) {
  return absl::StrFormat("%s / (%s > 0)",
                         Sum(Rate(absl::StrFormat("%s_bucket", kDuration),
                                  absl::StrFormat(R"(le=~"%s|%s.0")", seconds, seconds))),
                         Sum(Rate(absl::StrFormat("%s_count", kDuration))));
}

constexpr std::string_view kHowToRead =
    "**Objective**: $objective % of the requests must not end in a 5xx, over 30 days. What may "
    "fail "
    "is the *budget*.\n\n"
    "**Burn rate**: 1 spends the budget in exactly 30 days, 14.4 in two days. Both windows of a "
    "pair must be above its line for an alert:\n\n"
    "| burn rate | windows | what happens |\n"
    "|---|---|---|\n"
    "| 14.4 | 1 h and 5 min | page |\n"
    "| 6 | 6 h and 30 min | page |\n"
    "| 3 | 1 d and 2 h | ticket |\n"
    "| 1 | 3 d and 6 h | ticket |\n";

void AddGlance(Dashboard& slo) {
  slo.Row("Over 30 days");
  slo.Add(
      Stat("Good requests", "Share of the requests of the last 30 days that did not end in a 5xx")
          .AskOnce(absl::StrFormat("1 - (%s)", FailedShareOver("30d")))
          .Unit("percentunit")
          .Decimals(3)
          .Colour("blue")
          .Size(5, 4));
  slo.Add(Stat("Budget left",
               "Share of the errors that the objective allows in 30 days that are not used up; "
               "below 0 the objective is missed")
              .AskOnce(BudgetLeft(FailedShareOver("30d")))
              .Unit("percentunit")
              .Decimals(1)
              .Thresholds({{0, "red"}, {0, "orange"}, {0.25, "green"}})
              .Size(5, 4));
  slo.Add(Stat("Errors allowed",
               "How many of the requests of the last 30 days may end in a 5xx by the objective")
              .AskOnce(absl::StrFormat("%s * %s", Sum(IncreaseOver("30d", kResponses)), kBudget))
              .Count()
              .Colour("blue")
              .Size(5, 4));
  slo.Add(Stat("Errors", "How many of the requests of the last 30 days ended in a 5xx")
              .AskOnce(Sum(IncreaseOver("30d", kResponses, kFailed)))
              .Count()
              .Colour("blue")
              .Size(5, 4));
  slo.Add(Stat("Requests", "Requests of the last 30 days")
              .AskOnce(Sum(IncreaseOver("30d", kResponses)))
              .Count()
              .Colour("blue"));
}

void AddBurnRates(Dashboard& slo) {
  slo.Row("How fast the budget is spent");
  Panel now = BarGauge("Burn rates now",
                       "How many times faster than allowed the budget is spent, over windows that "
                       "end now: 1 spends it in exactly 30 days");
  for (const char* window : {"5m", "30m", "1h", "2h", "6h", "1d", "3d"}) {
    now.AskOnce(BurnRateOver(window), window);
  }
  slo.Add(
      now.Unit("none")
          .Decimals(2)
          .Min(0)
          .Max(20)
          .Thresholds({{0, "green"}, {1, "yellow"}, {3, "orange"}, {6, "red"}, {14.4, "dark-red"}})
          .Size(8, 10));
  Panel over_time =
      TimeSeries("Burn rates over time",
                 "How many times faster than allowed the budget is spent, over "
                 "windows that end at each moment; the lines are those of the alerts");
  for (const char* window : {"5m", "1h", "6h"}) over_time.AskOverTime(BurnRateOver(window), window);
  slo.Add(over_time.Unit("none").Decimals(2).LimitLines({1, 3, 6, 14.4}).Size(10, 10));
  slo.Add(
      Text("How to read this", "What the objective and the burn rate are", kHowToRead).Size(6, 10));
  slo.Add(
      TimeSeries("Budget left over time",
                 "Share of the budget of the 30 days before each moment that was not used up, by "
                 "the hour")
          .AskOverTime(BudgetLeft(FailedShareOver("30d")), "budget left")
          .Unit("percentunit")
          .Colour("blue")
          .Size(12, 8));
  slo.Add(BarGauge("Budget left by site",
                   "Share of each site's own budget of the last 30 days that is not used up")
              .AskOnce(absl::StrFormat("sort(%s)", BudgetLeft(FailedShareBySiteOver("30d"))),
                       "{{site}}")
              .Unit("percentunit")
              .Decimals(1)
              .Min(0)
              .Max(1)
              .Thresholds({{0, "red"}, {0, "orange"}, {0.25, "green"}})
              .Size(12, 8));
}

void AddLatency(Dashboard& slo) {
  slo.Row("How long requests take");
  slo.Add(TimeSeries("Time per request",
                     "How long half, 90 %, 95 % and 99 % of the requests took at most, where the "
                     "log format has it")
              .AskOverTime(Quantile("0.5", kDuration), "half")
              .AskOverTime(Quantile("0.9", kDuration), "90 %")
              .AskOverTime(Quantile("0.95", kDuration), "95 %")
              .AskOverTime(Quantile("0.99", kDuration), "99 %")
              .Unit("s")
              .WhenEmpty("The log format has no time per request, or there was no traffic")
              .Size(12, 8));
  slo.Add(TimeSeries("Requests within a time",
                     "Share of the requests that took at most 0.1, 0.5, 1 and 5 seconds, where the "
                     "log format has it")
              .AskOverTime(Within("0.1"), "0.1 s")
              .AskOverTime(Within("0.5"), "0.5 s")
              .AskOverTime(Within("1"), "1 s")
              .AskOverTime(Within("5"), "5 s")
              .Unit("percentunit")
              .WhenEmpty("The log format has no time per request, or there was no traffic")
              .Size(12, 8));
}

}  // namespace

Dashboard ErrorBudget() {
  Dashboard slo("slo", "logtally: SLO and error budget",
                "How much of what may fail has failed, and how fast: the objective is a choice at "
                "the top");
  slo.Variables({DataSourceVariable("prometheus"), JobVariable(), InstanceVariable(),
                 SiteVariable(), ObjectiveVariable(), LogtallyUrlVariable()});
  slo.From("now-24h");
  AddGlance(slo);
  AddBurnRates(slo);
  AddLatency(slo);
  return slo;
}

}  // namespace logtally::dashboards
