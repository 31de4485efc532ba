#include "testing/dashboard_lint.h"

#include <string_view>

#include "testing/query_lint.h"

namespace logtally::testing {
namespace {

using nlohmann::json;
using Names = std::set<std::string>;

constexpr int kColumns = 24;
const Names kPanelTypes = {"bargauge", "row", "stat", "table", "text", "timeseries"};

std::string TextAt(const json& object, const std::string& key) {
  return object.is_object() && object.contains(key) && object[key].is_string()
             ? object[key].get<std::string>()
             : "";
}

// All strings under `node`, keys left out.
void CollectTexts(const json& node, std::vector<std::string>& texts) {
  if (node.is_string()) texts.push_back(node);
  if (node.is_structured()) {
    for (const json& child : node) CollectTexts(child, texts);
  }
}

class Lint {
 public:
  Lint(const json& dashboard, const DashboardSurroundings& surroundings)
      : dashboard_(dashboard), surroundings_(surroundings) {}

  std::vector<std::string> Run() {
    CheckFrame();
    CheckLinks();
    CheckVariables();
    for (const json& annotation : dashboard_["annotations"]["list"]) CheckAnnotation(annotation);
    for (const json& panel : dashboard_["panels"]) CheckPanel(panel);
    CheckLayout();
    CheckVariableUse();
    return complaints_;
  }

 private:
  void Complain(const std::string& where, const std::string& what) {
    complaints_.push_back(where + ": " + what);
  }
  void ComplainAll(const std::string& where, const std::vector<std::string>& whats) {
    for (const std::string& what : whats) Complain(where, what);
  }
  void Demand(bool is_so, const std::string& where, const std::string& what) {
    if (!is_so) Complain(where, what);
  }

  // What stands outside of panels and variables.
  void CheckFrame() {
    const json expected = {
        {"schemaVersion", 39}, {"editable", false}, {"graphTooltip", 1}, {"id", nullptr}};
    for (const auto& [key, value] : expected.items()) {
      Demand(dashboard_.contains(key) && dashboard_[key] == value, key, "must be " + value.dump());
    }
    for (const char* key : {"__inputs", "__requires", "__elements", "apiVersion", "kind", "spec"}) {
      Demand(!dashboard_.contains(key), key, "belongs to another way of storing dashboards");
    }
    for (const char* key : {"title", "description"}) {
      Demand(!TextAt(dashboard_, key).empty(), key, "is missing");
    }
    Demand(surroundings_.uids.contains(TextAt(dashboard_, "uid")), "uid", "is not a known one");
    Demand(dashboard_["tags"] == json::array({"logtally"}), "tags", "must be logtally alone");
  }

  void CheckLinks() {
    bool to_the_set = false;
    for (const json& link : dashboard_["links"]) {
      if (link["type"] == "dashboards") {
        to_the_set = link["tags"] == json::array({"logtally"}) && link["keepTime"] == true &&
                     link["includeVars"] == true;
      } else {
        CheckUrl("links", TextAt(link, "url"));
      }
    }
    Demand(to_the_set, "links", "must lead to the tag logtally, with time and variables");
  }

  // A dashboard of ours, or a page of the daemon.
  void CheckUrl(const std::string& where, const std::string& url) {
    const std::string dashboard = "/d/";
    const std::string daemon = "${logtally_url}";
    if (url.starts_with(dashboard)) {
      const std::string uid = url.substr(dashboard.size(), url.find('?') - dashboard.size());
      Demand(surroundings_.uids.contains(uid), where, uid + " is no dashboard");
      Demand(url.ends_with("${__url_time_range}"), where, "the link drops the time range");
      return;
    }
    const std::string page = url.starts_with(daemon) ? url.substr(daemon.size()) : "";
    Demand(page == "/codes" || page.starts_with("/codes/${"), where,
           url + " is neither a dashboard nor a page of codes");
  }

