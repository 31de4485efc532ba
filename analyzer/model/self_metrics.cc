#include "model/self_metrics.h"

#include <cassert>

namespace logtally {
namespace {

using enum MetricType;

constexpr MetricRow kTable[] = {
    // What the logs say. Durable: it continues across restarts.
    {"logtally_http_responses_total", kCounter, "site, code, class, method",
     "Responses by status code, counted exactly once from complete log lines."},
    {"logtally_http_response_bytes_total", kCounter, "site, class",
     "Bytes sent to clients, as logged."},
    {"logtally_http_request_duration_seconds", kHistogram, "site, class",
     "Time per request, where the log format has it."},
    {"logtally_http_upstream_duration_seconds", kHistogram, "site, class",
     "Time spent waiting for upstream servers, where the log format has it."},
    {"logtally_status_info", kGauge, "code, name, class, fault, documented",
     "Always 1: what a status code is called, whose fault it is, and whether it is documented."},
    {"logtally_lines_total", kCounter, "site, result",
     "Complete lines read, by result: counted or rejected."},
    {"logtally_lines_rejected_total", kCounter, "site, reason",
     "Lines without a readable status, by reason."},
    {"logtally_lines_untimed_total", kCounter, "site",
     "Lines counted in the totals only: no time stamp, or one outside the kept window."},
    {"logtally_errors_unlisted_total", kCounter, "site",
     "Error responses counted, but in no list of paths and clients, for want of memory."},
    {"logtally_labels_overflowed_total", kCounter, "label",
     "Counts that went to the label value other because the label was full."},
    {"logtally_read_bytes_total", kCounter, "site", "Bytes of log consumed."},
    {"logtally_last_line_timestamp_seconds", kGauge, "site",
     "Newest time stamp of a counted line."},
    {"logtally_losses_total", kCounter, "site, cause",
     "Times that something of a log was, or may have been, lost before it was counted."},
    {"logtally_lost_bytes_total", kCounter, "site, cause",
     "Bytes of log known to have been lost before they were counted."},
    // How the following goes. Of this process only.
    {"logtally_unread_bytes", kGauge, "site", "Bytes in the followed logs that wait to be read."},
    {"logtally_logs", kGauge, "site, state",
     "Logs by state: followed, draining (rotated, read to the end), failing (missing or "
     "unreadable)."},
    {"logtally_rotations_total", kCounter, "site", "Logs replaced by a new file of the same name."},
    {"logtally_truncations_total", kCounter, "site, recovered",
     "Logs cut short in place, and whether what was cut off could be read elsewhere."},
    // How the storing goes. Of this process only, but for the size and the sequence number.
    {"logtally_commits_total", kCounter, "",
     "Transactions that made counts and positions durable."},
    {"logtally_commit_errors_total", kCounter, "", "Transactions that failed and are tried again."},
    {"logtally_commit_duration_seconds", kHistogram, "", "Time per transaction."},
    {"logtally_store_size_bytes", kGauge, "", "Size of the database and its write-ahead log."},
    {"logtally_store_wal_bytes", kGauge, "",
     "Size of the write-ahead log, which grows while somebody reads the database for long."},
    {"logtally_commit_seq", kGauge, "", "Number of the transaction that this page shows."},
    // The program.
    {"logtally_config_last_reload_successful", kGauge, "",
     "Whether the last reload of the configuration succeeded."},
    {"logtally_config_last_reload_success_timestamp_seconds", kGauge, "",
     "Time of the last successful load of the configuration."},
    {"logtally_build_info", kGauge, "version, revision, compiler",
     "Always 1: what this program was built from."},
    {"process_cpu_seconds_total", kCounter, "", "Processor time spent, user and system."},
    {"process_resident_memory_bytes", kGauge, "", "Resident memory."},
    {"process_virtual_memory_bytes", kGauge, "", "Virtual memory."},
    {"process_open_fds", kGauge, "", "Open file descriptors."},
    {"process_max_fds", kGauge, "", "Limit on open file descriptors."},
    {"process_start_time_seconds", kGauge, "", "Start of the process, in unix time."},
};

}  // namespace

std::span<const MetricRow> MetricTable() { return kTable; }

const MetricRow& MetricNamed(std::string_view name) {
  for (const MetricRow& row : kTable) {
    if (row.name == name) return row;
  }
  assert(false && "a metric that is not in the table");
  return kTable[0];
}

std::string_view MetricTypeName(MetricType type) {
  switch (type) {
    case kCounter:
      return "counter";
    case kGauge:
      return "gauge";
    case kHistogram:
      return "histogram";
  }
  return "";
}

}  // namespace logtally
