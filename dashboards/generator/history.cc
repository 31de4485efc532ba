#include "absl/strings/str_format.h"
#include "generator/code_table.h"
#include "generator/dashboards.h"
#include "generator/meanings.h"
#include "generator/variables.h"

namespace logtally::dashboards {
namespace {

// What Grafana puts in for the ends of the time range, in unix seconds.
constexpr std::string_view kFrom = "${__from:date:seconds}";
constexpr std::string_view kTo = "${__to:date:seconds}";

// Seconds of a step: as chosen, else by the length of the time range. An expression of constants,
// so that SQLite never opens the tables of the other steps.
std::string Step() {
  return absl::StrFormat(
      "CASE WHEN $step > 0 THEN $step\n"
      "  WHEN %s - %s <= 172800 THEN 60 WHEN %s - %s <= 5184000 THEN 3600 ELSE 86400 END",
      kTo, kFrom, kTo, kFrom);
}

// Where the step begins in which the time range begins.
std::string Begin() { return absl::StrFormat("%s - %s %% (%s)", kFrom, kFrom, Step()); }

// The rows of a view in the time range, which begins with a whole step.
std::string InRange() { return absl::StrFormat("time >= %s\n  AND time < %s", Begin(), kTo); }
// In the same length of time before that.
std::string InRangeBefore() {
  return absl::StrFormat("time >= 2 * (%s) - %s\n  AND time < %s", Begin(), kTo, Begin());
}

std::string OfSites() {
  return absl::StrFormat("step_seconds = %s\n  AND site IN (${site:sqlstring})", Step());
}
std::string OfSitesAndCodes() { return OfSites() + " AND code_text IN (${code:sqlstring})"; }

// Lists of errors and losses are kept by the hour.
constexpr std::string_view kHoursInRange =
    "time_unix > ${__from:date:seconds} - 3600 AND time_unix < ${__to:date:seconds}\n"
    "  AND site IN (${site:sqlstring})";
// A code as it stands in lists of errors, as text.
constexpr std::string_view kCodeText =
    "CASE WHEN code BETWEEN 0 AND 99 THEN printf('%03d', code) ELSE CAST(code AS TEXT) END";

Panel ShareOf(std::string_view status_class) {
  Panel panel =
      Stat(absl::StrFormat("%s share", status_class),
           absl::StrFormat("Share of the responses in the time range that were %s", status_class));
  panel
      .AskSql(
          absl::StrFormat("SELECT coalesce(sum(CASE WHEN class = '%s' THEN responses END) * 1.0\n"
                          "  / nullif(sum(responses), 0), 0) AS share\n"
                          "FROM history_responses\nWHERE %s\n  AND %s",
                          status_class, OfSites(), InRange()),
          SqlShape::kTable)
      .Unit("percentunit")
      .Decimals(2);
  return panel;
}

// One row a code, with the same length of time before the range beside it.
std::string CodesNowAndBefore() {
  return absl::StrFormat(
      "SELECT code_text, name, fault, meaning,\n"
      "  sum(CASE WHEN %s THEN responses ELSE 0 END) AS now,\n"
      "  sum(CASE WHEN %s THEN responses ELSE 0 END) AS before\n"
      "FROM history_responses\nWHERE %s\n  AND time >= 2 * (%s) - %s AND time < %s\n"
      "GROUP BY code",
      InRange(), InRangeBefore(), OfSitesAndCodes(), Begin(), kTo, kTo);
}

// Whether anything was answered in the time before, whatever its code.
std::string AnsweredBefore() {
  return absl::StrFormat("EXISTS (SELECT 1 FROM history_responses\nWHERE %s\n  AND %s)", OfSites(),
                         InRangeBefore());
}

Panel CodesOfHistory(const StatusCatalogue& catalogue) {
  Panel table = Table("Status codes",
                      "The chosen codes that were answered in the time range: their count, their "
                      "share of the chosen ones, and the change of the count against the same "
                      "length of time before; a click on a code leads to its page");
  table
      .AskSql(
          absl::StrFormat("WITH codes AS (\n%s\n)\n"
                          "SELECT code_text AS \"Code\", name AS \"Name\", fault AS \"At fault\",\n"
                          "  now AS \"Responses\", now * 1.0 / sum(now) OVER () AS \"Share\",\n"
                          "  CASE WHEN before > 0 THEN now * 1.0 / before - 1\n"
                          "    WHEN NOT %s THEN %d END AS \"Change\",\n"
                          "  meaning AS \"Meaning\"\n"
                          "FROM codes WHERE now > 0 ORDER BY now DESC",
                          CodesNowAndBefore(), AnsweredBefore(), kChangeUnknown),
          SqlShape::kTable)
      .WhenEmpty("No response in this time range")
      .Size(24, 10);
  LookOfCodeColumns(catalogue, table);
  table.Field("Meaning", {{"unit", "string"}, {"custom.minWidth", 250}});
  return table;
}

// The most frequent values of one list of errors: "path" of error_paths.
Panel MostFrequent(const StatusCatalogue& catalogue, std::string title, std::string description,
                   std::string_view view, std::string_view column) {
  Panel table = Table(std::move(title), std::move(description));
  table
      .AskSql(absl::StrFormat("SELECT %s AS \"Code\", site AS \"Site\", %s AS \"What\",\n"
                              "  sum(responses) AS \"Responses\"\n"
                              "FROM %s\nWHERE %s\n  AND %s IN (${code:sqlstring})\n"
                              "GROUP BY code, site, %s ORDER BY sum(responses) DESC LIMIT 50",
                              kCodeText, column, view, kHoursInRange, kCodeText, column),
              SqlShape::kTable)
      .WhenEmpty("No error in this time range")
      .Size(12, 10);
  LookOfCodeColumns(catalogue, table);
  table.Field("What", {{"unit", "string"}, {"displayName", column}});
  table.Field("Site", {{"unit", "string"}, {"custom.width", 140}});
  return table;
}

void AddGlance(Dashboard& history) {
  history.Row("At a glance");
  history.Add(Stat("Responses", "Responses of all codes in the time range")
                  .AskSql(absl::StrFormat("SELECT coalesce(sum(responses), 0) AS responses\n"
                                          "FROM history_responses\nWHERE %s\n  AND %s",
                                          OfSites(), InRange()),
                          SqlShape::kTable)
                  .Count()
                  .Colour("blue"));
  history.Add(ShareOf("5xx").Thresholds({{0, "green"}, {0.001, "orange"}, {0.01, "red"}}));
  history.Add(ShareOf("4xx").Thresholds({{0, "green"}, {0.1, "orange"}, {0.5, "red"}}));
  history.Add(
      Stat("New codes",
           "How many of the chosen codes were answered in this time range and not at all in "
           "the same length of time before it")
          .AskSql(absl::StrFormat("SELECT count(*) AS codes FROM (\n%s\n)\n"
                                  "WHERE now > 0 AND before = 0 AND %s",
                                  CodesNowAndBefore(), AnsweredBefore()),
                  SqlShape::kTable)
          .Thresholds({{0, "green"}, {1, "purple"}}));
  history.Add(Stat("Rejected lines", "Lines in the time range without a readable status")
                  .AskSql(absl::StrFormat("SELECT coalesce(sum(lines), 0) AS lines\n"
                                          "FROM history_rejected_lines\nWHERE %s\n  AND %s",
                                          OfSites(), InRange()),
                          SqlShape::kTable)
                  .Count()
                  .Thresholds({{0, "green"}, {1, "orange"}}));
  history.Add(
      Stat("Losses", "How often something of a log was, or may have been, lost in the time range")
          .AskSql(absl::StrFormat("SELECT coalesce(sum(losses), 0) AS losses\n"
                                  "FROM losses\nWHERE %s",
                                  kHoursInRange),
                  SqlShape::kTable)
          .Count()
          .Thresholds({{0, "green"}, {1, "red"}}));
}

void AddCharts(Dashboard& history) {
  history.Row("Over time");
  Panel classes = TimeSeries("Responses by class",
                             "Responses per step by the class of their status code; where a step "
                             "is not kept any more, a bar holds a longer time");
  classes
      .AskSql(absl::StrFormat("SELECT time, class, sum(responses) AS Value\n"
                              "FROM history_responses\nWHERE %s\n  AND %s\n"
                              "GROUP BY time, class ORDER BY time",
                              OfSites(), InRange()),
              SqlShape::kTimeSeries)
      .Stacked()
      .Bars()
      .WhenEmpty("No response in this time range")
      .Size(12, 9);
  history.Add(ColourByClass(classes));
  Panel errors = TimeSeries("Errors by code",
                            "Responses per step with each chosen code from 400 on, and with those "
                            "below 100, which say that no status was sent");
  errors
      .AskSql(
          absl::StrFormat("SELECT time, code_text || ' ' || name AS code, sum(responses) AS Value\n"
                          "FROM history_responses\nWHERE %s\n  AND %s\n"
                          "  AND (code >= 400 OR code < 100)\nGROUP BY time, code ORDER BY time",
                          OfSitesAndCodes(), InRange()),
          SqlShape::kTimeSeries)
      .Stacked()
      .Bars()
      .WhenEmpty("No error in this time range")
      .Size(12, 9);
  history.Add(ColourByCode(errors));
}

void AddWhatWasLost(Dashboard& history) {
  history.Row("What was refused or lost");
  history.Add(TimeSeries("Rejected lines by reason", "Lines per step without a readable status")
                  .AskSql(absl::StrFormat("SELECT time, reason, sum(lines) AS Value\n"
                                          "FROM history_rejected_lines\nWHERE %s\n  AND %s\n"
                                          "GROUP BY time, reason ORDER BY time",
                                          OfSites(), InRange()),
                          SqlShape::kTimeSeries)
                  .Stacked()
                  .Bars()
                  .WhenEmpty("No line was rejected in this time range")
                  .Size(12, 8));
  history.Add(Table("Kept since",
                    "From when on each grain is kept, in UTC; what is older is there by the next "
                    "coarser grain")
                  .AskSql("SELECT CASE grain_seconds WHEN 60 THEN 'minute' WHEN 3600 THEN 'hour' "
                          "ELSE 'day' END AS \"Grain\",\n"
                          "  CASE since WHEN 0 THEN 'the beginning' ELSE datetime(since, "
                          "'unixepoch') END AS \"Since\"\n"
                          "FROM history_kept ORDER BY grain_seconds",
                          SqlShape::kTable)
                  .Unit("string")
                  .Size(12, 8));
  history.Add(Table("Losses",
                    "What of a log was, or may have been, lost, by the hour in which that "
                    "was found")
                  .AskSql(absl::StrFormat(
                              "SELECT time_unix AS time, site AS \"Site\", cause AS \"Cause\",\n"
                              "  path AS \"Log\", losses AS \"Times\", bytes AS \"Bytes known\"\n"
                              "FROM losses\nWHERE %s\nORDER BY time_unix DESC LIMIT 100",
                              kHoursInRange),
                          SqlShape::kTable)
                  .Field("time", {{"displayName", "Found"}, {"unit", "dateTimeAsIso"}})
                  .Field("Bytes known", {{"unit", "bytes"}})
                  .WhenEmpty("Nothing was lost")
                  .Size(24, 8));
}

}  // namespace

Dashboard History(const StatusCatalogue& catalogue) {
  Dashboard history("history", "logtally: History (SQLite)",
                    "The same counts from logtally's own database, without Prometheus: as far back "
                    "as logs were read",
                    "frser-sqlite-datasource");
  history.Variables({DataSourceVariable("frser-sqlite-datasource"), SiteFromSqlVariable(),
                     CodeFromSqlVariable(), StepVariable(), LogtallyUrlVariable()});
  history.From("now-30d");
  AddGlance(history);
  AddCharts(history);
  history.Row("By code");
  history.Add(CodesOfHistory(catalogue));
  history.Row("Who asked for what");
  history.Add(MostFrequent(catalogue, "Paths with errors",
                           "The most frequent paths of the chosen codes from 400 on, by the hour; "
                           "a count may be too high by what the view's column overcount says",
                           "error_paths", "path"));
  history.Add(
      MostFrequent(catalogue, "Clients with errors",
                   "The most frequent clients of the chosen codes from 400 on, by the hour; "
                   "a count may be too high by what the view's column overcount says",
                   "error_clients", "client"));
  AddWhatWasLost(history);
  return history;
}

}  // namespace logtally::dashboards