  std::string Plugin() const {
    for (const json& variable : dashboard_["templating"]["list"]) {
      if (variable["type"] == "datasource") return TextAt(variable, "query");
    }
    return "";
  }
  json ChosenDataSource() const {
    const bool is_sqlite = Plugin() == "frser-sqlite-datasource";
    return {{"type", Plugin()}, {"uid", is_sqlite ? "${sqlite}" : "${datasource}"}};
  }

  void CheckVariables() {
    const bool is_prometheus = Plugin() == "prometheus";
    Names needed = is_prometheus ? Names{"datasource", "job", "instance", "site", "logtally_url"}
                                 : Names{"sqlite", "site", "code", "logtally_url"};
    for (const json& variable : dashboard_["templating"]["list"]) {
      const std::string name = TextAt(variable, "name");
      const std::string where = "variable " + name;
      needed.erase(name);
      Demand(variables_.insert(name).second, where, "stands there twice");
      Demand(!TextAt(variable, "label").empty(), where, "has no label");
      Demand(!TextAt(variable, "description").empty(), where, "has no description");
      if (variable["type"] != "query") continue;
      Demand(variable["multi"] == true && variable["includeAll"] == true, where,
             "must allow several values, and all");
      Demand(variable["refresh"] == 2, where, "must be read again with the time range");
      Demand(TextAt(variable, "allValue") == (is_prometheus ? ".+" : ""), where,
             "allValue must be .+ for Prometheus, and the list of values for SQL");
      Demand(variable["datasource"] == ChosenDataSource(), where, "asks another data source");
      const json& query = variable["query"];
      if (is_prometheus) {
        CheckVariableQuery(where, TextAt(query, "query"));
      } else {
        ComplainAll(where, SqlComplaints(query, surroundings_.views));
      }
    }
    for (const std::string& name : needed) Complain("variable " + name, "is missing");
  }

  // Variables build upon those before them, so their selectors hold fewer matchers.
  void CheckVariableQuery(const std::string& where, const std::string& query) {
    if (query.starts_with("query_result(")) {
      ComplainAll(where, PromqlComplaints(query));
    } else {
      Demand(query.starts_with("label_values(logtally_"), where, "asks for no label of logtally");
    }
    for (const std::string& used : VariablesIn(query)) {
      Demand(variables_.contains(used), where, "uses $" + used + ", which does not stand above it");
    }
  }

  void CheckAnnotation(const json& annotation) {
    const std::string where = "annotation " + TextAt(annotation, "name");
    Demand(annotation["expr"] == annotation["target"]["expr"], where,
           "old and new Grafana ask different things");
    ComplainAll(where, PromqlComplaints(annotation["expr"]));
  }

  void CheckPanel(const json& panel) {
    const std::string type = TextAt(panel, "type");
    const std::string where = "panel " + panel["id"].dump() + " \"" + TextAt(panel, "title") + '"';
    Demand(kPanelTypes.contains(type), where, "is of the type " + type);
    Demand(ids_.insert(panel["id"].dump()).second, where, "has the id of another");
    Demand(!TextAt(panel, "title").empty(), where, "has no title");
    Demand(!panel.contains("libraryPanel"), where, "is a library panel");
    if (type == "row") return;
    Demand(!TextAt(panel, "description").empty(), where, "has no description");
    if (type == "text") return;
    const json& defaults = panel["fieldConfig"]["defaults"];
    Demand(!TextAt(defaults, "unit").empty(), where, "has no unit");
    Demand(panel["datasource"] == ChosenDataSource(), where, "asks another data source");
    Demand(!panel["targets"].empty(), where, "asks nothing");
    Names refs;
    for (const json& target : panel["targets"]) {
      Demand(refs.insert(TextAt(target, "refId")).second, where, "has two queries of one name");
      Demand(target["datasource"] == ChosenDataSource(), where, "a query asks another data source");
      if (target.contains("expr")) {
        ComplainAll(where, PromqlComplaints(target["expr"]));
      } else {
        ComplainAll(where, SqlComplaints(target["rawQueryText"], surroundings_.views));
      }
    }
    CheckPanelLinks(where, defaults, panel["fieldConfig"]["overrides"]);
    CheckCodes(where, panel);
  }

