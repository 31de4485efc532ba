#include "bench/many_counts.h"

#include <iterator>

#include "absl/strings/str_format.h"

namespace logtally::bench {

CountBatch BatchOf(int keys, int64_t minute_unix) {
  static constexpr StatusCode kCodes[] = {200, 201, 204, 206, 301, 302, 303, 304, 400,
                                          401, 403, 404, 405, 408, 409, 410, 413, 422,
                                          429, 444, 499, 500, 502, 503, 504};
  constexpr int kCodeCount = std::size(kCodes);
  CountBatch batch;
  for (int i = 0; i < keys; ++i) {
    const auto site = static_cast<SiteIndex>(i / (2 * kCodeCount));
    if (site == batch.sites.size()) {
      batch.sites.push_back(absl::StrFormat("site%d.example.com", site));
      batch.intake[site] = {1000, minute_unix};
    }
    const Method method = ParseMethod(i / kCodeCount % 2 == 0 ? "GET" : "POST");
    batch.counts[{minute_unix, site, kCodes[i % kCodeCount], method}] = {7, 70000};
  }
  return batch;
}

}  // namespace logtally::bench
