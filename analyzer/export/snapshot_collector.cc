#include "export/snapshot_collector.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>

#include "base/build_info.h"
#include "base/text.h"
#include "export/process_metrics.h"
#include "model/self_metrics.h"

namespace logtally {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using Labels = std::vector<std::pair<std::string, std::string>>;

prometheus::MetricType TypeOf(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return prometheus::MetricType::Counter;
    case MetricType::kGauge:
      return prometheus::MetricType::Gauge;
    case MetricType::kHistogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

// The families under construction, by name; every name must be in the table.
class Page {
 public:
  void Add(std::string_view name, const Labels& labels, double value) {
    ClientMetric metric = WithLabels(labels);
    if (MetricNamed(name).type == MetricType::kCounter) {
      metric.counter.value = value;
    } else {
      metric.gauge.value = value;
    }
    series_[name].push_back(std::move(metric));
  }

  void Add(std::string_view name, const Labels& labels, const DurationHistogram& histogram) {
    ClientMetric metric = WithLabels(labels);
    uint64_t seen = 0;
    for (size_t i = 0; i < histogram.buckets.size(); ++i) {
      seen += static_cast<uint64_t>(histogram.buckets[i]);
      ClientMetric::Bucket bucket;
      bucket.cumulative_count = seen;
      bucket.upper_bound =
          i < kDurationBounds.size() ? kDurationBounds[i] : std::numeric_limits<double>::infinity();
      metric.histogram.bucket.push_back(bucket);
    }
    metric.histogram.sample_count = seen;
    metric.histogram.sample_sum = histogram.sum_seconds;
    series_[name].push_back(std::move(metric));
  }

  // In the order of the table; series sorted by their labels.
  std::vector<MetricFamily> Finish() {
    std::vector<MetricFamily> families;
    for (const MetricRow& row : MetricTable()) {
      const auto found = series_.find(row.name);
      if (found == series_.end()) continue;
      MetricFamily family;
      family.name = row.name;
      family.help = row.help;
      family.type = TypeOf(row.type);
      family.metric = std::move(found->second);
      std::sort(family.metric.begin(), family.metric.end(),
                [](const ClientMetric& a, const ClientMetric& b) { return a.label < b.label; });
      families.push_back(std::move(family));
    }
    return families;
  }

 private:
  static ClientMetric WithLabels(const Labels& labels) {
    ClientMetric metric;
    for (const auto& [name, value] : labels) metric.label.push_back({name, ValidUtf8(value)});
    return metric;
  }

  std::map<std::string_view, std::vector<ClientMetric>> series_;
};

std::string ClassText(int8_t status_class) {
  return status_class == 0 ? "other" : std::to_string(status_class) + "xx";
}

// One site's durable counts.
class SitePage {
 public:
  SitePage(Page& page, std::string site, const std::map<std::string, std::string>& constant)
      : page_(page), base_{{"site", std::move(site)}} {
    constant_.assign(constant.begin(), constant.end());
  }

  void AddResponses(const SiteCounts& counts, const StatusCatalogue& catalogue) const {
    using Series = std::pair<std::string, std::string_view>;          // code, method
    std::map<Series, std::pair<std::string_view, double>> responses;  // class, count
    std::map<std::string_view, double> bytes;                         // by class
    std::set<Method> methods = {ParseMethod("GET")};
    for (const auto& [key, tally] : counts.responses) methods.insert(key.second);
    for (const StatusMeaning& row : catalogue.All()) {
      if (!row.documented) continue;
      bytes[StatusClass(row.code)];
      for (const Method method : methods) {
        responses[{StatusCodeLabel(row.code), MethodName(method)}].first = StatusClass(row.code);
      }
    }
    for (const auto& [key, tally] : counts.responses) {
      auto& series = responses[{StatusCodeLabel(key.first), MethodName(key.second)}];
      series.first = StatusClass(key.first);
      series.second += static_cast<double>(tally.responses);
      bytes[StatusClass(key.first)] += static_cast<double>(tally.bytes);
    }
    for (const auto& [key, value] : responses) {
      page_.Add("logtally_http_responses_total",
                With({{"code", key.first},
                      {"class", std::string(value.first)},
                      {"method", std::string(key.second)}}),
                value.second);
    }
    for (const auto& [status_class, sent] : bytes) {
      page_.Add("logtally_http_response_bytes_total", With({{"class", std::string(status_class)}}),
                sent);
    }
  }

  void AddLines(const SiteCounts& counts) const {
    page_.Add("logtally_lines_total", With({{"result", "counted"}}),
              static_cast<double>(counts.counted_lines()));
    page_.Add("logtally_lines_total", With({{"result", "rejected"}}),
              static_cast<double>(counts.rejected_lines()));
    for (int i = 0; i < kRejectReasonCount; ++i) {
      const auto reason = static_cast<RejectReason>(i);
      page_.Add("logtally_lines_rejected_total",
                With({{"reason", std::string(RejectReasonName(reason))}}),
                static_cast<double>(counts.rejects[i]));
    }
    page_.Add("logtally_lines_untimed_total", With({}), static_cast<double>(counts.untimed));
    page_.Add("logtally_errors_unlisted_total", With({}),
              static_cast<double>(counts.unlisted_errors));
    page_.Add("logtally_read_bytes_total", With({}), static_cast<double>(counts.intake.read_bytes));
    page_.Add("logtally_last_line_timestamp_seconds", With({}),
              static_cast<double>(counts.intake.last_line_unix));
    for (int i = 0; i < kLossCauseCount; ++i) {
      const std::string cause(LossCauseName(static_cast<LossCause>(i)));
      page_.Add("logtally_losses_total", With({{"cause", cause}}),
                static_cast<double>(counts.losses[i].losses));
      page_.Add("logtally_lost_bytes_total", With({{"cause", cause}}),
                static_cast<double>(counts.losses[i].bytes));
    }
    for (const auto& [key, histogram] : counts.durations) {
      page_.Add(key.first == DurationKind::kRequest ? "logtally_http_request_duration_seconds"
                                                    : "logtally_http_upstream_duration_seconds",
                With({{"class", ClassText(key.second)}}), histogram);
    }
  }

  // What following the site's logs is like right now.
  void AddFollowing(const PipelineStatus& status) const {
    double unread = 0;
    std::map<std::string, double> logs = {{"followed", 0}, {"draining", 0}, {"failing", 0}};
    for (const FollowedFile& file : status.files) {
      if (file.site != base_[0].second) continue;
      unread += static_cast<double>(std::max<int64_t>(0, file.size - file.offset));
      ++logs[file.failing ? "failing" : file.state == "draining" ? "draining" : "followed"];
    }
    page_.Add("logtally_unread_bytes", With({}), unread);
    for (const auto& [state, count] : logs)
      page_.Add("logtally_logs", With({{"state", state}}), count);
    const auto found = status.follow.find(base_[0].second);
    const FollowCounters counters = found == status.follow.end() ? FollowCounters() : found->second;
    page_.Add("logtally_rotations_total", With({}), static_cast<double>(counters.rotations));
    page_.Add("logtally_truncations_total", With({{"recovered", "yes"}}),
              static_cast<double>(counters.recovered_truncations));
    page_.Add("logtally_truncations_total", With({{"recovered", "no"}}),
              static_cast<double>(counters.truncations - counters.recovered_truncations));
  }

 private:
  Labels With(const Labels& own) const {
    Labels labels = base_;
    labels.insert(labels.end(), own.begin(), own.end());
    labels.insert(labels.end(), constant_.begin(), constant_.end());
    return labels;
  }

  Page& page_;
  Labels base_;
  Labels constant_;
};

void AddStore(Page& page, const Snapshot& snapshot) {
  const PipelineStatus& status = snapshot.status;
  page.Add("logtally_commits_total", {}, static_cast<double>(status.commits));
  page.Add("logtally_commit_errors_total", {}, static_cast<double>(status.commit_errors));
  page.Add("logtally_commit_duration_seconds", {}, status.commit_duration);
  page.Add("logtally_store_size_bytes", {}, static_cast<double>(status.store_size_bytes));
  page.Add("logtally_store_wal_bytes", {}, static_cast<double>(status.store_wal_bytes));
  page.Add("logtally_commit_seq", {}, static_cast<double>(snapshot.counts->commit_seq));
  for (int i = 0; i < kCappedLabelCount; ++i) {
    page.Add("logtally_labels_overflowed_total",
             {{"label", std::string(CappedLabelName(static_cast<CappedLabel>(i)))}},
             static_cast<double>(snapshot.counts->overflowed[i]));
  }
}

void AddProcess(Page& page) {
  const ProcessMetrics process = ReadProcessMetrics();
  page.Add("process_cpu_seconds_total", {}, process.cpu_seconds);
  page.Add("process_resident_memory_bytes", {}, process.resident_bytes);
  page.Add("process_virtual_memory_bytes", {}, process.virtual_bytes);
  page.Add("process_open_fds", {}, process.open_fds);
  page.Add("process_max_fds", {}, process.max_fds);
  page.Add("process_start_time_seconds", {}, process.start_time_unix);
}

}  // namespace

std::vector<MetricFamily> SnapshotCollector::Collect() const {
  Page page;
  for (const StatusMeaning& row : catalogue_.All()) {
    if (!IsLabelStatus(row.code)) continue;  // it is counted under code="other"
    page.Add("logtally_status_info",
             {{"code", StatusCodeLabel(row.code)},
              {"name", row.name},
              {"class", std::string(StatusClass(row.code))},
              {"fault", row.fault},
              {"documented", row.documented ? "true" : "false"}},
             1);
  }
  if (const auto snapshot = board_.Latest()) {
    // Every configured site, whether it has counts or not, and every site that has counts.
    std::set<std::string> sites;
    for (const auto& [site, labels] : snapshot->status.site_labels) sites.insert(site);
    for (const auto& [site, counts] : snapshot->counts->sites) sites.insert(site);
    for (const std::string& site : sites) {
      const auto labels = snapshot->status.site_labels.find(site);
      const auto found = snapshot->counts->sites.find(site);
      static const SiteCounts kNothingYet;
      const SiteCounts& counts =
          found == snapshot->counts->sites.end() ? kNothingYet : found->second;
      const SitePage site_page(page, site,
                               labels == snapshot->status.site_labels.end()
                                   ? std::map<std::string, std::string>()
                                   : labels->second);
      site_page.AddResponses(counts, catalogue_);
      site_page.AddLines(counts);
      if (labels != snapshot->status.site_labels.end()) site_page.AddFollowing(snapshot->status);
    }
    AddStore(page, *snapshot);
  }
  page.Add("logtally_config_last_reload_successful", {}, reload_.last_successful ? 1 : 0);
  page.Add("logtally_config_last_reload_success_timestamp_seconds", {}, reload_.last_success_unix);
  page.Add("logtally_build_info",
           {{"version", std::string(BuildVersion())},
            {"revision", std::string(BuildRevision())},
            {"compiler", std::string(BuildCompiler())}},
           1);
  AddProcess(page);
  return page.Finish();
}

std::string MetricsText(const prometheus::Collectable& collector) {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, collector.Collect());
  return out.str();
}

}  // namespace logtally
