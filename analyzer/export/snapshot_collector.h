// The newest snapshot as Prometheus metrics.
#ifndef LOGTALLY_EXPORT_SNAPSHOT_COLLECTOR_H_
#define LOGTALLY_EXPORT_SNAPSHOT_COLLECTOR_H_

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <atomic>
#include <string>
#include <vector>

#include "catalogue/status_catalogue.h"
#include "model/snapshot.h"

namespace logtally {

// How the last reload of the configuration went.
// Thread: any.
struct ReloadStatus {
  std::atomic<bool> last_successful = true;
  std::atomic<double> last_success_unix = 0;
};

// Shape:  the rows of MetricTable() in its order; series sorted by their labels, so that two
//         pages of the same counts are the same bytes. A configured site has every documented code
//         at 0 from the start, for GET and for every method the site has seen: otherwise
//         increase() could not see the first error.
// Thread: any.
class SnapshotCollector final : public prometheus::Collectable {
 public:
  // All must outlive this.
  SnapshotCollector(const SnapshotBoard& board, const StatusCatalogue& catalogue,
                    const ReloadStatus& reload)
      : board_(board), catalogue_(catalogue), reload_(reload) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const SnapshotBoard& board_;
  const StatusCatalogue& catalogue_;
  const ReloadStatus& reload_;
};

// The page: text format 0.0.4.
std::string MetricsText(const prometheus::Collectable& collector);

}  // namespace logtally

#endif  // LOGTALLY_EXPORT_SNAPSHOT_COLLECTOR_H_
