#include "export/code_tables.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "absl/strings/str_format.h"
#include "base/text.h"
#include "export/code_words.h"
#include "export/html.h"

namespace logtally {
namespace {

constexpr size_t kMaxSiteRows = 25;
constexpr size_t kRowsAtOnce = 10;

struct SiteRow {
  std::string_view site;
  Method method = kOtherMethod;
  int64_t last_day = 0;
  int64_t total = 0;
};

std::string RowsOf(const std::vector<TopValues::Entry>& entries, size_t from, size_t to) {
  std::string html = "<table>\n";
  for (size_t i = from; i < to; ++i) {
    html += absl::StrFormat("<tr><td class=\"any\">%s</td><td class=\"n\">%s</td></tr>\n",
                            LogTextHtml(entries[i].value), CountRangeWords(entries[i]));
  }
  return html + "</table>\n";
}

// `title` "Paths", `one` "path"; `none` is said where the list is empty.
std::string ListHtml(const TopValues& list, std::string_view title, std::string_view one,
                     std::string_view none) {
  const std::vector<TopValues::Entry> entries = list.Sorted();
  std::string html = absl::StrFormat("<section>\n<h3>%s</h3>\n", title);
  if (entries.empty()) {
    return html + absl::StrFormat("<p class=\"quiet small\">%s</p>\n</section>\n", none);
  }
  const size_t at_once = std::min(entries.size(), kRowsAtOnce);
  html += RowsOf(entries, 0, at_once);
  if (entries.size() > at_once) {
    html += absl::StrFormat("<details><summary class=\"small\">%d more</summary>\n%s</details>\n",
                            entries.size() - at_once, RowsOf(entries, at_once, entries.size()));
  }
  if (list.missing_at_most() > 0) {
    html += absl::StrFormat(
        "<p class=\"quiet small\">The list is full: a %s that is not in it came %s at most.</p>\n",
        one, TimesWords(list.missing_at_most()));
  }
  return html + "</section>\n";
}

bool HasRanges(const ErrorDetails& details) {
  return std::any_of(details.lists.begin(), details.lists.end(), [](const TopValues& list) {
    return std::any_of(list.entries().begin(), list.entries().end(),
                       [](const TopValues::Entry& entry) { return entry.overcount > 0; });
  });
}

std::string SamplesHtml(const ErrorDetails& details) {
  const std::vector<std::string> samples = details.Samples();
  if (samples.empty()) return "";
  std::string html = "<h3>First and last line</h3>\n";
  for (const std::string& sample : samples) {
    html += absl::StrFormat("<pre>%s</pre>\n", LogTextHtml(sample));
  }
  return html;
}

}  // namespace

std::string SiteTable(StatusCode code,
                      const std::map<std::pair<std::string, Method>, int64_t>& totals,
                      const std::optional<std::vector<ResponseRow>>& last_day) {
  std::map<std::pair<std::string_view, Method>, SiteRow> by_key;
  for (const auto& [key, total] : totals) {
    by_key[{key.first, key.second}] = {key.first, key.second, 0, total};
  }
  if (last_day) {
    for (const ResponseRow& row : *last_day) {
      SiteRow& sum =
          by_key.try_emplace({row.site, row.method}, SiteRow{row.site, row.method}).first->second;
      sum.last_day += row.tally.responses;
      // The snapshot is of an earlier moment.
      sum.total = std::max(sum.total, sum.last_day);
    }
  }
  if (by_key.empty()) return "";
  std::vector<SiteRow> rows;
  for (const auto& [key, row] : by_key) rows.push_back(row);
  std::sort(rows.begin(), rows.end(), [](const SiteRow& a, const SiteRow& b) {
    return std::tuple(-a.last_day, -a.total, a.site, a.method) <
           std::tuple(-b.last_day, -b.total, b.site, b.method);
  });
  const size_t shown = std::min(rows.size(), kMaxSiteRows);

  std::string html =
      "<h2>By site and method</h2>\n<table>\n<tr><th>Site</th><th>Method</th>"
      "<th class=\"n\">Last 24 hours</th><th class=\"n\">Since the beginning</th></tr>\n";
  for (size_t i = 0; i < shown; ++i) {
    const SiteRow& row = rows[i];
    html += absl::StrFormat(
        "<tr><td class=\"any\"><a href=\"/codes/%s?site=%s\">%s</a></td><td>%s</td>"
        "<td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n",
        StatusCodeText(code), UrlEncode(row.site), LogTextHtml(row.site), MethodName(row.method),
        last_day ? FormatCount(row.last_day) : "–", FormatCount(row.total));
  }
  html += "</table>\n";
  if (rows.size() > shown) {
    html += absl::StrFormat(
        "<p class=\"quiet small\">%s more rows are in <a href=\"/api/v1/counts?code=%s\">the "
        "counts "
        "as JSON</a>.</p>\n",
        FormatCount(static_cast<int64_t>(rows.size() - shown)), StatusCodeText(code));
  }
  return html;
}

std::string ErrorTables(const ListedErrors& errors, int64_t unlisted) {
  const ErrorDetails& details = errors.details;
  std::string html = absl::StrFormat(
      "<h2>What they had in common</h2>\n<p class=\"quiet small\">Whole hours from %s to "
      "%s.%s</p>\n",
      UtcMinute(errors.from_unix), UtcMinute(errors.to_unix),
      HasRanges(details)
          ? " A range such as 5–7: values that are rare share their counters, and the "
            "true count lies within."
          : "");
  html +=
      ListHtml(details.list(ErrorList::kPaths), "Paths", "path", "No path is kept of this time.");
  html += "<div class=\"pair\">\n";
  const auto clients = details.NumberOfClients();
  html += ListHtml(details.list(ErrorList::kClients),
                   !clients ? "Clients"
                            : absl::StrFormat("Clients: %s%s", clients->exact ? "" : "about ",
                                              FormatCount(clients->number)),
                   "client", "The log names none.");
  html += ListHtml(details.list(ErrorList::kReferrers), "Referrers", "referrer",
                   "No request named the page that it came from.");
  html += "</div>\n" + SamplesHtml(details);
  if (unlisted > 0) {
    html += absl::StrFormat(
        "<p class=\"quiet small\">Since the beginning %s error responses of all codes found no "
        "room "
        "in such lists; they are in every count.</p>\n",
        FormatCount(unlisted));
  }
  return html;
}

}  // namespace logtally
