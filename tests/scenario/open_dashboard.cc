#include "scenario/open_dashboard.h"

#include <re2/re2.h>

#include <algorithm>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"

namespace logtally::testing {
namespace {

// A chart is some 500 points wide, and no finer than the scrapes.
int64_t StepOf(int64_t range_seconds) {
  const int64_t scrape = ScenarioKit::kScrapeSeconds;
  return std::max<int64_t>(1, range_seconds / 500 / scrape) * scrape;
}

// A row of query_result(…) as Grafana writes it before the variable's regex is applied.
std::string RowText(const PrometheusSeries& series) {
  std::string text;
  for (const auto& [label, value] : series.labels) {
    text += absl::StrFormat("%s%s=\"%s\"", text.empty() ? "" : ",", label, value);
  }
  return absl::StrFormat("{%s} %g %d", text, series.points.at(0).second,
                         series.points[0].first * 1000);
}

// The group "value" of Grafana's /regex/, else the first one.
absl::StatusOr<std::vector<std::string>> ValuesBy(std::string regex,
                                                  const std::vector<std::string>& rows) {
  if (regex.size() < 2 || !regex.starts_with('/') || !regex.ends_with('/')) {
    return absl::InvalidArgumentError("not between slashes: " + regex);
  }
  regex = regex.substr(1, regex.size() - 2);
  RE2::GlobalReplace(&regex, R"(\(\?<)", "(?P<");
  const RE2 pattern(regex);
  if (!pattern.ok()) return absl::InvalidArgumentError(pattern.error());
  const auto& groups = pattern.NamedCapturingGroups();
  const int group = groups.contains("value") ? groups.at("value") : 1;
  std::vector<std::string> values;
  for (const std::string& row : rows) {
    std::vector<re2::StringPiece> parts(static_cast<size_t>(group) + 1);
    if (pattern.Match(row, 0, row.size(), RE2::UNANCHORED, parts.data(),
                      static_cast<int>(parts.size()))) {
      values.emplace_back(parts.back());
    }
  }
  return values;
}

}  // namespace

OpenDashboard::OpenDashboard(const GrafanaDashboard& dashboard, int64_t range_seconds)
    : from_unix_(ScenarioKit::Instance().end_unix() -
                 (range_seconds > 0 ? range_seconds : dashboard.range_seconds)),
      to_unix_(ScenarioKit::Instance().end_unix()),
      step_seconds_(StepOf(to_unix_ - from_unix_)),
      variables_(from_unix_, to_unix_, step_seconds_, ScenarioKit::kScrapeSeconds) {}

absl::StatusOr<OpenDashboard> OpenDashboard::Open(const GrafanaDashboard& dashboard,
                                                  Selection selection, int64_t range_seconds) {
  OpenDashboard open(dashboard, range_seconds);
  for (const GrafanaVariable& variable : dashboard.variables) {
    if (variable.type == "datasource") continue;
    GrafanaValue chosen = {.values = {variable.current}, .may_be_several = variable.may_be_several};
    if (variable.type == "query") {
      ASSIGN_OR_RETURN(std::vector<std::string> values, open.Offered(variable));
      if (values.empty()) {
        return absl::NotFoundError(
            absl::StrFormat("%s: $%s finds nothing", dashboard.uid, variable.name));
      }
      open.offered_[variable.name] = values;
      const bool all = selection == Selection::kAll && variable.may_be_several;
      if (all && !variable.all_value.empty()) {
        chosen.values = {variable.all_value};
        chosen.is_all_value = true;
      } else {
        if (!all) values.resize(std::min<size_t>(values.size(), variable.may_be_several ? 2 : 1));
        chosen.values = std::move(values);
      }
    }
    open.variables_.Set(variable.name, std::move(chosen));
  }
  return open;
}

absl::StatusOr<std::vector<std::string>> OpenDashboard::Offered(
    const GrafanaVariable& variable) const {
  const PrometheusApi& prometheus = ScenarioKit::Instance().prometheus();
  ASSIGN_OR_RETURN(const std::string query, variables_.InPromql(variable.query));
  static const RE2 kLabelValues(R"(label_values\((.*), *(\w+)\))");
  static const RE2 kQueryResult(R"((?s)query_result\((.*)\))");
  std::string expr;
  std::string label;
  if (RE2::FullMatch(query, kLabelValues, &expr, &label)) {
    return prometheus.LabelValues(label, expr, from_unix_, to_unix_);
  }
  if (!RE2::FullMatch(query, kQueryResult, &expr)) {
    return absl::InvalidArgumentError("neither label_values() nor query_result(): " + query);
  }
  ASSIGN_OR_RETURN(const auto series, prometheus.Instant(expr, to_unix_));
  std::vector<std::string> rows;
  for (const PrometheusSeries& one : series) rows.push_back(RowText(one));
  return ValuesBy(variable.regex, rows);
}

PrometheusApi::Result OpenDashboard::Ask(const GrafanaQuery& query,
                                         const GrafanaVariables& variables) const {
  const PrometheusApi& prometheus = ScenarioKit::Instance().prometheus();
  ASSIGN_OR_RETURN(const std::string expr, variables.InPromql(query.text));
  return query.instant ? prometheus.Instant(expr, to_unix_)
                       : prometheus.Range(expr, from_unix_, to_unix_, step_seconds_);
}

PrometheusApi::Result OpenDashboard::AskRepeated(const GrafanaQuery& query,
                                                 const std::string& variable,
                                                 const std::string& value) const {
  GrafanaVariables variables = variables_;
  variables.Set(variable, {.values = {value}, .may_be_several = true});
  return Ask(query, variables);
}

PrometheusApi::Result OpenDashboard::Ask(const GrafanaAnnotation& annotation) const {
  return Ask(GrafanaQuery{.text = annotation.query, .range = true}, variables_);
}

}  // namespace logtally::testing
