// What `logtally audit` prints.
#ifndef LOGTALLY_APP_AUDIT_OUTPUT_H_
#define LOGTALLY_APP_AUDIT_OUTPUT_H_

#include <string>

#include "pipeline/audit.h"

namespace logtally {

// A table of the differences, a line for each log that could not be compared, and the summary line
// ("checked 12 logs, 3.4 GiB, 12,345,678 lines: no difference; 2 logs are not retained").
// Safe for a terminal whatever the paths are.
std::string AuditAsText(const AuditResult& result);

// All logs with all codes, as schemas/json/audit.schema.json says. Pure ASCII.
std::string AuditAsJson(const AuditResult& result);

}  // namespace logtally

#endif  // LOGTALLY_APP_AUDIT_OUTPUT_H_
