// The few shapes of PromQL that the panels are made of. Every selector carries the variables of the
// dashboard, and every ratio has a value when there is no traffic.
#ifndef LOGTALLY_GENERATOR_PROMQL_H_
#define LOGTALLY_GENERATOR_PROMQL_H_

#include <string>
#include <string_view>

namespace logtally::dashboards {

// `metric{job=~"$job", instance=~"$instance", site=~"$site", MORE}`: with the site where the metric
// has that label. A metric that is not in model/self_metrics is our mistake (assert); of a
// histogram, the name may end in _bucket, _sum or _count.
std::string Select(std::string_view metric, std::string_view more = "");

// Per second, over a window that always holds enough scrapes.
std::string Rate(std::string_view metric, std::string_view more = "");
// Over the whole time range of the dashboard, and over the same length of time before it.
std::string Increase(std::string_view metric, std::string_view more = "");
std::string IncreaseBefore(std::string_view metric, std::string_view more = "");
// Over a fixed window: "5m", "30d". Of 3 days and more it reads a value each 5 minutes or each
// hour, and so knows nothing of what came after the last of them.
std::string IncreaseOver(std::string_view window, std::string_view metric,
                         std::string_view more = "");

// "sum(…)", "sum by (code) (…)".
std::string Sum(std::string_view expr);
std::string SumBy(std::string_view labels, std::string_view expr);

// part / whole; 0 where whole is 0 or part is not there, so that silence is neither NaN nor "No
// data". Nothing only where whole is nothing: then no logtally is watched. Both need the same
// labels.
std::string Ratio(std::string_view part, std::string_view whole);

// What so large a share of the observations ("0.99") were at most; nothing where there were none.
std::string Quantile(std::string_view quantile, std::string_view histogram);

// 1 for each code of a catalogue, with the labels `code` and `labels`: "name, fault". While two
// versions of logtally run they may call a code differently; one of the names is taken.
std::string MeaningByCode(std::string_view labels, std::string_view more = "");
// What has the label `code` gets the labels `name` and `fault`; both are "unknown" for a code that
// is in no catalogue.
std::string WithMeaning(std::string_view expr_by_code);

// Responses in the time range by code, those included with which a series began: what is not
// documented has no series before its first response, and increase() would not see that one.
std::string ResponsesByCode(std::string_view more = "");

// A value if anything was answered in the time before the time range, whatever its code. Else
// nothing: after a first start all codes are there for the first time, and none of them is new.
std::string AnsweredBefore();
// Responses in the time range with codes that were not answered in the time before it.
std::string NewByCode(std::string_view more);

// 1 at each moment at which such responses were coming in; nothing at others.
std::string WhenAnswered(std::string_view more);

// A metric of logtally's process: other programs of the same job have metrics of the same name.
std::string OfLogtally(std::string_view process_metric_expr);

}  // namespace logtally::dashboards

#endif  // LOGTALLY_GENERATOR_PROMQL_H_
