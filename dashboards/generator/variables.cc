#include "generator/variables.h"

#include <string>

#include "absl/strings/str_format.h"
#include "generator/promql.h"

namespace logtally::dashboards {
namespace {

// Grafana's numbers, from @grafana/schema.
enum Sort { kAlphabetical = 1, kNumericalDescending = 4 };
enum QueryKind { kLabelValues = 1, kQueryResult = 3 };
constexpr int kOnTimeRangeChange = 2;

constexpr std::string_view kSqlite = "frser-sqlite-datasource";

// As Grafana's editor of variables stores a query to Prometheus.
Json PrometheusQuery(QueryKind kind, std::string_view query) {
  return {{"qryType", kind},
          {"query", query},
          {"refId", "PrometheusVariableQueryEditor-VariableQuery"}};
}

// Any number of values, at first all of them. `all_value` is what "All" stands for in a query;
// without one, for the list of all values.
Json QueryVariable(std::string_view name, std::string_view label, std::string_view description,
                   std::string_view plugin, Json query, Sort sort, std::string_view all_value) {
  Json variable;
  variable["name"] = name;
  variable["label"] = label;
  variable["description"] = description;
  variable["type"] = "query";
  variable["datasource"] = ChosenDataSource(plugin);
  variable["query"] = std::move(query);
  variable["regex"] = "";
  variable["refresh"] = kOnTimeRangeChange;
  variable["sort"] = static_cast<int>(sort);
  variable["multi"] = true;
  variable["includeAll"] = true;
  if (!all_value.empty()) variable["allValue"] = all_value;
  variable["current"] = {
      {"selected", true}, {"text", Json::array({"All"})}, {"value", Json::array({"$__all"})}};
  variable["options"] = Json::array();
  variable["hide"] = 0;
  return variable;
}

Json LabelVariable(std::string_view name, std::string_view label, std::string_view description,
                   std::string_view selector) {
  return QueryVariable(
      name, label, description, "prometheus",
      PrometheusQuery(kLabelValues, absl::StrFormat("label_values(%s, %s)", selector, name)),
      kAlphabetical, ".+");
}

Json Option(std::string_view text, std::string_view value, bool is_selected) {
  return {{"selected", is_selected}, {"text", text}, {"value", value}};
}
Json Option(std::string_view value, bool is_selected) { return Option(value, value, is_selected); }

}  // namespace

Json DataSourceVariable(std::string_view plugin) {
  Json variable;
  variable["name"] = DataSourceVariableName(plugin);
  variable["label"] = "Data source";
  variable["description"] = plugin == "prometheus"
                                ? "The Prometheus that scrapes logtally"
                                : "The SQLite data source that opens logtally's database";
  variable["type"] = "datasource";
  variable["query"] = plugin;
  variable["regex"] = "";
  variable["refresh"] = 1;
  variable["multi"] = false;
  variable["includeAll"] = false;
  variable["options"] = Json::array();
  variable["hide"] = 0;
  return variable;
}

Json JobVariable() {
  return LabelVariable("job", "Job", "The name of the scrape job in Prometheus",
                       "logtally_build_info");
}

Json InstanceVariable() {
  return LabelVariable("instance", "Instance", "The address of a logtally that is scraped",
                       R"(logtally_build_info{job=~"$job"})");
}

Json SiteVariable() {
  return LabelVariable(
      "site", "Site", "A site of logtally's configuration, or a virtual host of one",
      R"(logtally_last_line_timestamp_seconds{job=~"$job", instance=~"$instance"})");
}

Json CodeVariable() {
  // "404 Not Found"; the bare code where no catalogue has a name for it.
  const std::string answered = absl::StrFormat("(%s > 0)", ResponsesByCode());
  const std::string query = absl::StrFormat(
      R"(query_result(label_join(%s, "title", " ", "code", "name")))", WithMeaning(answered));
  Json variable =
      QueryVariable("code", "Code", "A status code that was answered in this time range",
                    "prometheus", PrometheusQuery(kQueryResult, query), kNumericalDescending, ".+");
  variable["regex"] = R"re(/code="(?<value>[^"]+)".*title="(?<text>[^"]+)"/)re";
  return variable;
}

Json ObjectiveVariable() {
  Json variable;
  variable["name"] = "objective";
  variable["label"] = "Objective (%)";
  variable["description"] = "The share of requests, in percent, that must not end in a 5xx";
  variable["type"] = "custom";
  variable["query"] = "99, 99.5, 99.9, 99.95, 99.99";
  variable["multi"] = false;
  variable["includeAll"] = false;
  variable["current"] = Option("99.9", true);
  variable["options"] = Json::array();
  for (const char* value : {"99", "99.5", "99.9", "99.95", "99.99"}) {
    variable["options"].push_back(Option(value, std::string_view(value) == "99.9"));
  }
  variable["hide"] = 0;
  return variable;
}

Json LogtallyUrlVariable() {
  constexpr std::string_view kDefault = "http://localhost:9748";
  Json variable;
  variable["name"] = "logtally_url";
  variable["label"] = "logtally address";
  variable["description"] = "Where a browser reaches logtally: codes are linked to its pages";
  variable["type"] = "textbox";
  variable["query"] = kDefault;
  variable["current"] = Option(kDefault, true);
  variable["options"] = Json::array({Option(kDefault, true)});
  variable["hide"] = 0;
  return variable;
}

Json SiteFromSqlVariable() {
  return QueryVariable(
      "site", "Site", "A site of logtally's configuration, or a virtual host of one", kSqlite,
      "SELECT DISTINCT site FROM response_totals ORDER BY site", kAlphabetical, "");
}

Json CodeFromSqlVariable() {
  return QueryVariable(
      "code", "Code", "A status code that was ever answered", kSqlite,
      "SELECT DISTINCT code_text FROM history_responses WHERE step_seconds = 86400",
      kNumericalDescending, "");
}

Json StepVariable() {
  Json variable;
  variable["name"] = "step";
  variable["label"] = "Step";
  variable["description"] = "How long a time one bar stands for; Auto chooses by the time range";
  variable["type"] = "custom";
  variable["query"] = "Auto : 0, Minute : 60, Hour : 3600, Day : 86400";
  variable["multi"] = false;
  variable["includeAll"] = false;
  variable["current"] = Option("Auto", "0", true);
  variable["options"] = Json::array({Option("Auto", "0", true), Option("Minute", "60", false),
                                     Option("Hour", "3600", false), Option("Day", "86400", false)});
  variable["hide"] = 0;
  return variable;
}

}  // namespace logtally::dashboards
