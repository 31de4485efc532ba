#include "absl/strings/str_format.h"
#include "generator/code_table.h"
#include "generator/dashboards.h"
#include "generator/meanings.h"
#include "generator/promql.h"
#include "generator/variables.h"

namespace logtally::dashboards {
namespace {

constexpr std::string_view kResponses = "logtally_http_responses_total";
constexpr std::string_view kThisCode = R"(code=~"$code")";

// The first or the last moment of the range at which the code was being answered, in milliseconds.
// `which` is "min" or "max".
std::string Moment(std::string_view which) {
  return absl::StrFormat("1000 * %s_over_time(timestamp(%s)[$__range:$__interval])", which,
                         WhenAnswered(kThisCode));
}

std::string RateBy(std::string_view label) {
  return absl::StrFormat(
      "%s\nand on (%s) (%s > 0)", SumBy(label, Rate(kResponses, kThisCode)), label,
      SumBy(label,
            absl::StrFormat("increase(%s[$__range] @ end())", Select(kResponses, kThisCode))));
}

Panel MeaningOfCode(const StatusCatalogue& catalogue) {
  Panel meaning = Table("What $code means",
                        "The code's name, whose fault it is, and its meaning as logtally documents "
                        "it; a click on the code leads to its page, with the source");
  meaning
      .AskOnce(absl::StrFormat(R"re(label_replace(%s, "meaning", "$1", "code", "(.*)"))re",
                               MeaningByCode("name, fault", kThisCode)))
      .Columns(
          {{"code", "Code"}, {"name", "Name"}, {"fault", "At fault"}, {"meaning", "What it means"}})
      .WhenEmpty("No catalogue has this code")
      .Size(24, 5);
  LookOfMeaning(catalogue, LookOfCodeColumns(catalogue, meaning));
  meaning.Field("What it means", {{"custom.wrapText", true},
                                  {"custom.cellOptions", {{"type", "auto"}, {"wrapText", true}}}});
  return meaning;
}

// When $code was answered first or last: `aggregate` is "min" or "max".
Panel MomentOf(std::string title, std::string_view which, std::string_view aggregate) {
  Panel panel = Stat(std::move(title),
                     absl::StrFormat("When $code was %s answered in the time range, to within one "
                                     "point of the charts",
                                     which));
  panel.AskOnce(Moment(aggregate))
      .Unit("dateTimeAsIso")
      .WhenEmpty("not in this time")
      .Colour("text")
      .Size(6, 4);
  return panel;
}

Panel RatesBy(std::string_view label, std::string_view whose) {
  Panel panel = TimeSeries(absl::StrFormat("$code by %s", label),
                           absl::StrFormat("Responses with $code per second, by %s", whose));
  panel.AskOverTime(RateBy(label), absl::StrFormat("{{%s}}", label))
      .Unit("reqps")
      .WhenEmpty("$code has no rate in this time range")
      .Size(12, 7);
  return panel;
}

void AddGlance(Dashboard& detail) {
  const std::string now = Sum(ResponsesByCode(kThisCode));
  const std::string before = Sum(IncreaseBefore(kResponses, kThisCode));
  detail.Add(Stat("Responses", "Responses with $code in the time range")
                 .AskOnce(absl::StrFormat("%s or vector(0)", now))
                 .Count()
                 .Colour("blue"));
  detail.Add(Stat("Share", "Share of all responses in the time range that were $code")
                 .AskOnce(Ratio(now, Sum(Increase(kResponses))))
                 .Unit("percentunit")
                 .Colour("blue"));
  detail.Add(Stat("Change",
                  "How many more or fewer responses with $code than in the same length of time "
                  "before")
                 .AskOnce(absl::StrFormat("%s / (%s > 0) - 1", now, before))
                 .Unit("percentunit")
                 .Decimals(0)
                 .WhenEmpty("none before")
                 .Colour("blue"));
  detail.Add(MomentOf("First seen", "first", "min"));
  detail.Add(MomentOf("Last seen", "last", "max"));
}

}  // namespace

Dashboard StatusCodeDetail(const StatusCatalogue& catalogue) {
  Dashboard detail(
      "status-code", "logtally: Status code detail",
      "Each chosen code: what it means, how often it was answered, where and since when");
  detail.Variables({DataSourceVariable("prometheus"), JobVariable(), InstanceVariable(),
                    SiteVariable(), CodeVariable(), LogtallyUrlVariable()});
  detail.Row("$code", /*repeat=*/"code");
  detail.Add(MeaningOfCode(catalogue));
  AddGlance(detail);
  detail.Add(RatesBy("site", "site").FieldsLike("/.*/", {{"links", SiteDashboardLinkOfSeries()}}));
  detail.Add(RatesBy("method", "request method"));
  return detail;
}

}  // namespace logtally::dashboards
