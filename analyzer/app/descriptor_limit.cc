#include "app/descriptor_limit.h"

#include <sys/resource.h>

#include <algorithm>

namespace logtally {

void RaiseDescriptorLimit() {
  rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

int64_t MaxOpenLogs() {
  // 32 connections on each of two addresses, their listening sockets, the database, its readers.
  constexpr int64_t kForOthers = 128;
  constexpr int64_t kEnough = 1 << 20;
  rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max == RLIM_INFINITY) return kEnough;
  return std::clamp(static_cast<int64_t>(limit.rlim_max) - kForOthers, int64_t{16}, kEnough);
}

}  // namespace logtally
