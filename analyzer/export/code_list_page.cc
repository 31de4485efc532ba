#include "export/code_list_page.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "export/code_totals.h"
#include "export/code_words.h"
#include "export/html.h"
#include "model/status_code.h"

namespace logtally {
namespace {

constexpr int64_t kDaySeconds = 86400;

struct ClassTitle {
  std::string_view status_class;
  std::string_view title;
};
constexpr std::array<ClassTitle, 6> kClassTitles = {{{"1xx", "1xx: interim answers"},
                                                     {"2xx", "2xx: success"},
                                                     {"3xx", "3xx: somewhere else"},
                                                     {"4xx", "4xx: errors of the request"},
                                                     {"5xx", "5xx: errors of the server"},
                                                     {"other", "Others: no HTTP status"}}};

struct Row {
  StatusCode code = 0;
  const StatusMeaning* meaning = nullptr;  // null: not in the catalogue
  int64_t total = 0;
  int64_t last_day = 0;
};

using CountsByCode = std::map<StatusCode, int64_t>;

absl::StatusOr<CountsByCode> LastDay(
    const std::function<absl::StatusOr<CountReader>()>& open_reader, absl::Time now) {
  const int64_t to_unix = (absl::ToUnixSeconds(now) / 60 + 1) * 60;
  ASSIGN_OR_RETURN(CountReader reader, open_reader());
  ASSIGN_OR_RETURN(const auto rows,
                   reader.Codes({.from_unix = to_unix - kDaySeconds, .to_unix = to_unix}, 0));
  CountsByCode counts;
  for (const CodeRow& row : rows) counts[row.code] += row.tally.responses;
  return counts;
}

// Every code of the catalogue, and every other one that was seen, by code.
std::vector<Row> RowsOf(CodeListPart part, const StatusCatalogue& catalogue,
                        const CountsByCode& totals, const CountsByCode& last_day) {
  std::map<StatusCode, Row> rows;
  for (const StatusMeaning& meaning : catalogue.All()) rows[meaning.code].meaning = &meaning;
  for (const auto& [code, responses] : totals) rows[code].total = responses;
  for (const auto& [code, responses] : last_day) {
    Row& row = rows[code];
    row.last_day = responses;
    row.total = std::max(row.total, responses);  // the snapshot is of an earlier moment
  }
  std::vector<Row> result;
  for (auto& [code, row] : rows) {
    row.code = code;
    if (part == CodeListPart::kAll || !IsLabelStatus(code)) result.push_back(row);
  }
  return result;
}

std::string CodeCells(const Row& row) {
  const std::string code = StatusCodeText(row.code);
  return absl::StrFormat(
      "<td><a class=\"code\" href=\"/codes/%s\">%s</a></td>"
      "<td>%s<br><span class=\"quiet small\">%s</span></td><td>%s</td><td>%s</td>",
      code, code, EscapeHtml(NameWords(row.meaning)),
      row.meaning == nullptr ? "No document that logtally knows of has it."
                             : EscapeHtml(FirstSentence(row.meaning->meaning)),
      row.meaning == nullptr ? "unknown" : EscapeHtml(row.meaning->fault),
      row.meaning != nullptr && row.meaning->documented ? "yes" : "–");
}

constexpr std::string_view kCodeHeads =
    "<th>Code</th><th>Meaning</th><th>Fault</th><th>Documented</th>";

std::string SeenTable(std::vector<Row> rows, bool has_last_day) {
  std::string html = "<h2>Seen on this machine</h2>\n";
  if (rows.empty()) return html + "<p>None so far.</p>\n";
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::tuple(-a.last_day, -a.total, a.code) < std::tuple(-b.last_day, -b.total, b.code);
  });
  html += absl::StrFormat(
      "<table>\n<tr>%s<th class=\"n\">Last 24 hours</th><th class=\"n\">Since the beginning</th>"
      "</tr>\n",
      kCodeHeads);
  for (const Row& row : rows) {
    html +=
        absl::StrFormat("<tr class=\"k%s\">%s<td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n",
                        StatusClass(row.code), CodeCells(row),
                        has_last_day ? FormatCount(row.last_day) : "–", FormatCount(row.total));
  }
  return html + "</table>\n";
}

std::string UnseenTables(const std::vector<Row>& rows) {
  std::string html = "<h2>Not seen so far</h2>\n";
  for (const ClassTitle& group : kClassTitles) {
    std::string table;
    for (const Row& row : rows) {
      if (StatusClass(row.code) != group.status_class) continue;
      table += absl::StrFormat("<tr class=\"k%s\">%s</tr>\n", group.status_class, CodeCells(row));
    }
    if (table.empty()) continue;
    html += absl::StrFormat("<h3 id=\"%s\">%s</h3>\n<table>\n<tr>%s</tr>\n%s</table>\n",
                            group.status_class, group.title, kCodeHeads, table);
  }
  return html;
}

}  // namespace

HttpResponse AnswerCodeList(CodeListPart part, const StatusCatalogue& catalogue,
                            const Snapshot* snapshot,
                            const std::function<absl::StatusOr<CountReader>()>& open_reader,
                            absl::Time now) {
  const absl::StatusOr<CountsByCode> last_day = LastDay(open_reader, now);
  const std::vector<Row> rows =
      RowsOf(part, catalogue, TotalsByCode(snapshot), last_day.ok() ? *last_day : CountsByCode());
  std::vector<Row> seen;
  std::vector<Row> unseen;
  for (const Row& row : rows) (row.total > 0 ? seen : unseen).push_back(row);

  std::string html(kCodesNavigation);
  if (part == CodeListPart::kAll) {
    html +=
        "<h1>Status codes</h1>\n<p>What each code means, where that comes from, and whose fault it "
        "is. The same as JSON: <a href=\"/api/v1/codes\">/api/v1/codes</a>.</p>\n";
  } else {
    html +=
        "<h1>Status codes labelled “other”</h1>\n<p>In <a href=\"/metrics\">/metrics</a> codes "
        "outside 100–599 (but for −1, 000 and 009) share the label <code>code=\"other\"</code>, so "
        "that no log can make more labels. These are the ones:</p>\n";
  }
  html += SnapshotNotices(snapshot);
  if (!last_day.ok()) {
    html += absl::StrFormat("<p class=\"note bad\">The last 24 hours are not known: %s</p>\n",
                            EscapeHtml(StdView(last_day.status().message())));
  }
  html += SeenTable(std::move(seen), last_day.ok());
  if (!unseen.empty()) html += UnseenTables(unseen);
  return HtmlPage(200, "Status codes – logtally", html);
}

}  // namespace logtally
