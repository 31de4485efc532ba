// What a process holds of the machine's memory and descriptors.
#ifndef LOGTALLY_TESTING_PROCESS_USAGE_H_
#define LOGTALLY_TESTING_PROCESS_USAGE_H_

#include <sys/types.h>

#include <cstdint>

namespace logtally::testing {

// More than the daemon may ever take, whatever stands in the logs.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr int64_t kMemoryLimitBytes = int64_t{2} << 30;  // most of it is the sanitizer's
#else
inline constexpr int64_t kMemoryLimitBytes = int64_t{128} << 20;
#endif

// The most resident memory that the process ever had.
int64_t PeakMemoryBytes(pid_t pid);

// How many descriptors of regular files it has open now: those of logs and of its database.
// Sockets come and go with clients and are not counted.
int OpenFiles(pid_t pid);

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_PROCESS_USAGE_H_
