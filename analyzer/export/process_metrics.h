// The process_* metrics that every exporter has.
#ifndef LOGTALLY_EXPORT_PROCESS_METRICS_H_
#define LOGTALLY_EXPORT_PROCESS_METRICS_H_

namespace logtally {

struct ProcessMetrics {
  double cpu_seconds = 0;
  double resident_bytes = 0;
  double virtual_bytes = 0;
  double open_fds = 0;
  double max_fds = 0;
  double start_time_unix = 0;
};

// Reads /proc/self; what cannot be read is 0. Source: proc(5).
ProcessMetrics ReadProcessMetrics();

}  // namespace logtally

#endif  // LOGTALLY_EXPORT_PROCESS_METRICS_H_
