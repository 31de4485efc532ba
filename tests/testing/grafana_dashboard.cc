#include "testing/grafana_dashboard.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "absl/time/time.h"
#include "base/text.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

using Json = nlohmann::json;

std::string Text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool Is(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

void ReadPanels(const Json& panels, GrafanaDashboard& dashboard) {
  std::string repeat;  // of the row above
  for (const Json& json : panels) {
    if (Text(json, "type") == "row") {
      repeat = Text(json, "repeat");
      ReadPanels(json.value("panels", Json::array()), dashboard);
      continue;
    }
    GrafanaPanel panel = {.title = Text(json, "title"), .repeat = repeat};
    for (const Json& target : json.value("targets", Json::array())) {
      GrafanaQuery query = {.ref = Text(target, "refId"),
                            .text = Text(target, "expr"),
                            .range = Is(target, "range"),
                            .instant = Is(target, "instant")};
      if (query.text.empty()) {
        query.text = Text(target, "queryText");
        dashboard.asks_sqlite = true;
        EXPECT_EQ(query.text, Text(target, "rawQueryText")) << panel.title;
      }
      panel.queries.push_back(query);
    }
    dashboard.panels.push_back(std::move(panel));
  }
}

GrafanaVariable ReadVariable(const Json& json) {
  GrafanaVariable variable = {.name = Text(json, "name"),
                              .type = Text(json, "type"),
                              .regex = Text(json, "regex"),
                              .all_value = Text(json, "allValue"),
                              .may_be_several = Is(json, "multi") || Is(json, "includeAll")};
  const auto query = json.find("query");
  if (query != json.end()) {
    variable.query = query->is_object() ? Text(*query, "query") : Text(json, "query");
  }
  const auto current = json.find("current");
  if (current != json.end()) variable.current = Text(*current, "value");
  return variable;
}

GrafanaDashboard Read(const std::string& path) {
  const Json json = Json::parse(ReadFile(path));
  GrafanaDashboard dashboard = {.uid = Text(json, "uid")};
  const std::string from = Text(json.at("time"), "from");
  const auto range = from.starts_with("now-") ? ParseDuration(from.substr(4)) : std::nullopt;
  EXPECT_TRUE(range && Text(json.at("time"), "to") == "now") << path << ": " << from;
  dashboard.range_seconds = absl::ToInt64Seconds(range.value_or(absl::Hours(6)));
  ReadPanels(json.at("panels"), dashboard);
  for (const Json& variable : json.at("templating").at("list")) {
    dashboard.variables.push_back(ReadVariable(variable));
  }
  for (const Json& annotation : json.at("annotations").at("list")) {
    dashboard.annotations.push_back({Text(annotation, "name"), Text(annotation, "expr")});
  }
  return dashboard;
}

}  // namespace

const GrafanaQuery& GrafanaDashboard::Query(const std::string& panel,
                                            const std::string& ref) const {
  for (const GrafanaPanel& candidate : panels) {
    if (candidate.title != panel) continue;
    for (const GrafanaQuery& query : candidate.queries) {
      if (query.ref == ref) return query;
    }
  }
  ADD_FAILURE() << uid << ": no panel \"" << panel << "\" with a query " << ref;
  static const GrafanaQuery kNone;
  return kNone;
}

std::vector<GrafanaDashboard> DashboardsIn(const std::string& folder) {
  std::vector<GrafanaDashboard> dashboards;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") dashboards.push_back(Read(entry.path()));
  }
  std::ranges::sort(dashboards, {}, &GrafanaDashboard::uid);
  return dashboards;
}

}  // namespace logtally::testing
