#include "export/landing_page.h"

#include <map>
#include <string_view>

#include "absl/strings/str_format.h"
#include "base/build_info.h"
#include "base/text.h"
#include "export/html.h"
#include "model/loss_words.h"
#include "model/status_code.h"

namespace logtally {
namespace {

constexpr std::string_view kLinks = R"(<h2>Pages</h2>
<ul>
<li><a href="/codes">/codes</a>: every status code, what it means, and which are seen here; <a href="/codes/404">/codes/404</a> tells of one</li>
<li><a href="/metrics">/metrics</a>: everything, for Prometheus</li>
<li><a href="/api/v1/counts">/api/v1/counts</a>: counts as JSON; <code>?from=&amp;to=&amp;site=&amp;code=&amp;step=</code></li>
<li>/api/v1/errors: paths, clients, referrers and samples of an error code, as JSON; <code>?code=404&amp;from=&amp;to=&amp;site=</code></li>
<li><a href="/api/v1/losses">/api/v1/losses</a>: what was lost before it was counted, by log, as JSON; <code>?from=&amp;to=&amp;site=</code></li>
<li><a href="/api/v1/codes">/api/v1/codes</a>: every status code and its meaning, as JSON</li>
<li><a href="/-/healthy">/-/healthy</a>: the process answers</li>
<li><a href="/-/ready">/-/ready</a>: counts have been committed, so the pages above are true</li>
</ul>
</body>
</html>
)";

std::string SitesTable(const Snapshot& snapshot, const StatusCatalogue& catalogue) {
  std::string html =
      "<h2>Responses since the beginning</h2>\n<table>\n<tr><th>Site</th><th>Code</th>"
      "<th>Meaning</th><th class=\"n\">Responses</th></tr>\n";
  for (const auto& [site, counts] : snapshot.counts->sites) {
    std::map<StatusCode, int64_t> by_code;
    for (const auto& [key, tally] : counts.responses) by_code[key.first] += tally.responses;
    for (const auto& [code, responses] : by_code) {
      const StatusMeaning* meaning = catalogue.Find(code);
      html += absl::StrFormat(
          "<tr class=\"k%s\"><td>%s</td><td><a class=\"code\" "
          "href=\"/codes/%s?site=%s\">%s</a></td>"
          "<td>%s<br><span class=\"quiet\">%s</span></td><td class=\"n\">%s</td></tr>\n",
          StatusClass(code), EscapeHtml(site), StatusCodeText(code), UrlEncode(site),
          StatusCodeText(code), meaning == nullptr ? "Unknown" : EscapeHtml(meaning->name),
          meaning == nullptr ? "not a known status code" : EscapeHtml(meaning->meaning),
          FormatCount(responses));
    }
    html += absl::StrFormat(
        "<tr><td>%s</td><td></td><td>rejected lines (no readable status)</td>"
        "<td class=\"n\">%s</td></tr>\n",
        EscapeHtml(site), FormatCount(counts.rejected_lines()));
  }
  return html + "</table>\n";
}

std::string LossTimes(const LossTally& tally) {
  const std::string from = UtcMinute(tally.from_unix);
  const std::string to = UtcMinute(tally.to_unix);
  return from == to ? "at " + from : "between " + from + " and " + to;
}

std::string LossesTable(const CountSnapshot& counts) {
  std::string html =
      "<h2>Losses since the beginning</h2>\n<table>\n<tr><th>Site</th><th>Cause</th>"
      "<th>What was lost before it was counted</th></tr>\n";
  for (const auto& [site, of_site] : counts.sites) {
    bool none = true;
    for (int i = 0; i < kLossCauseCount; ++i) {
      const LossTally& tally = of_site.losses[i];
      if (tally == LossTally()) continue;
      none = false;
      const auto cause = static_cast<LossCause>(i);
      const LossWords words = LossWordsOf(cause);
      html += absl::StrFormat(
          "<tr><td>%s</td><td class=\"bad\">%s</td><td>%s, %s<br><span class=\"quiet\">%s %s</span>"
          "</td></tr>\n",
          EscapeHtml(site), EscapeHtml(LossCauseName(cause)), EscapeHtml(LossAmountWords(tally)),
          LossTimes(tally), EscapeHtml(words.meaning), EscapeHtml(words.remedy));
    }
    if (none) {
      html += absl::StrFormat("<tr><td>%s</td><td></td><td>no known loss</td></tr>\n",
                              EscapeHtml(site));
    }
  }
  return html + "</table>\n";
}

std::string FilesTable(const PipelineStatus& status) {
  std::string html =
      "<h2>Logs</h2>\n<table>\n<tr><th>Site</th><th>Path</th><th>Format</th><th>State</th>"
      "<th class=\"n\">Read</th><th class=\"n\">Unread</th></tr>\n";
  for (const FollowedFile& file : status.files) {
    html += absl::StrFormat(
        "<tr><td>%s</td><td>%s</td><td>%s</td><td%s>%s</td><td class=\"n\">%s</td>"
        "<td class=\"n\">%s</td></tr>\n",
        EscapeHtml(file.site), EscapeHtml(file.path),
        file.format.empty() ? "not known yet" : EscapeHtml(file.format),
        file.failing ? " class=\"bad\"" : "", EscapeHtml(file.state), FormatBytes(file.offset),
        FormatBytes(file.size > file.offset ? file.size - file.offset : 0));
  }
  return html + "</table>\n";
}

}  // namespace

std::string LandingPage(const Snapshot* snapshot, const StatusCatalogue& catalogue) {
  std::string html = PageHead("logtally");
  html += absl::StrFormat(
      "<h1>logtally</h1>\n<p class=\"quiet\">%s (%s)</p>\n"
      "<p>Counts every line of the web-server logs below exactly once, by status code, and says "
      "what "
      "the codes mean.</p>\n",
      EscapeHtml(BuildVersion()), EscapeHtml(BuildRevision()));
  if (snapshot == nullptr) return html + "<p>Starting.</p>\n" + std::string(kLinks);
  if (!snapshot->status.last_commit_error.empty()) {
    html += absl::StrFormat("<p class=\"bad\">The store does not work: %s</p>\n",
                            EscapeHtml(snapshot->status.last_commit_error));
  }
  html += FilesTable(snapshot->status);
  html += LossesTable(*snapshot->counts);
  html += SitesTable(*snapshot, catalogue);
  return html + std::string(kLinks);
}

}  // namespace logtally
