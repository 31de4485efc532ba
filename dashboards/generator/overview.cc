#include "absl/strings/str_format.h"
#include "generator/code_table.h"
#include "generator/dashboards.h"
#include "generator/meanings.h"
#include "generator/promql.h"
#include "generator/variables.h"

namespace logtally::dashboards {
namespace {

constexpr std::string_view kResponses = "logtally_http_responses_total";
constexpr std::string_view kChosen = R"(code=~"$code")";

Panel ErrorShare(std::string_view status_class, std::string_view whose) {
  const std::string of_class = absl::StrFormat(R"(class="%s")", status_class);
  Panel panel = Stat(absl::StrFormat("%s share", status_class),
                     absl::StrFormat("Share of all responses in the time range that were %s: %s",
                                     status_class, whose));
  panel.AskOnce(Ratio(Sum(Increase(kResponses, of_class)), Sum(Increase(kResponses))))
      .Unit("percentunit")
      .Decimals(2);
  return panel;
}

// Codes that were answered in the range: the others would only fill the legend.
std::string RateByCode() {
  return absl::StrFormat("%s\nand on (code) (%s > 0)", SumBy("code", Rate(kResponses, kChosen)),
                         SumBy("code", absl::StrFormat("increase(%s[$__range] @ end())",
                                                       Select(kResponses, kChosen))));
}

void AddGlance(Dashboard& overview) {
  overview.Row("At a glance");
  overview.Add(Stat("Requests per second", "Responses of all codes per second, lately")
                   .AskOverTime(Sum(Rate(kResponses)))
                   .Unit("reqps")
                   .Colour("blue"));
  overview.Add(Stat("Responses", "Responses of all codes in the time range")
                   .AskOnce(Sum(Increase(kResponses)))
                   .Count()
                   .Colour("blue"));
  overview.Add(ErrorShare("5xx", "the server's side failed")
                   .Thresholds({{0, "green"}, {0.001, "orange"}, {0.01, "red"}}));
  overview.Add(ErrorShare("4xx", "the request could not be served as the client sent it")
                   .Thresholds({{0, "green"}, {0.1, "orange"}, {0.5, "red"}}));
  overview.Add(Stat("New codes",
                    "How many status codes were answered in this time range and not at all in the "
                    "same length of time before it; the table below names them")
                   .AskOnce(absl::StrFormat("count(%s) or vector(0)", NewByCode(kChosen)))
                   .Thresholds({{0, "green"}, {1, "purple"}}));
  overview.Add(Stat("Losses",
                    "How often something of a log was, or may have been, lost in the time range "
                    "before it was counted; the dashboard of logtally's health says why")
                   .AskOnce(Sum(Increase("logtally_losses_total")))
                   .Count()
                   .Thresholds({{0, "green"}, {0.5, "red"}})
                   .Link("logtally's health",
                         "/d/logtally-health?${datasource:queryparam}&${job:queryparam}&"
                         "${instance:queryparam}&${site:queryparam}&${__url_time_range}"));
}

void AddCharts(Dashboard& overview) {
  overview.Row("Over time");
  Panel classes =
      TimeSeries("Responses by class", "Responses per second by the class of their status code");
  classes.AskOverTime(SumBy("class", Rate(kResponses)), "{{class}}")
      .Unit("reqps")
      .Stacked()
      .Size(12, 8);
  overview.Add(ColourByClass(classes));
  Panel codes = TimeSeries("Responses by code",
                           "Responses per second of each chosen status code that was answered in "
                           "the time range; a click leads to what the code means");
  codes.AskOverTime(WithMeaning(RateByCode()), "{{code}} {{name}}")
      .Unit("reqps")
      .LegendTable()
      .Size(12, 8)
      .FieldsLike("/.*/", {{"links", CodePageLinkOfSeries()}});
  overview.Add(ColourByCode(codes));
  Panel shares = TimeSeries("Error shares", "Shares of all responses that were 4xx and 5xx");
  for (const char* status_class : {"4xx", "5xx"}) {
    const std::string of_class = absl::StrFormat(R"(class="%s")", status_class);
    shares.AskOverTime(Ratio(Sum(Rate(kResponses, of_class)), Sum(Rate(kResponses))), status_class);
  }
  shares.Unit("percentunit").Size(12, 8);
  overview.Add(ColourByClass(shares));
  const std::string errors = R"(class=~"4xx|5xx|other", code=~"$code")";
  Panel faults = TimeSeries("Errors by the side at fault",
                            "Responses per second of the codes from 400 on, by whose fault they "
                            "are: the client's, the server's, that of a server behind it, or "
                            "a request that was refused for security");
  faults
      .AskOverTime(SumBy("fault", WithMeaning(SumBy("code", Rate(kResponses, errors)))),
                   "{{fault}}")
      .Unit("reqps")
      .Stacked()
      .Size(12, 8);
  overview.Add(ColourByFault(faults));
}

void AddCodes(const StatusCatalogue& catalogue, Dashboard& overview) {
  overview.Row("By code");
  overview.Add(CodeTable(catalogue, "Status codes",
                         "The chosen codes that were answered in the time range: their count, "
                         "their share of all responses, and the change of the count against the "
                         "same length of time before; a click on a code leads to its page",
                         kChosen)
                   .Size(24, 12));
}

void AddWhatIsDifferent(const StatusCatalogue& catalogue, Dashboard& overview) {
  overview.Row("What is different");
  Panel fresh = Table("New codes",
                      "Codes that were answered in this time range and not at all in the same "
                      "length of time before it");
  fresh.AskOnce(WithMeaning(absl::StrFormat("(%s)", NewByCode(kChosen))))
      .Columns({{"code", "Code"}, {"name", "Name"}, {"fault", "At fault"}, {"Value", "Responses"}})
      .SortedBy("Responses")
      .WhenEmpty("No new code")
      .Size(12, 8);
  overview.Add(LookOfCodeColumns(catalogue, fresh));
  overview.Add(
      BarGauge("5xx share by site",
               "Share of each site's responses in the time range that were 5xx; a click "
               "leads to the site")
          .AskOnce(absl::StrFormat("sort_desc(%s)",
                                   Ratio(SumBy("site", Increase(kResponses, R"(class="5xx")")),
                                         SumBy("site", Increase(kResponses)))),
                   "{{site}}")
          .Unit("percentunit")
          .Decimals(2)
          .Min(0)
          .Thresholds({{0, "green"}, {0.001, "orange"}, {0.01, "red"}})
          .FieldsLike("/.*/", {{"links", SiteDashboardLinkOfSeries()}})
          .Size(12, 8));
}

}  // namespace

Dashboard Overview(const StatusCatalogue& catalogue) {
  Dashboard overview("overview", "logtally: Overview",
                     "What the web servers answer: how much, how well, and what is different now");
  overview.Variables({DataSourceVariable("prometheus"), JobVariable(), InstanceVariable(),
                      SiteVariable(), CodeVariable(), LogtallyUrlVariable()});
  AddGlance(overview);
  AddCharts(overview);
  AddCodes(catalogue, overview);
  AddWhatIsDifferent(catalogue, overview);
  return overview;
}

}  // namespace logtally::dashboards