  void CheckPanelLinks(const std::string& where, const json& defaults, const json& overrides) {
    json links = defaults.value("links", json::array());
    for (const json& field : overrides) {
      for (const json& property : field["properties"]) {
        if (property["id"] == "links") {
          links.insert(links.end(), property["value"].begin(), property["value"].end());
        }
      }
    }
    for (const json& link : links) {
      Demand(!TextAt(link, "title").empty(), where, "a link has no title");
      CheckUrl(where, TextAt(link, "url"));
    }
  }

  // Wherever a table has a column of codes, each has its colour and leads to its page; and wherever
  // one code has a text, all have.
  void CheckCodes(const std::string& where, const json& panel) {
    bool is_coloured = false;
    bool is_linked = false;
    for (const json& field : panel["fieldConfig"]["overrides"]) {
      for (const json& property : field["properties"]) {
        const bool is_code = field["matcher"]["options"] == "Code";
        is_linked |= is_code && property["id"] == "links";
        if (property["id"] != "mappings") continue;
        for (const json& mapping : property["value"]) {
          if (mapping["type"] != "value" || !mapping["options"].contains("404")) continue;
          is_coloured |= is_code;
          for (const std::string& code : surroundings_.codes) {
            Demand(mapping["options"].contains(code), where, "has no text for the code " + code);
          }
          Demand(mapping["options"]["404"]["color"] == "orange", where, "4xx must be orange");
        }
      }
    }
    if (panel["type"] != "table" || !HasColumnOfCodes(panel)) return;
    Demand(is_coloured, where, "its codes have no texts and colours");
    Demand(is_linked, where, "its codes lead nowhere");
  }

  static bool HasColumnOfCodes(const json& panel) {
    std::vector<std::string> texts;
    CollectTexts(panel["targets"], texts);
    if (panel.contains("transformations")) CollectTexts(panel["transformations"], texts);
    for (const std::string& text : texts) {
      if (text == "Code" || text.find("AS \"Code\"") != text.npos) return true;
    }
    return false;
  }

  void CheckLayout() {
    std::set<std::pair<int, int>> taken;  // cells of the grid
    for (const json& panel : dashboard_["panels"]) {
      const std::string where = "panel " + panel["id"].dump();
      const json& place = panel["gridPos"];
      const int x = place["x"];
      const int y = place["y"];
      const int width = place["w"];
      const int height = place["h"];
      Demand(x >= 0 && width > 0 && x + width <= kColumns, where, "leaves the grid of 24 columns");
      bool overlaps = false;
      for (int column = x; column < x + width; ++column) {
        for (int line = y; line < y + height; ++line) {
          overlaps |= !taken.emplace(column, line).second;
        }
      }
      Demand(!overlaps, where, "overlaps another");
    }
  }

  // A variable that is not defined stays as it is written; one that nothing uses misleads.
  void CheckVariableUse() {
    std::vector<std::string> texts;
    for (const char* part : {"panels", "annotations", "links"}) {
      CollectTexts(dashboard_[part], texts);
    }
    for (const json& variable : dashboard_["templating"]["list"]) {
      CollectTexts(variable["query"], texts);
      if (variable.contains("datasource")) CollectTexts(variable["datasource"], texts);
    }
    Names used;
    for (const std::string& text : texts) used.merge(VariablesIn(text));
    for (const std::string& name : used) {
      Demand(variables_.contains(name), "variable " + name, "is used, but not there");
    }
    for (const std::string& name : variables_) {
      Demand(used.contains(name), "variable " + name, "is not used");
    }
  }

  const json& dashboard_;
  const DashboardSurroundings& surroundings_;
  std::vector<std::string> complaints_;
  Names variables_;
  Names ids_;
};

}  // namespace

std::vector<std::string> DashboardComplaints(const nlohmann::json& dashboard,
                                             const DashboardSurroundings& surroundings) {
  return Lint(dashboard, surroundings).Run();
}

}  // namespace logtally::testing
