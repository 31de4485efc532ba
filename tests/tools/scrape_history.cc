#include "tools/scrape_history.h"

#include <algorithm>
#include <string_view>

#include "base/status_macros.h"
#include "catalogue/status_catalogue.h"
#include "export/snapshot_collector.h"
#include "tools/past_counts.h"
#include "tools/scenario.h"

namespace logtally::tools {
namespace {

// Where logtally was started once more: the counters of how it goes begin at 0.
int64_t StartBefore(int64_t time_unix, const ScrapePlan& plan) {
  const int64_t restart = plan.end_unix - kRestart.to * 60;
  return time_unix >= restart ? restart : plan.end_unix - plan.all_seconds - 5 * 86400;
}

// A daemon that has had no trouble, but for three commits that failed.
PipelineStatus StatusAt(int64_t time_unix, const ScrapePlan& plan) {
  const int64_t running = time_unix - StartBefore(time_unix, plan);
  const int64_t before_end = (plan.end_unix - time_unix) / 60;
  PipelineStatus status;
  status.committed_once = true;
  status.commits = running;  // one a second
  // Of 1000 transactions so many took up to 5 ms, 10 ms, …
  static constexpr std::array<int64_t, 6> kPerMille = {620, 250, 90, 30, 8, 2};
  for (size_t i = 0; i < kPerMille.size(); ++i) {
    status.commit_duration.buckets[i] = running * kPerMille[i] / 1000;
    status.commit_duration.sum_seconds +=
        static_cast<double>(status.commit_duration.buckets[i]) * kDurationBounds[i] * 0.7;
  }
  if (before_end < kOutage.from - 5 && before_end < kRestart.to) status.commit_errors = 3;
  status.store_size_bytes = (40 << 20) + (time_unix - plan.end_unix) / 40;
  status.store_wal_bytes = (1 << 20) + time_unix / 60 % 30 * 40'000;
  for (const ScenarioSite& site : kScenarioSites) {
    const std::string name(site.name);
    status.site_labels[name] = {};
    FollowedFile log;
    log.site = name;
    log.path = "/var/log/nginx/" + std::string(site.log);
    log.state = "live";
    log.size = 1 << 30;
    log.offset = log.size - (kSale.Holds(before_end) ? time_unix / 60 % 7 * 900 : 0);
    status.files.push_back(log);
    status.follow[name].rotations = time_unix / 86400 - (time_unix - running) / 86400;
  }
  return status;
}

void SetReload(int64_t time_unix, const ScrapePlan& plan, ReloadStatus& reload) {
  const int64_t reloaded = plan.end_unix - kConfigReload * 60;
  reload.last_success_unix =
      static_cast<double>(time_unix >= reloaded ? reloaded : StartBefore(time_unix, plan));
  // For ten minutes the configuration had a mistake.
  reload.last_successful = time_unix < reloaded - 600 || time_unix >= reloaded;
}

// The collector tells of this very process; the history is of the daemon.
void SetProcess(int64_t time_unix, const ScrapePlan& plan,
                std::vector<prometheus::MetricFamily>& families) {
  const int64_t start = StartBefore(time_unix, plan);
  const double running = static_cast<double>(time_unix - start);
  for (prometheus::MetricFamily& family : families) {
    if (family.metric.empty()) continue;
    prometheus::ClientMetric& metric = family.metric.front();
    if (family.name == "process_cpu_seconds_total") metric.counter.value = running * 0.004;
    if (family.name == "process_start_time_seconds") {
      metric.gauge.value = static_cast<double>(start);
    }
    if (family.name == "process_resident_memory_bytes") {
      metric.gauge.value = 24e6 + std::min(running * 40, 6e6);
    }
    if (family.name == "process_virtual_memory_bytes") metric.gauge.value = 310e6;
    if (family.name == "process_open_fds") metric.gauge.value = 31;
  }
}

struct Alert {
  Episode episode;
  int minutes_late;  // after its episode's begin and end
  std::string_view name, severity, site;
  OpenMetrics::Labels more;
};

std::vector<Alert> Alerts() {
  return {
      {kOutage, 4, "LogtallyErrorBudgetGoneIn2Days", "critical", "shop", {}},
      {kOutage, 4, "LogtallyErrorBudgetGoneIn2Days", "critical", "api", {}},
      {kClientsGiveUp, 6, "LogtallyClientsGiveUp", "warning", "api", {}},
      {kNewCode,
       2,
       "LogtallyNewErrorCode",
       "warning",
       "shop",
       {{"class", "5xx"}, {"code", std::to_string(kNewCodeStatus)}}},
  };
}

void AddAlerts(int64_t time_unix, const ScrapePlan& plan, OpenMetrics& history) {
  static const std::vector<Alert> kAlerts = Alerts();
  for (const Alert& alert : kAlerts) {
    const int64_t before_end = (plan.end_unix - time_unix) / 60 + alert.minutes_late;
    if (!alert.episode.Holds(before_end)) continue;
    OpenMetrics::Labels labels = {{"alertname", std::string(alert.name)},
                                  {"alertstate", "firing"},
                                  {"severity", std::string(alert.severity)},
                                  {"site", std::string(alert.site)}};
    labels.insert(labels.end(), alert.more.begin(), alert.more.end());
    history.Add("ALERTS", labels, 1, time_unix);
  }
}

}  // namespace

absl::StatusOr<OpenMetrics> ScrapeHistory(const std::string& database_path,
                                          const ScrapePlan& plan) {
  const int64_t begin = plan.end_unix - plan.all_seconds;
  ASSIGN_OR_RETURN(PastCounts past, PastCounts::Load(database_path, begin));
  SnapshotBoard board;
  ReloadStatus reload;
  const SnapshotCollector collector(board, StatusCatalogue::BuiltIn(), reload);
  OpenMetrics history({{"job", kScenarioJob}, {"instance", kScenarioInstance}});
  for (int64_t time = begin; time <= plan.end_unix;) {
    const bool up = !kRestart.Holds((plan.end_unix - time) / 60);
    history.Add("up", {}, up ? 1 : 0, time);
    if (up) {
      board.Publish({std::make_shared<const CountSnapshot>(past.At(time)), StatusAt(time, plan)});
      SetReload(time, plan, reload);
      std::vector<prometheus::MetricFamily> families = collector.Collect();
      SetProcess(time, plan, families);
      history.Add(families, time);
      AddAlerts(time, plan, history);
    }
    const bool dense = time >= plan.end_unix - plan.dense_seconds;
    time += dense ? plan.dense_step_seconds : plan.sparse_step_seconds;
  }
  return history;
}

}  // namespace logtally::tools
