#include "generator/code_table.h"

#include "absl/strings/str_format.h"
#include "generator/meanings.h"
#include "generator/promql.h"

namespace logtally::dashboards {
namespace {

constexpr std::string_view kResponses = "logtally_http_responses_total";

// A code with nothing to compare it with is new, unless nothing at all could be compared.
Json ChangeMappings() {
  Json mappings = NullAs("new");
  mappings.push_back(
      {{"type", "value"},
       {"options", {{std::to_string(kChangeUnknown), {{"text", "–"}, {"index", 1}}}}}});
  return mappings;
}

}  // namespace

Panel& LookOfCodeColumns(const StatusCatalogue& catalogue, Panel& table) {
  const Json coloured = {{"type", "color-text"}};
  table.Field("Code", {{"mappings", CodeMappings(catalogue, CodeText::kCode)},
                       {"custom.cellOptions", coloured},
                       {"custom.width", 70},
                       {"links", CodePageLinkOfColumn()}});
  table.Field("Name", {{"unit", "string"}, {"mappings", NullAs("unknown")}, {"custom.width", 210}});
  table.Field("At fault", {{"unit", "string"},
                           {"mappings", FaultMappings()},
                           {"custom.cellOptions", coloured},
                           {"custom.width", 90}});
  table.Field("Responses", {{"unit", "locale"}, {"decimals", 0}, {"custom.width", 110}});
  table.Field("Share", {{"unit", "percentunit"},
                        {"decimals", 2},
                        {"min", 0},
                        {"max", 1},
                        {"color", FixedColour("blue")},
                        {"custom.cellOptions", {{"type", "gauge"}, {"mode", "basic"}}},
                        {"custom.width", 160}});
  table.Field("Change", {{"unit", "percentunit"},
                         {"decimals", 0},
                         {"mappings", ChangeMappings()},
                         {"custom.align", "right"},
                         {"custom.width", 90}});
  return table;
}

Panel& LookOfMeaning(const StatusCatalogue& catalogue, Panel& table) {
  return table.Field(
      "What it means",
      {{"unit", "string"}, {"mappings", MeaningMappings(catalogue)}, {"custom.minWidth", 250}});
}

Panel CodeTable(const StatusCatalogue& catalogue, std::string title, std::string description,
                std::string_view more) {
  const std::string now = ResponsesByCode(more);
  const std::string before = SumBy("code", IncreaseBefore(kResponses, more));
  Panel table = Table(std::move(title), std::move(description));
  table
      .AskOnce(absl::StrFormat(
          R"re(sort_desc(label_replace(%s, "meaning", "$1", "code", "(.*)")))re", now))
      .AskOnce(absl::StrFormat("%s / on () group_left () (%s > 0)", now, Sum(Increase(kResponses))))
      .AskOnce(absl::StrFormat("%s / (%s > 0) - 1\nor (%d + 0 * %s unless on () %s)", now, before,
                               kChangeUnknown, now, AnsweredBefore()))
      .AskOnce(MeaningByCode("name, fault"))
      .Merged()
      .Columns({{"code", "Code"},
                {"name", "Name"},
                {"fault", "At fault"},
                {"Value #A", "Responses"},
                {"Value #B", "Share"},
                {"Value #C", "Change"},
                {"meaning", "What it means"}})
      .SortedBy("Responses")
      .WhenEmpty("No response in this time range");
  LookOfCodeColumns(catalogue, table);
  return LookOfMeaning(catalogue, table);
}

}  // namespace logtally::dashboards
