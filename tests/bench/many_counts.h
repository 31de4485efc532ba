// Counts with as many series as a benchmark asks for.
#ifndef LOGTALLY_BENCH_MANY_COUNTS_H_
#define LOGTALLY_BENCH_MANY_COUNTS_H_

#include <cstdint>

#include "model/counts.h"

namespace logtally::bench {

inline constexpr int64_t kFirstMinute = 1700000040;

// `keys` counts of one minute: 25 codes and two methods a site, and as many sites as that takes.
CountBatch BatchOf(int keys, int64_t minute_unix);

}  // namespace logtally::bench

#endif  // LOGTALLY_BENCH_MANY_COUNTS_H_
