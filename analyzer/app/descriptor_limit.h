// How many files may be open at once.
#ifndef LOGTALLY_APP_DESCRIPTOR_LIMIT_H_
#define LOGTALLY_APP_DESCRIPTOR_LIMIT_H_

#include <cstdint>

namespace logtally {

// Raises the soft limit on open descriptors to the hard one: each followed log holds one. The usual
// soft limit of 1024 is for programs that call select(2), which nothing here does. A limit that
// cannot be raised stays.
void RaiseDescriptorLimit();

// How many logs may be open under the hard limit, when the web server and the store have what they
// need. At least 16.
int64_t MaxOpenLogs();

}  // namespace logtally

#endif  // LOGTALLY_APP_DESCRIPTOR_LIMIT_H_
