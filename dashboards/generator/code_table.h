// The table of codes that several dashboards show: what was answered, what it means, whose fault it
// is, and what is different from the time before.
#ifndef LOGTALLY_GENERATOR_CODE_TABLE_H_
#define LOGTALLY_GENERATOR_CODE_TABLE_H_

#include <string>
#include <string_view>

#include "catalogue/status_catalogue.h"
#include "generator/panel.h"

namespace logtally::dashboards {

// A row for each code that `more` matches; its share is that of all responses of the chosen sites.
Panel CodeTable(const StatusCatalogue& catalogue, std::string title, std::string description,
                std::string_view more);

// What a query of the column Change gives where nothing at all was answered in the time before; no
// true change is below -1. Of a code that is new, it gives nothing.
inline constexpr int kChangeUnknown = -2;

// How the columns Code, Name, At fault, Responses, Share and Change of any table look, and the
// column "What it means", which holds a code and shows its whole meaning.
Panel& LookOfCodeColumns(const StatusCatalogue& catalogue, Panel& table);
Panel& LookOfMeaning(const StatusCatalogue& catalogue, Panel& table);

}  // namespace logtally::dashboards

#endif  // LOGTALLY_GENERATOR_CODE_TABLE_H_
