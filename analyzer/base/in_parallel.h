// Independent pieces of work on several threads.
#ifndef LOGTALLY_BASE_IN_PARALLEL_H_
#define LOGTALLY_BASE_IN_PARALLEL_H_

#include <cstddef>
#include <functional>

#include "absl/time/time.h"

namespace logtally {

// Calls work(0) … work(count - 1), begun in that order, on `threads` threads (at least one), and
// returns when all are done. Meanwhile the caller's thread calls `meanwhile` every `period`, and
// once at the end. Neither may throw.
void InParallel(size_t count, int threads, const std::function<void(size_t)>& work,
                absl::Duration period, const std::function<void()>& meanwhile);

}  // namespace logtally

#endif  // LOGTALLY_BASE_IN_PARALLEL_H_
