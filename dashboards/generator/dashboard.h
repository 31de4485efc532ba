// A dashboard: variables, rows of panels, and what all dashboards of logtally have in common.
// Panels flow from left to right, as words do; nobody counts columns.
#ifndef LOGTALLY_GENERATOR_DASHBOARD_H_
#define LOGTALLY_GENERATOR_DASHBOARD_H_

#include <string>
#include <string_view>
#include <vector>

#include "generator/panel.h"

namespace logtally::dashboards {

class Dashboard {
 public:
  // `plugin` is the kind of its data source: "prometheus" or "frser-sqlite-datasource".
  Dashboard(std::string name, std::string title, std::string description,
            std::string plugin = "prometheus");

  // The time range at first: "now-6h".
  Dashboard& From(std::string from);
  Dashboard& Variables(std::vector<Json> variables);

  // What follows stands below this title; with `repeat`, once for each value of that variable.
  Dashboard& Row(std::string_view title, std::string_view repeat = "");
  // At the right of the panel before, or below when there is no room.
  Dashboard& Add(const Panel& panel);

  // The file's name without ".json"; with "logtally-" before it, the uid.
  const std::string& name() const { return name_; }
  std::string ToText() const;

 private:
  void BreakLine();
  Json Annotations() const;

  std::string name_;
  std::string title_;
  std::string description_;
  std::string plugin_;
  std::string from_ = "now-6h";
  std::vector<Json> variables_;
  Json panels_ = Json::array();
  int x_ = 0;
  int y_ = 0;
  int line_height_ = 0;
};

}  // namespace logtally::dashboards

#endif  // LOGTALLY_GENERATOR_DASHBOARD_H_
