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

}  // namespace

Dashboard StatusCodeDetail(const StatusCatalogue& catalogue) {
  Dashboard detail(
      "status-code", "logtally: Status code detail",
      "Each chosen code: what it means, how often it was answered, where and since when");
  detail.Variables({DataSourceVariable("prometheus"), JobVariable(), InstanceVariable(),
                    SiteVariable(), CodeVariable(), LogtallyUrlVariable()});

  detail.Row("$code", /*repeat=*/"code");
  detail.Add(MeaningOfCode(catalogue));
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
  detail.Add(Stat("First seen",
                  "When $code was first answered in the time range, to within one point of the "
                  "charts")
                 .AskOnce(Moment("min"))
                 .Unit("dateTimeAsIso")
                 .WhenEmpty("not in this time")
                 .Colour("text")
                 .Size(6, 4));
  detail.Add(Stat("Last seen",
                  "When $code was last answered in the time range, to within one point of the "
                  "charts")
                 .AskOnce(Moment("max"))
                 .Unit("dateTimeAsIso")
                 .WhenEmpty("not in this time")
                 .Colour("text")
                 .Size(6, 4));
  detail.Add(TimeSeries("$code by site", "Responses with $code per second, by site")
                 .AskOverTime(RateBy("site"), "{{site}}")
                 .Unit("reqps")
                 .WhenEmpty("$code has no rate in this time range")
                 .FieldsLike("/.*/", {{"links", SiteDashboardLinkOfSeries()}})
                 .Size(12, 7));
  detail.Add(TimeSeries("$code by method", "Responses with $code per second, by request method")
                 .AskOverTime(RateBy("method"), "{{method}}")
                 .Unit("reqps")
                 .WhenEmpty("$code has no rate in this time range")
                 .Size(12, 7));
  return detail;
}

}  // namespace logtally::dashboards
