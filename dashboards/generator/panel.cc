#include "generator/panel.h"

#include "absl/strings/str_format.h"

namespace logtally::dashboards {

Panel::Panel(std::string type, std::string title, std::string description, Json custom,
             Json options)
    : type_(std::move(type)),
      title_(std::move(title)),
      description_(std::move(description)),
      options_(std::move(options)) {
  defaults_["unit"] = "short";
  if (!custom.empty()) defaults_["custom"] = std::move(custom);
}

Panel& Panel::Size(int width, int height) {
  width_ = width;
  height_ = height;
  return *this;
}

Panel& Panel::Unit(std::string_view unit) {
  defaults_["unit"] = unit;
  return *this;
}

Panel& Panel::Decimals(int decimals) {
  defaults_["decimals"] = decimals;
  return *this;
}

Panel& Panel::Min(double min) {
  defaults_["min"] = min;
  return *this;
}

Panel& Panel::Max(double max) {
  defaults_["max"] = max;
  return *this;
}

Json& Panel::AddTarget() {
  const char ref = static_cast<char>('A' + targets_.size());
  targets_.push_back({{"refId", std::string(1, ref)}});
  return targets_.back();
}

Panel& Panel::AskOverTime(std::string_view expr, std::string_view legend) {
  Json& target = AddTarget();
  target["expr"] = expr;
  target["legendFormat"] = legend.empty() ? "__auto" : legend;
  target["range"] = true;
  target["instant"] = false;
  target["editorMode"] = "code";
  return *this;
}

Panel& Panel::AskOnce(std::string_view expr, std::string_view legend) {
  Json& target = AddTarget();
  target["expr"] = expr;
  target["legendFormat"] = legend.empty() ? "__auto" : legend;
  if (type_ == "table") target["format"] = "table";
  target["range"] = false;
  target["instant"] = true;
  target["editorMode"] = "code";
  return *this;
}

Panel& Panel::AskSql(std::string_view sql, SqlShape shape) {
  Json& target = AddTarget();
  target["rawQueryText"] = sql;
  target["queryText"] =
      sql;  // the plugin replaces it by the first one with its variables filled in
  target["queryType"] = shape == SqlShape::kTimeSeries ? "time series" : "table";
  target["timeColumns"] = Json::array({"time"});
  return *this;
}

Panel& Panel::Colour(std::string_view colour) {
  defaults_["color"] = FixedColour(colour);
  return *this;
}

Panel& Panel::Thresholds(const std::vector<std::pair<double, std::string_view>>& steps) {
  Json list = Json::array();
  for (const auto& [from, colour] : steps) {
    list.push_back({{"color", colour}, {"value", list.empty() ? Json(nullptr) : Json(from)}});
  }
  defaults_["color"] = {{"mode", "thresholds"}};
  defaults_["thresholds"] = {{"mode", "absolute"}, {"steps", std::move(list)}};
  return *this;
}

Panel& Panel::Mappings(Json mappings) {
  defaults_["mappings"] = std::move(mappings);
  return *this;
}

Panel& Panel::WhenEmpty(std::string_view text) {
  defaults_["noValue"] = text;
  return *this;
}

Panel& Panel::Link(std::string_view title, std::string_view url) {
  defaults_["links"].push_back({{"title", title}, {"url", url}, {"targetBlank", true}});
  return *this;
}

Panel& Panel::Override(std::string_view matcher, std::string_view what, const Json& properties) {
  Json list = Json::array();
  for (const auto& [id, value] : properties.items()) {
    list.push_back({{"id", id}, {"value", value}});
  }
  overrides_.push_back(
      {{"matcher", {{"id", matcher}, {"options", what}}}, {"properties", std::move(list)}});
  return *this;
}

Panel& Panel::Field(std::string_view name, const Json& properties) {
  return Override("byName", name, properties);
}

Panel& Panel::FieldsLike(std::string_view regex, const Json& properties) {
  return Override("byRegexp", regex, properties);
}

Panel& Panel::Stacked() {
  defaults_["custom"]["stacking"] = {{"mode", "normal"}, {"group", "A"}};
  defaults_["custom"]["fillOpacity"] = 60;
  return *this;
}

Panel& Panel::Bars() {
  defaults_["custom"]["drawStyle"] = "bars";
  defaults_["custom"]["fillOpacity"] = 80;
  return *this;
}

Panel& Panel::LimitLines(const std::vector<double>& limits) {
  Json steps = Json::array({{{"color", "transparent"}, {"value", nullptr}}});
  for (const double limit : limits) steps.push_back({{"color", "red"}, {"value", limit}});
  defaults_["thresholds"] = {{"mode", "absolute"}, {"steps", std::move(steps)}};
  defaults_["custom"]["thresholdsStyle"] = {{"mode", "dashed"}};
  return *this;
}

Panel& Panel::LegendTable() {
  options_["legend"] = {{"displayMode", "table"}, {"placement", "right"},
                        {"showLegend", true},     {"calcs", Json::array({"lastNotNull", "max"})},
                        {"sortBy", "Max"},        {"sortDesc", true}};
  return *this;
}

Panel& Panel::Count() { return Unit("locale").Decimals(0); }

Panel& Panel::Columns(const std::vector<std::pair<std::string, std::string>>& columns) {
  Json names = Json::array();
  Json order = Json::object();
  Json titles = Json::object();
  for (const auto& [field, title] : columns) {
    names.push_back(field);
    order[field] = order.size();
    titles[field] = title;
  }
  transformations_.push_back(
      {{"id", "filterFieldsByName"}, {"options", {{"include", {{"names", std::move(names)}}}}}});
  transformations_.push_back({{"id", "organize"},
                              {"options",
                               {{"excludeByName", Json::object()},
                                {"indexByName", std::move(order)},
                                {"renameByName", std::move(titles)}}}});
  return *this;
}

Panel& Panel::SortedBy(std::string_view title) {
  options_["sortBy"] = Json::array({{{"displayName", title}, {"desc", true}}});
  return *this;
}

Panel& Panel::Merged() {
  transformations_.push_back({{"id", "merge"}, {"options", Json::object()}});
  const Json positive = {{"fieldName", "Value #A"},
                         {"config", {{"id", "greater"}, {"options", {{"value", 0}}}}}};
  transformations_.push_back(
      {{"id", "filterByValue"},
       {"options", {{"type", "include"}, {"match", "all"}, {"filters", Json::array({positive})}}}});
  return *this;
}

Json Panel::ToJson(int id, const GridPlace& place, std::string_view plugin) const {
  Json panel;
  panel["id"] = id;
  panel["type"] = type_;
  panel["title"] = title_;
  panel["description"] = description_;
  panel["gridPos"] = {{"x", place.x}, {"y", place.y}, {"w", place.width}, {"h", place.height}};
  if (type_ != "text") {
    panel["datasource"] = ChosenDataSource(plugin);
    panel["fieldConfig"] = {{"defaults", defaults_}, {"overrides", overrides_}};
  }
  panel["options"] = options_;
  if (type_ != "text") {
    panel["targets"] = targets_;
    for (Json& target : panel["targets"]) target["datasource"] = ChosenDataSource(plugin);
  }
  if (!transformations_.empty()) panel["transformations"] = transformations_;
  return panel;
}

Panel TimeSeries(std::string title, std::string description) {
  Json custom = {{"drawStyle", "line"},
                 {"lineInterpolation", "linear"},
                 {"lineWidth", 1},
                 {"fillOpacity", 5},
                 {"gradientMode", "none"},
                 {"showPoints", "never"},
                 {"spanNulls", false},
                 {"axisSoftMin", 0},
                 {"stacking", {{"mode", "none"}, {"group", "A"}}}};
  Json options = {{"legend",
                   {{"displayMode", "list"},
                    {"placement", "bottom"},
                    {"showLegend", true},
                    {"calcs", Json::array()}}},
                  {"tooltip", {{"mode", "multi"}, {"sort", "desc"}}}};
  return Panel("timeseries", std::move(title), std::move(description), std::move(custom),
               std::move(options));
}

Panel Stat(std::string title, std::string description) {
  Json options = {{"colorMode", "value"},
                  {"graphMode", "none"},
                  {"justifyMode", "auto"},
                  {"orientation", "auto"},
                  {"textMode", "value"},
                  {"wideLayout", true},
                  {"showPercentChange", false},
                  {"percentChangeColorMode", "standard"},
                  {"reduceOptions",
                   {{"calcs", Json::array({"lastNotNull"})}, {"fields", ""}, {"values", false}}}};
  return Panel("stat", std::move(title), std::move(description), Json::object(), std::move(options))
      .Size(4, 4);
}

Panel BarGauge(std::string title, std::string description) {
  Json options = {{"displayMode", "basic"},
                  {"valueMode", "color"},
                  {"namePlacement", "left"},
                  {"showUnfilled", true},
                  {"sizing", "auto"},
                  {"minVizWidth", 8},
                  {"minVizHeight", 16},
                  {"maxVizHeight", 40},
                  {"text", {{"titleSize", 14}, {"valueSize", 18}}},
                  {"orientation", "horizontal"},
                  {"legend",
                   {{"displayMode", "list"},
                    {"placement", "bottom"},
                    {"showLegend", false},
                    {"calcs", Json::array()}}},
                  {"reduceOptions",
                   {{"calcs", Json::array({"lastNotNull"})}, {"fields", ""}, {"values", false}}}};
  return Panel("bargauge", std::move(title), std::move(description), Json::object(),
               std::move(options));
}

Panel Table(std::string title, std::string description) {
  Json custom = {{"align", "auto"}, {"cellOptions", {{"type", "auto"}}}, {"inspect", false}};
  Json options = {{"showHeader", true}, {"cellHeight", "sm"}, {"frameIndex", 0}};
  return Panel("table", std::move(title), std::move(description), std::move(custom),
               std::move(options));
}

Panel Text(std::string title, std::string description, std::string_view markdown) {
  Json options = {{"mode", "markdown"}, {"content", markdown}};
  return Panel("text", std::move(title), std::move(description), Json::object(),
               std::move(options));
}

Json FixedColour(std::string_view colour) { return {{"mode", "fixed"}, {"fixedColor", colour}}; }

Json ShadesOf(std::string_view colour) { return {{"mode", "shades"}, {"fixedColor", colour}}; }

std::string_view DataSourceVariableName(std::string_view plugin) {
  return plugin == "prometheus" ? "datasource" : "sqlite";
}

Json ChosenDataSource(std::string_view plugin) {
  return {{"type", plugin}, {"uid", absl::StrFormat("${%s}", DataSourceVariableName(plugin))}};
}

}  // namespace logtally::dashboards
