#include "generator/meanings.h"

#include <string>

#include "absl/strings/str_format.h"
#include "model/status_code.h"

namespace logtally::dashboards {
namespace {

struct ClassColour {
  std::string_view status_class;
  std::string_view colour;
};
constexpr ClassColour kColours[] = {
    {"1xx", "light-blue"}, {"2xx", "green"}, {"3xx", "blue"},
    {"4xx", "orange"},     {"5xx", "red"},   {"other", "purple"},
};

struct Fault {
  std::string_view fault;
  std::string_view text;
  std::string_view colour;
};
constexpr Fault kFaults[] = {
    {"none", "nobody", "green"},        {"client", "client", "orange"},
    {"server", "server", "red"},        {"gateway", "gateway", "dark-red"},
    {"security", "security", "yellow"}, {"unknown", "unknown", "purple"},
};

// What a regular expression finds, among values that stand in no list.
Json RegexMapping(std::string_view pattern, std::string_view colour, int index,
                  std::string_view text = "") {
  Json result = {{"color", colour}, {"index", index}};
  if (!text.empty()) result["text"] = text;
  return {{"type", "regex"}, {"options", {{"pattern", pattern}, {"result", std::move(result)}}}};
}

// The same "show as" for every code that the catalogue has, then colours for the rest.
template <typename TextOf>
Json MappingsOfCodes(const StatusCatalogue& catalogue, std::string_view text_of_others,
                     const TextOf& text_of) {
  Json values = Json::object();
  int index = 0;
  for (const StatusMeaning& row : catalogue.All()) {
    values[StatusCodeText(row.code)] = {{"text", text_of(row)},
                                        {"color", ColourOfClass(StatusClass(row.code))},
                                        {"index", index++}};
  }
  Json mappings = Json::array();
  mappings.push_back({{"type", "value"}, {"options", std::move(values)}});
  for (const ClassColour& of : kColours) {
    if (of.status_class == "other") continue;
    mappings.push_back(RegexMapping(absl::StrFormat("^%c[0-9][0-9]$", of.status_class.front()),
                                    of.colour, index++, text_of_others));
  }
  mappings.push_back(RegexMapping("^.+$", ColourOfClass("other"), index, text_of_others));
  return mappings;
}

}  // namespace

std::string_view ColourOfClass(std::string_view status_class) {
  for (const ClassColour& of : kColours) {
    if (of.status_class == status_class) return of.colour;
  }
  return "purple";
}

Json CodeMappings(const StatusCatalogue& catalogue, CodeText text) {
  return MappingsOfCodes(catalogue, "", [text](const StatusMeaning& row) {
    const std::string code = StatusCodeText(row.code);
    return text == CodeText::kCode ? code : code + " " + row.name;
  });
}

Json MeaningMappings(const StatusCatalogue& catalogue) {
  return MappingsOfCodes(catalogue, "Not in the catalogue",
                         [](const StatusMeaning& row) { return row.meaning; });
}

Json FaultMappings() {
  Json values = Json::object();
  int index = 0;
  for (const Fault& fault : kFaults) {
    values[std::string(fault.fault)] = {
        {"text", fault.text}, {"color", fault.colour}, {"index", index++}};
  }
  Json mappings = NullAs("unknown");
  mappings.push_back({{"type", "value"}, {"options", std::move(values)}});
  return mappings;
}

Json NullAs(std::string_view text) {
  const Json result = {{"text", text}, {"color", ColourOfClass("other")}, {"index", 0}};
  return Json::array(
      {{{"type", "special"}, {"options", {{"match", "null+nan"}, {"result", result}}}}});
}

Panel& ColourByClass(Panel& panel) {
  for (const ClassColour& of : kColours) {
    panel.Field(of.status_class, {{"color", FixedColour(of.colour)}});
  }
  return panel;
}

Panel& ColourByCode(Panel& panel) {
  panel.FieldsLike("/^(000|009|-1|other)/", {{"color", ShadesOf(ColourOfClass("other"))}});
  for (const ClassColour& of : kColours) {
    if (of.status_class == "other") continue;
    panel.FieldsLike(absl::StrFormat("/^%c[0-9][0-9]/", of.status_class.front()),
                     {{"color", ShadesOf(of.colour)}});
  }
  return panel;
}

Panel& ColourByFault(Panel& panel) {
  for (const Fault& fault : kFaults) {
    panel.Field(fault.fault, {{"color", FixedColour(fault.colour)}});
  }
  return panel;
}

Json CodePageLinkOfColumn() {
  // The raw value: the shown one holds the name as well.
  return Json::array({{{"title", "What ${__value.raw} means, and where it comes from"},
                       {"url", "${logtally_url}/codes/${__value.raw}"},
                       {"targetBlank", true}}});
}

Json CodePageLinkOfSeries() {
  return Json::array({{{"title", "What ${__field.labels.code} means, and where it comes from"},
                       {"url", "${logtally_url}/codes/${__field.labels.code}"},
                       {"targetBlank", true}},
                      {{"title", "Dashboard of ${__field.labels.code}"},
                       {"url",
                        "/d/logtally-status-code?${datasource:queryparam}&${job:queryparam}&"
                        "${instance:queryparam}&${site:queryparam}&"
                        "var-code=${__field.labels.code}&${__url_time_range}"}}});
}

Json SiteDashboardLinkOfSeries() {
  return Json::array({{{"title", "Dashboard of ${__field.labels.site}"},
                       {"url",
                        "/d/logtally-site?${datasource:queryparam}&${job:queryparam}&"
                        "${instance:queryparam}&var-site=${__field.labels.site}&"
                        "${__url_time_range}"}}});
}

}  // namespace logtally::dashboards
