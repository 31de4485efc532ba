// The catalogue as the store keeps it, so that SQL can join it.
#ifndef LOGTALLY_APP_STATUS_CODE_ROWS_H_
#define LOGTALLY_APP_STATUS_CODE_ROWS_H_

#include <vector>

#include "catalogue/status_catalogue.h"
#include "store/count_store.h"

namespace logtally {

inline std::vector<StatusCodeRow> StatusCodeRows(const StatusCatalogue& catalogue) {
  std::vector<StatusCodeRow> rows;
  for (const StatusMeaning& m : catalogue.All()) {
    rows.push_back({m.code, m.name, m.fault, m.documented, m.meaning, m.source});
  }
  return rows;
}

}  // namespace logtally

#endif  // LOGTALLY_APP_STATUS_CODE_ROWS_H_
