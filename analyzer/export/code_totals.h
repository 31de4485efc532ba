// What the newest snapshot says about status codes: their counts since the beginning.
#ifndef LOGTALLY_EXPORT_CODE_TOTALS_H_
#define LOGTALLY_EXPORT_CODE_TOTALS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "model/method.h"
#include "model/snapshot.h"
#include "model/status_code.h"

namespace logtally {

// A snapshot may be null in all of these: nothing is known yet.

// Responses by code, of all sites. Each one is more than 0.
std::map<StatusCode, int64_t> TotalsByCode(const Snapshot* snapshot);

// Responses with `code` by site and method; `site`: of that one alone.
std::map<std::pair<std::string, Method>, int64_t> TotalsBySite(
    const Snapshot* snapshot, StatusCode code, const std::optional<std::string>& site);

// Error responses of all codes that no list of paths and clients has.
int64_t UnlistedErrors(const Snapshot* snapshot, const std::optional<std::string>& site);

// Sites that have been counted or are configured.
std::set<std::string> SiteNames(const Snapshot* snapshot);

// Why counts are not what they will be: starting, catching up, a store that does not work. HTML;
// "" when all is well.
std::string SnapshotNotices(const Snapshot* snapshot);

}  // namespace logtally

#endif  // LOGTALLY_EXPORT_CODE_TOTALS_H_
