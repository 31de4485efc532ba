// The tables on the page of one status code, as HTML.
#ifndef LOGTALLY_EXPORT_CODE_TABLES_H_
#define LOGTALLY_EXPORT_CODE_TABLES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "export/code_history.h"
#include "model/method.h"
#include "model/status_code.h"
#include "store/count_reader.h"

namespace logtally {

// Responses by site and method since the beginning (`totals`) and in the last 24 hours (`last_day`,
// nothing: not known). The rows with most of the last day first; at most 25, with how many more
// there are.
std::string SiteTable(StatusCode code,
                      const std::map<std::pair<std::string, Method>, int64_t>& totals,
                      const std::optional<std::vector<ResponseRow>>& last_day);

// What the responses with an error code had in common: paths, clients, referrers, sample lines. Ten
// of each list, the rest behind a click. `unlisted`: error responses that no list has.
std::string ErrorTables(const ListedErrors& errors, int64_t unlisted);

}  // namespace logtally

#endif  // LOGTALLY_EXPORT_CODE_TABLES_H_
