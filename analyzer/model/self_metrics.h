// Every metric that logtally exports: one table, from which /metrics takes names, types and help,
// and against which documentation, dashboards and rules are checked.
#ifndef LOGTALLY_MODEL_SELF_METRICS_H_
#define LOGTALLY_MODEL_SELF_METRICS_H_

#include <span>
#include <string_view>

namespace logtally {

enum class MetricType { kCounter, kGauge, kHistogram };

struct MetricRow {
  std::string_view name;  // ends in its base unit, counters in _total
  MetricType type;
  std::string_view labels;  // "site, code"; constant labels of the site are not named
  std::string_view help;    // one line: a newline would make Prometheus refuse the whole page
};

// In the order of /metrics.
std::span<const MetricRow> MetricTable();

// The row of that name; asking for a name that is not in the table is our mistake (assert).
const MetricRow& MetricNamed(std::string_view name);

// "counter", "gauge", "histogram".
std::string_view MetricTypeName(MetricType type);

}  // namespace logtally

#endif  // LOGTALLY_MODEL_SELF_METRICS_H_
