#include "generator/promql.h"

#include "absl/strings/str_format.h"
#include "model/self_metrics.h"

namespace logtally::dashboards {
namespace {

constexpr std::string_view kResponses = "logtally_http_responses_total";

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
  return absl::StrFormat("increase(%s[%s])", Select(metric, more), window);
}

std::string Sum(std::string_view expr) { return absl::StrFormat("sum(%s)", expr); }

std::string SumBy(std::string_view labels, std::string_view expr) {
  return absl::StrFormat("sum by (%s) (%s)", labels, expr);
}

std::string Ratio(std::string_view part, std::string_view whole) {
  return absl::StrFormat("%s / (%s > 0) or 0 * %s", part, whole, whole);
}

std::string WithMeaning(std::string_view expr_by_code) {
  return absl::StrFormat(
      R"((%s) * on (code) group_left (name, fault) max by (code, name, fault) (%s))"
      "\n"
      R"(or on (code) label_replace(label_replace(%s, "name", "unknown", "", ""), "fault", "unknown", "", ""))",
      expr_by_code, Select("logtally_status_info"), expr_by_code);
}

std::string ResponsesByCode(std::string_view more) {
  return absl::StrFormat("sum by (code) (\n  %s\n  or %s\n)", Begun("$__range", more),
                         Increase(kResponses, more));
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
