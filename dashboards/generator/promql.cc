#include "generator/promql.h"

#include "absl/strings/str_format.h"
#include "model/self_metrics.h"

namespace logtally::dashboards {
namespace {

constexpr std::string_view kResponses = "logtally_http_responses_total";

// Windows over which every scrape would be too much to read at each point of a chart, and how far
// apart the values are that are read instead.
struct LongWindow {
  std::string_view window, step;
};
constexpr LongWindow kLongWindows[] = {{"6h", "1m"}, {"3d", "5m"}, {"30d", "1h"}};

// "x_seconds_bucket" -> "x_seconds", if that is a histogram.
std::string_view BaseName(std::string_view metric) {
  for (const MetricRow& row : MetricTable()) {
    if (row.type == MetricType::kHistogram && metric.starts_with(row.name)) return row.name;
  }
  return metric;
}

bool HasSite(std::string_view metric) {
  return MetricNamed(BaseName(metric)).labels.starts_with("site");
}

// What series of responses hold that were not there so long ago, though their site was.
std::string Begun(std::string_view ago, std::string_view more) {
  const std::string responses = Select(kResponses, more);
  return absl::StrFormat("%s unless %s offset %s\n  and on (job, instance, site) %s offset %s",
                         responses, responses, ago, Select("logtally_last_line_timestamp_seconds"),
                         ago);
}

}  // namespace

std::string Select(std::string_view metric, std::string_view more) {
  return absl::StrFormat(R"(%s{job=~"$job", instance=~"$instance"%s%s%s})", metric,
                         HasSite(metric) ? R"(, site=~"$site")" : "", more.empty() ? "" : ", ",
                         more);
}

std::string Rate(std::string_view metric, std::string_view more) {
  return absl::StrFormat("rate(%s[$__rate_interval])", Select(metric, more));
}

std::string Increase(std::string_view metric, std::string_view more) {
  return IncreaseOver("$__range", metric, more);
}

std::string IncreaseBefore(std::string_view metric, std::string_view more) {
  return absl::StrFormat("increase(%s[$__range] offset $__range)", Select(metric, more));
}

std::string IncreaseOver(std::string_view window, std::string_view metric, std::string_view more) {
  const std::string selector = Select(metric, more);
  for (const LongWindow& row : kLongWindows) {
    if (row.window != window) continue;
    const std::string grown = absl::StrFormat("increase(%s[%s:%s])", selector, window, row.step);
    if (row.step != "1h") return grown;
    // Of a series that has no two full hours yet.
    return absl::StrFormat("(%s or increase(%s[2h:1m]))", grown, selector);
  }
  return absl::StrFormat("increase(%s[%s])", selector, window);
}

std::string Sum(std::string_view expr) { return absl::StrFormat("sum(%s)", expr); }

std::string SumBy(std::string_view labels, std::string_view expr) {
  return absl::StrFormat("sum by (%s) (%s)", labels, expr);
}

std::string Ratio(std::string_view part, std::string_view whole) {
  return absl::StrFormat("%s / (%s > 0) or 0 * %s", part, whole, whole);
}

std::string MeaningByCode(std::string_view labels, std::string_view more) {
  return absl::StrFormat("topk by (code) (1, max by (code, %s) (%s))", labels,
                         Select("logtally_status_info", more));
}

std::string Quantile(std::string_view quantile, std::string_view histogram) {
  return absl::StrFormat("histogram_quantile(%s, %s) >= 0", quantile,
                         SumBy("le", Rate(absl::StrFormat("%s_bucket", histogram))));
}

std::string WithMeaning(std::string_view expr_by_code) {
  return absl::StrFormat(
      R"((%s) * on (code) group_left (name, fault) %s)"
      "\n"
      R"(or on (code) label_replace(label_replace(%s, "name", "unknown", "", ""), "fault", "unknown", "", ""))",
      expr_by_code, MeaningByCode("name, fault"), expr_by_code);
}

std::string ResponsesByCode(std::string_view more) {
  return absl::StrFormat("sum by (code) (\n  %s\n  or %s\n)", Begun("$__range", more),
                         Increase(kResponses, more));
}

std::string AnsweredBefore() { return absl::StrFormat("%s > 0", Sum(IncreaseBefore(kResponses))); }

std::string NewByCode(std::string_view more) {
  return absl::StrFormat("%s > 0\nunless %s > 0\nand on () %s", ResponsesByCode(more),
                         SumBy("code", IncreaseBefore(kResponses, more)), AnsweredBefore());
}

std::string WhenAnswered(std::string_view more) {
  return absl::StrFormat("group(\n  %s\n  or %s > 0\n)", Begun("$__rate_interval", more),
                         Rate(kResponses, more));
}

std::string OfLogtally(std::string_view process_metric_expr) {
  return absl::StrFormat("%s and on (job, instance) %s", process_metric_expr,
                         Select("logtally_build_info"));
}

}  // namespace logtally::dashboards
