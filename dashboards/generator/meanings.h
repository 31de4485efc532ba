// What codes mean, in Grafana's terms: texts, colours and links, all from the catalogue.
#ifndef LOGTALLY_GENERATOR_MEANINGS_H_
#define LOGTALLY_GENERATOR_MEANINGS_H_

#include <string_view>

#include "catalogue/status_catalogue.h"
#include "generator/panel.h"

namespace logtally::dashboards {

// "green" for 2xx, "blue" for 3xx, "orange" for 4xx, "red" for 5xx, "purple" for what is unknown.
std::string_view ColourOfClass(std::string_view status_class);

// Value mappings of a code. Both end with rules for the codes that no catalogue has.
enum class CodeText { kCode, kCodeAndName };
Json CodeMappings(const StatusCatalogue& catalogue, CodeText text);
// Of a code to its whole documented meaning.
Json MeaningMappings(const StatusCatalogue& catalogue);
// What stands where there is no value, in the colour of what is unknown.
Json NullAs(std::string_view text);
// "gateway" -> "gateway", coloured: which side is at fault.
Json FaultMappings();

// Field options that paint a series by the class that its name is or begins with.
Panel& ColourByClass(Panel& panel);
// The same by the code with which a name begins: shades of the class's colour.
Panel& ColourByCode(Panel& panel);
// The same where series are called by the side at fault.
Panel& ColourByFault(Panel& panel);

// The page of a code at logtally, for a column or a series.
Json CodePageLinkOfColumn();
Json CodePageLinkOfSeries();
// The dashboard of that site, for a series.
Json SiteDashboardLinkOfSeries();

}  // namespace logtally::dashboards

#endif  // LOGTALLY_GENERATOR_MEANINGS_H_
