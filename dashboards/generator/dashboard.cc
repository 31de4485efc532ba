#include "generator/dashboard.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "generator/promql.h"

namespace logtally::dashboards {
namespace {

constexpr int kColumns = 24;
constexpr int kSchemaVersion = 39;  // what Grafana 10 reads, and 13 still does

// The others of the set, in the same time range and with the same choice.
Json LinkToTheSet() {
  return {{"type", "dashboards"},
          {"title", "logtally"},
          {"tooltip", "The other dashboards"},
          {"tags", {"logtally"}},
          {"icon", "external link"},
          {"asDropdown", true},
          {"keepTime", true},
          {"includeVars", true},
          {"targetBlank", false},
          {"url", ""}};
}

Json LinkToTheCodes() {
  return {{"type", "link"},
          {"title", "All status codes"},
          {"tooltip", "What every status code means, as logtally documents it"},
          {"tags", Json::array()},
          {"icon", "doc"},
          {"asDropdown", false},
          {"keepTime", false},
          {"includeVars", false},
          {"targetBlank", true},
          {"url", "${logtally_url}/codes"}};
}

// Grafana up to 11 reads the query beside the name, later ones read it in `target`.
Json Annotation(std::string_view name, std::string_view colour, std::string_view expr,
                std::string_view title, std::string_view text) {
  Json annotation;
  annotation["name"] = name;
  annotation["datasource"] = ChosenDataSource("prometheus");
  annotation["enable"] = true;
  annotation["hide"] = false;
  annotation["iconColor"] = colour;
  annotation["expr"] = expr;
  annotation["step"] = "60s";
  annotation["titleFormat"] = title;
  annotation["textFormat"] = text;
  annotation["useValueForTime"] = false;
  annotation["target"] = {{"refId", "Anno"}, {"expr", expr}, {"interval", "60s"}};
  return annotation;
}

}  // namespace

Dashboard::Dashboard(std::string name, std::string title, std::string description,
                     std::string plugin)
    : name_(std::move(name)),
      title_(std::move(title)),
      description_(std::move(description)),
      plugin_(std::move(plugin)) {}

Dashboard& Dashboard::From(std::string from) {
  from_ = std::move(from);
  return *this;
}

Dashboard& Dashboard::Variables(std::vector<Json> variables) {
  variables_ = std::move(variables);
  return *this;
}

void Dashboard::BreakLine() {
  y_ += line_height_;
  x_ = 0;
  line_height_ = 0;
}

Dashboard& Dashboard::Row(std::string_view title, std::string_view repeat) {
  BreakLine();
  Json row;
  row["id"] = panels_.size() + 1;
  row["type"] = "row";
  row["title"] = title;
  if (!repeat.empty()) row["repeat"] = repeat;
  row["collapsed"] = false;
  row["gridPos"] = {{"x", 0}, {"y", y_}, {"w", kColumns}, {"h", 1}};
  row["panels"] = Json::array();
  panels_.push_back(std::move(row));
  ++y_;
  return *this;
}

Dashboard& Dashboard::Add(const Panel& panel) {
  if (x_ + panel.width() > kColumns) BreakLine();
  const GridPlace place = {x_, y_, panel.width(), panel.height()};
  panels_.push_back(panel.ToJson(static_cast<int>(panels_.size()) + 1, place, plugin_));
  x_ += panel.width();
  line_height_ = std::max(line_height_, panel.height());
  return *this;
}

Json Dashboard::Annotations() const {
  Json list = Json::array();
  if (plugin_ == "prometheus") {
    list.push_back(Annotation("Firing alerts", "red",
                              R"(ALERTS{alertstate="firing", alertname=~"Logtally.+"})",
                              "{{alertname}}", "{{site}} {{instance}}"));
    Json reload =
        Annotation("Configuration reloads", "blue",
                   absl::StrFormat("%s * 1000",
                                   Select("logtally_config_last_reload_success_timestamp_seconds")),
                   "Configuration loaded", "{{instance}}");
    reload["useValueForTime"] = true;  // the value is when, in milliseconds
    list.push_back(std::move(reload));
  }
  return {{"list", std::move(list)}};
}

std::string Dashboard::ToText() const {
  Json json;
  json["id"] = nullptr;
  json["uid"] = "logtally-" + name_;
  json["title"] = title_;
  json["description"] = description_;
  json["tags"] = Json::array({"logtally"});
  json["schemaVersion"] = kSchemaVersion;
  json["version"] = 1;
  json["editable"] = false;
  json["graphTooltip"] = 1;
  json["timezone"] = "browser";
  json["refresh"] = "1m";
  json["time"] = {{"from", from_}, {"to", "now"}};
  json["links"] = Json::array({LinkToTheSet(), LinkToTheCodes()});
  json["annotations"] = Annotations();
  json["templating"] = {{"list", variables_}};
  json["panels"] = panels_;
  return json.dump(2) + "\n";
}

}  // namespace logtally::dashboards
