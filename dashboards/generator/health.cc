#include "absl/strings/str_format.h"
#include "generator/dashboards.h"
#include "generator/promql.h"
#include "generator/variables.h"

namespace logtally::dashboards {
namespace {

constexpr std::string_view kLastLine = "logtally_last_line_timestamp_seconds";
constexpr std::string_view kCommitSeconds = "logtally_commit_duration_seconds";

Json YesNo(std::string_view yes, std::string_view no) {
  const Json options = {{"1", {{"text", yes}, {"color", "green"}, {"index", 0}}},
                        {"0", {{"text", no}, {"color", "red"}, {"index", 1}}}};
  return Json::array({{{"type", "value"}, {"options", options}}});
}

Panel CountOf(std::string title, std::string description, std::string_view metric,
              std::string_view colour_of_some, std::string_view more = "") {
  Panel panel = Stat(std::move(title), std::move(description));
  panel.AskOnce(Sum(Increase(metric, more)))
      .Count()
      .Thresholds({{0, "green"}, {0.5, colour_of_some}});
  return panel;
}

void AddGlance(Dashboard& health) {
  health.Row("At a glance");
  health.Add(Stat("Reachable",
                  "Whether Prometheus reaches every logtally that it reached in the time range")
                 .AskOnce(absl::StrFormat(
                     R"(min(up{job=~"$job", instance=~"$instance"} and on (job, instance) )"
                     R"(present_over_time(%s[$__range])))",
                     Select("logtally_build_info")))
                 .Unit("none")
                 .Mappings(YesNo("yes", "no"))
                 .Thresholds({{0, "red"}, {1, "green"}}));
  health.Add(
      Stat("Configuration", "Whether the last reload of the configuration succeeded")
          .AskOnce(absl::StrFormat("min(%s)", Select("logtally_config_last_reload_successful")))
          .Unit("none")
          .Mappings(YesNo("as on disk", "refused"))
          .Thresholds({{0, "red"}, {1, "green"}}));
  health.Add(Stat("Newest line", "Age of the newest line that was counted, of any site")
                 .AskOnce(absl::StrFormat("time() - max(%s > 0)", Select(kLastLine)))
                 .Unit("s")
                 .WhenEmpty("no line yet")
                 .Thresholds({{0, "green"}, {300, "orange"}, {900, "red"}}));
  health.Add(Stat("Waiting to be read", "Bytes in the followed logs that wait to be read")
                 .AskOverTime(Sum(Select("logtally_unread_bytes")))
                 .Unit("bytes")
                 .Thresholds({{0, "green"}, {33554432, "orange"}, {268435456, "red"}}));
  health.Add(CountOf("Losses",
                     "How often something of a log was, or may have been, lost in the time range "
                     "before it was counted",
                     "logtally_losses_total", "red"));
  health.Add(CountOf("Failed commits",
                     "Transactions that failed in the time range; they are tried again, and "
                     "reading waits meanwhile",
                     "logtally_commit_errors_total", "red"));
}

void AddReading(Dashboard& health) {
  health.Row("Reading");
  health.Add(
      BarGauge("Age of the newest line by site",
               "How long ago the newest counted line of each site was written; a quiet site "
               "is old without fault")
          .AskOnce(absl::StrFormat("sort_desc(time() - max by (site) (%s > 0))", Select(kLastLine)),
                   "{{site}}")
          .Unit("s")
          .Min(0)
          .WhenEmpty("No line was counted yet")
          .Thresholds({{0, "green"}, {300, "orange"}, {900, "red"}}));
  health.Add(TimeSeries("Waiting to be read by site",
                        "Bytes in the followed logs that wait to be read; growing for long means "
                        "that logtally is behind")
                 .AskOverTime(SumBy("site", Select("logtally_unread_bytes")), "{{site}}")
                 .Unit("bytes"));
  health.Add(TimeSeries("Read", "Bytes of log that were consumed per second")
                 .AskOverTime(SumBy("site", Rate("logtally_read_bytes_total")), "{{site}}")
                 .Unit("Bps"));
  health.Add(TimeSeries("Logs by state",
                        "Logs that are followed, that were rotated and are read to their end "
                        "(draining), and that are missing or unreadable (failing)")
                 .AskOverTime(SumBy("state", Select("logtally_logs")), "{{state}}")
                 .Field("failing", {{"color", FixedColour("red")}})
                 .Field("draining", {{"color", FixedColour("blue")}})
                 .Field("followed", {{"color", FixedColour("green")}})
                 .Size(12, 8));
  health.Add(
      TimeSeries("Rotations and truncations in an hour",
                 "Logs that in the hour before each moment were replaced by a new file of "
                 "the same name, or were cut short in place: with or without what was cut "
                 "off being found")
          .AskOverTime(Sum(IncreaseOver("1h", "logtally_rotations_total")), "rotated")
          .AskOverTime(Sum(IncreaseOver("1h", "logtally_truncations_total", R"(recovered="yes")")),
                       "cut short, found again")
          .AskOverTime(Sum(IncreaseOver("1h", "logtally_truncations_total", R"(recovered="no")")),
                       "cut short, not found")
          .Count()
          .Field("cut short, not found", {{"color", FixedColour("red")}})
          .Size(12, 8));
}

void AddLosses(Dashboard& health) {
  health.Row("What was lost, refused or left out");
  health.Add(
      BarGauge("Losses by cause",
               "How often something was, or may have been, lost in the time range, by cause; "
               "logtally(1) says what each cause means and what helps")
          .AskOnce(SumBy("cause", Increase("logtally_losses_total")), "{{cause}}")
          .Count()
          .Min(0)
          .Thresholds({{0, "green"}, {0.5, "red"}}));
  health.Add(BarGauge("Bytes known to be lost by cause",
                      "Bytes of log that are known to have been lost in the time range; of many "
                      "losses nobody can know how large they were")
                 .AskOnce(SumBy("cause", Increase("logtally_lost_bytes_total")), "{{cause}}")
                 .Unit("bytes")
                 .Min(0)
                 .Thresholds({{0, "green"}, {0.5, "red"}}));
  health.Add(BarGauge("Rejected lines by reason",
                      "Lines in the time range that have no readable status, by reason; they are "
                      "counted as rejected, never as a code")
                 .AskOnce(SumBy("reason", Increase("logtally_lines_rejected_total")), "{{reason}}")
                 .Count()
                 .Min(0)
                 .Thresholds({{0, "green"}, {0.5, "orange"}}));
  health.Add(
      TimeSeries("Rejected share by site",
                 "Share of the complete lines that have no readable status")
          .AskOverTime(Ratio(SumBy("site", Rate("logtally_lines_total", R"(result="rejected")")),
                             SumBy("site", Rate("logtally_lines_total"))),
                       "{{site}}")
          .Unit("percentunit"));
  health.Add(BarGauge("Label overflows",
                      "Counts in the time range that went to the label value other because a label "
                      "was full; sums stay exact")
                 .AskOnce(SumBy("label", Increase("logtally_labels_overflowed_total")), "{{label}}")
                 .Count()
                 .Min(0)
                 .Thresholds({{0, "green"}, {0.5, "orange"}}));
  health.Add(CountOf("Lines without a usable time",
                     "Lines in the time range that count in the totals only: without a time stamp, "
                     "or with one outside the kept window",
                     "logtally_lines_untimed_total", "orange")
                 .Size(4, 8));
  health.Add(CountOf("Errors in no list",
                     "Error responses in the time range that are counted, but stand in no list of "
                     "paths and clients, for want of memory",
                     "logtally_errors_unlisted_total", "orange")
                 .Size(4, 8));
}

void AddStore(Dashboard& health) {
  health.Row("Store");
  health.Add(TimeSeries("Commits", "Transactions per second that made counts and positions durable")
                 .AskOverTime(Sum(Rate("logtally_commits_total")), "committed")
                 .AskOverTime(Sum(Rate("logtally_commit_errors_total")), "failed")
                 .Unit("cps")
                 .Field("failed", {{"color", FixedColour("red")}}));
  health.Add(TimeSeries("Time per commit",
                        "How long a transaction takes, as half and as 99 % of "
                        "them at most; the disk decides")
                 .AskOverTime(Quantile("0.5", kCommitSeconds), "half")
                 .AskOverTime(Quantile("0.99", kCommitSeconds), "99 %")
                 .Unit("s"));
  health.Add(TimeSeries("Size of the database",
                        "Size of the database and of its write-ahead log, which grows while "
                        "somebody reads the database for long")
                 .AskOverTime(Sum(Select("logtally_store_size_bytes")), "database and log")
                 .AskOverTime(Sum(Select("logtally_store_wal_bytes")), "write-ahead log")
                 .Unit("bytes"));
}

void AddProcess(Dashboard& health) {
  health.Row("Process");
  health.Add(TimeSeries("Processor", "Processor time per second of each logtally: 1 is one core")
                 .AskOverTime(OfLogtally(Rate("process_cpu_seconds_total")), "{{instance}}")
                 .Unit("percentunit"));
  health.Add(TimeSeries("Memory", "Resident memory of each logtally")
                 .AskOverTime(OfLogtally(Select("process_resident_memory_bytes")), "{{instance}}")
                 .Unit("bytes"));
  health.Add(TimeSeries("Open files", "Share of the allowed file descriptors that are open")
                 .AskOverTime(OfLogtally(absl::StrFormat("%s / %s", Select("process_open_fds"),
                                                         Select("process_max_fds"))),
                              "{{instance}}")
                 .Unit("percentunit"));
  Panel builds = Table("Versions", "What each logtally was built from, and since when it runs");
  builds
      .AskOnce(
          absl::StrFormat("%s * on (job, instance) group_left (version, revision, compiler) %s",
                          absl::StrFormat("1000 * %s", Select("process_start_time_seconds")),
                          Select("logtally_build_info")))
      .Columns({{"job", "Job"},
                {"instance", "Instance"},
                {"version", "Version"},
                {"revision", "Revision"},
                {"compiler", "Compiler"},
                {"Value", "Running since"}})
      .Field("Running since", {{"unit", "dateTimeAsIso"}})
      .Size(24, 5);
  health.Add(builds);
}

}  // namespace

Dashboard Health() {
  Dashboard health("health", "logtally: Health",
                   "Whether logtally keeps up, and whether anything was lost, refused or left out");
  health.Variables({DataSourceVariable("prometheus"), JobVariable(), InstanceVariable(),
                    SiteVariable(), LogtallyUrlVariable()});
  AddGlance(health);
  AddReading(health);
  AddLosses(health);
  AddStore(health);
  AddProcess(health);
  return health;
}

}  // namespace logtally::dashboards
