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
constexpr std::string_view kServerErrors = R"(class="5xx")";
constexpr std::string_view kClientErrors = R"(class="4xx")";

Panel Durations(std::string title, std::string description, std::string_view histogram) {
  Panel panel = TimeSeries(std::move(title), std::move(description));
  panel.AskOverTime(Quantile("0.5", histogram), "half")
      .AskOverTime(Quantile("0.9", histogram), "90 %")
      .AskOverTime(Quantile("0.99", histogram), "99 %")
      .Unit("s")
      .WhenEmpty("The log format has no such time, or there was no traffic")
      .Size(12, 8);
  return panel;
}

// One row a site.
Panel SiteTable() {
  Panel table = Table("Sites",
                      "Each site in the time range: responses, shares of errors, bytes sent, and "
                      "lines that could not be read");
  table.AskOnce(SumBy("site", Increase(kResponses)))
      .AskOnce(Ratio(SumBy("site", Increase(kResponses, kServerErrors)),
                     SumBy("site", Increase(kResponses))))
      .AskOnce(Ratio(SumBy("site", Increase(kResponses, kClientErrors)),
                     SumBy("site", Increase(kResponses))))
      .AskOnce(SumBy("site", Increase("logtally_http_response_bytes_total")))
      .AskOnce(SumBy("site", Increase("logtally_lines_total", R"(result="rejected")")))
      .Merged()
      .Columns({{"site", "Site"},
                {"Value #A", "Responses"},
                {"Value #B", "5xx share"},
                {"Value #C", "4xx share"},
                {"Value #D", "Bytes sent"},
                {"Value #E", "Rejected lines"}})
      .SortedBy("Responses")
      .WhenEmpty("No response in this time range")
      .Size(24, 6);
  const Json site_link =
      Json::array({{{"title", "Only ${__value.raw}"},
                    {"url",
                     "/d/logtally-site?${datasource:queryparam}&${job:queryparam}&"
                     "${instance:queryparam}&var-site=${__value.raw:percentencode}&"
                     "${__url_time_range}"}}});
  table.Field("Site", {{"unit", "string"}, {"links", site_link}});
  table.Field("Responses", {{"unit", "locale"}, {"decimals", 0}});
  table.Field("5xx share", {{"unit", "percentunit"}, {"decimals", 2}});
  table.Field("4xx share", {{"unit", "percentunit"}, {"decimals", 2}});
  table.Field("Bytes sent", {{"unit", "bytes"}, {"decimals", 1}});
  table.Field("Rejected lines", {{"unit", "locale"}, {"decimals", 0}});
  return table;
}

void AddSites(Dashboard& detail) {
  detail.Row("Sites");
  detail.Add(SiteTable());
  detail.Add(TimeSeries("Responses by site", "Responses of all codes per second")
                 .AskOverTime(SumBy("site", Rate(kResponses)), "{{site}}")
                 .Unit("reqps"));
  detail.Add(TimeSeries("5xx share by site", "Share of each site's responses that were 5xx")
                 .AskOverTime(Ratio(SumBy("site", Rate(kResponses, kServerErrors)),
                                    SumBy("site", Rate(kResponses))),
                              "{{site}}")
                 .Unit("percentunit"));
  detail.Add(TimeSeries("4xx share by site", "Share of each site's responses that were 4xx")
                 .AskOverTime(Ratio(SumBy("site", Rate(kResponses, kClientErrors)),
                                    SumBy("site", Rate(kResponses))),
                              "{{site}}")
                 .Unit("percentunit"));
}

void AddAnswers(const StatusCatalogue& catalogue, Dashboard& detail) {
  detail.Row("What they answered");
  Panel classes =
      TimeSeries("Responses by class", "Responses per second by the class of their status code");
  classes.AskOverTime(SumBy("class", Rate(kResponses)), "{{class}}").Unit("reqps").Stacked();
  detail.Add(ColourByClass(classes));
  detail.Add(TimeSeries("Responses by method", "Responses per second by the request's method")
                 .AskOverTime(SumBy("method", Rate(kResponses)), "{{method}}")
                 .Unit("reqps")
                 .Stacked());
  detail.Add(TimeSeries("Bytes sent", "Bytes sent to clients per second, as logged")
                 .AskOverTime(SumBy("site", Rate("logtally_http_response_bytes_total")), "{{site}}")
                 .Unit("Bps"));
  detail.Add(CodeTable(catalogue, "Status codes of these sites",
                       "The chosen codes that were answered in the time range: their count, their "
                       "share of all responses, and the change of the count against the same "
                       "length of time before; a click on a code leads to its page",
                       kChosen)
                 .Size(24, 10));
}

void AddDurations(Dashboard& detail) {
  detail.Row("How long it took");
  detail.Add(Durations("Time per request",
                       "How long half, 90 % and 99 % of the requests took at most, where the log "
                       "format has it",
                       "logtally_http_request_duration_seconds"));
  detail.Add(Durations("Time for upstream servers",
                       "How long half, 90 % and 99 % of the requests waited at most for servers "
                       "behind this one, where the log format has it",
                       "logtally_http_upstream_duration_seconds"));
}

}  // namespace

Dashboard SiteDetail(const StatusCatalogue& catalogue) {
  Dashboard detail("site", "logtally: Site detail",
                   "The chosen sites beside each other: traffic, errors, codes, methods, times");
  detail.Variables({DataSourceVariable("prometheus"), JobVariable(), InstanceVariable(),
                    SiteVariable(), CodeVariable(), LogtallyUrlVariable()});
  AddSites(detail);
  AddAnswers(catalogue, detail);
  AddDurations(detail);
  return detail;
}

}  // namespace logtally::dashboards
