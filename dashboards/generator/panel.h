// One panel of a dashboard: what it is called, what it asks, how it looks. Only the five kinds that
// every Grafana from 10 on has and that the tests can render.
#ifndef LOGTALLY_GENERATOR_PANEL_H_
#define LOGTALLY_GENERATOR_PANEL_H_

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace logtally::dashboards {

using Json = nlohmann::ordered_json;  // keys stay in the order in which they were set

// Where a panel stands on the grid, which is 24 columns wide.
struct GridPlace {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

enum class SqlShape { kTable, kTimeSeries };

class Panel {
 public:
  // `type` is Grafana's name of the kind, `custom` and `options` what it looks like unless told
  // otherwise; use the functions below.
  Panel(std::string type, std::string title, std::string description, Json custom, Json options);

  Panel& Size(int width, int height);
  Panel& Unit(std::string_view unit);  // Grafana's id of it: "reqps", "percentunit", "short"
  Panel& Decimals(int decimals);
  // A number of things: all its digits, none behind the point.
  Panel& Count();
  // The axis, or the bar, begins and ends there.
  Panel& Min(double min);
  Panel& Max(double max);

  // Asks Prometheus over the time range: one value a point. `legend` names the series.
  Panel& AskOverTime(std::string_view expr, std::string_view legend = "");
  // Asks once, at the end of the time range. In a table, labels become columns.
  Panel& AskOnce(std::string_view expr, std::string_view legend = "");
  // Asks SQLite; a time series has the columns time, one of text, one of numbers.
  Panel& AskSql(std::string_view sql, SqlShape shape);

  Panel& Colour(std::string_view colour);
  // {from, colour}, ascending; the first is the colour below all others.
  Panel& Thresholds(const std::vector<std::pair<double, std::string_view>>& steps);
  Panel& Mappings(Json mappings);
  // What is shown in place of "No data".
  Panel& WhenEmpty(std::string_view text);
  Panel& Link(std::string_view title, std::string_view url);

  // The series, or the column, of that name; the second by regular expression. `properties` holds
  // {"unit": …, "color": …}: ids of Grafana's field options.
  Panel& Field(std::string_view name, const Json& properties);
  Panel& FieldsLike(std::string_view regex, const Json& properties);

  // Only for time series.
  Panel& Stacked();
  Panel& Bars();
  Panel& LimitLines(const std::vector<double>& limits);  // dashed, across the chart
  // The legend as a table, the largest series first.
  Panel& LegendTable();

  // Only for tables: columns in this order, as {field, title}; what is not named is left out. Then
  // the column by which rows are sorted, largest first.
  Panel& Columns(const std::vector<std::pair<std::string, std::string>>& columns);
  Panel& SortedBy(std::string_view title);
  // Several queries become one table, a row for each value of the labels that all have in common;
  // rows in which the first query has nothing are left out.
  Panel& Merged();

  int width() const { return width_; }
  int height() const { return height_; }

  // As Grafana stores it. `plugin` is the kind of data source: "prometheus".
  Json ToJson(int id, const GridPlace& place, std::string_view plugin) const;

 private:
  Json& AddTarget();
  Panel& Override(std::string_view matcher, std::string_view what, const Json& properties);

  std::string type_;
  std::string title_;
  std::string description_;
  int width_ = 8;
  int height_ = 8;
  Json defaults_ = Json::object();
  Json overrides_ = Json::array();
  Json options_ = Json::object();
  Json targets_ = Json::array();
  Json transformations_ = Json::array();
};

Panel TimeSeries(std::string title, std::string description);
Panel Stat(std::string title, std::string description);
Panel BarGauge(std::string title, std::string description);
Panel Table(std::string title, std::string description);
Panel Text(std::string title, std::string description, std::string_view markdown);

// The value of a field option that paints with one colour, or with its shades.
Json FixedColour(std::string_view colour);
Json ShadesOf(std::string_view colour);

// The variable that chooses the data source: "datasource" for Prometheus, "sqlite" for SQLite. Two
// names, as links between dashboards hand on what was chosen.
std::string_view DataSourceVariableName(std::string_view plugin);
// How Grafana's JSON names the data source that this variable chooses.
Json ChosenDataSource(std::string_view plugin);

}  // namespace logtally::dashboards

#endif  // LOGTALLY_GENERATOR_PANEL_H_
