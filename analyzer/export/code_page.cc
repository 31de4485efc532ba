#include "export/code_page.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/text.h"
#include "export/code_history.h"
#include "export/code_list_page.h"
#include "export/code_tables.h"
#include "export/code_totals.h"
#include "export/code_words.h"
#include "export/html.h"
#include "export/sparkline.h"
#include "model/status_code.h"

namespace logtally {
namespace {

constexpr std::string_view kPrefix = "/codes/";
constexpr size_t kMaxShownBytes = 100;
constexpr size_t kMaxListedSites = 20;

struct SiteChoice {
  std::optional<std::string> site;  // nothing: all
  std::string notice;               // HTML
  bool unknown = false;
};

SiteChoice ChooseSite(const HttpRequest& request, const std::set<std::string>& known) {
  // What Grafana puts into a link for "all" of a variable.
  constexpr std::array<std::string_view, 4> kAllSites = {"", "All", "$__all", ".+"};
  SiteChoice choice;
  const auto [begin, end] = request.parameters.equal_range("site");
  if (begin == end) return choice;
  if (std::next(begin) != end) {
    choice.notice =
        "<p class=\"note\">Several sites were asked for; counts below are those of all "
        "sites.</p>\n";
    return choice;
  }
  const std::string& name = begin->second;
  const bool is_known = known.contains(name);
  if (!is_known && std::find(kAllSites.begin(), kAllSites.end(), name) != kAllSites.end()) {
    return choice;
  }
  choice.site = name;
  choice.unknown = !is_known;
  return choice;
}

std::string UnknownSiteHtml(const std::string& site, StatusCode code,
                            const std::set<std::string>& known) {
  const std::string path = std::string(kPrefix) + StatusCodeText(code);
  std::string html = absl::StrFormat(
      "<p class=\"note bad\">There is no site “%s” here.</p>\n<p><a href=\"%s\">All sites</a>",
      LogTextHtml(std::string_view(site).substr(0, kMaxShownBytes)), path);
  size_t listed = 0;
  for (const std::string& name : known) {
    if (++listed > kMaxListedSites) {
      html += ", …";
      break;
    }
    html += absl::StrFormat(", <a href=\"%s?site=%s\">%s</a>", path, UrlEncode(name),
                            LogTextHtml(name));
  }
  return html + "</p>\n";
}

HttpResponse NoCode(std::string_view text) {
  return HtmlPage(
      404, "No status code – logtally",
      absl::StrFormat("%s<h1>No status code</h1>\n<p>“%s” is none. A status code has three digits, "
                      "as in <a href=\"/codes/404\">/codes/404</a>; a few servers also log -1 and "
                      "000. <a href=\"/codes\">All codes</a></p>\n",
                      kCodesNavigation, LogTextHtml(text.substr(0, kMaxShownBytes))));
}

std::string Chip(std::string_view text, std::string_view more_classes = "") {
  return absl::StrFormat("<span class=\"chip%s\">%s</span>", more_classes, text);
}

std::string MeaningHtml(StatusCode code, const StatusMeaning* meaning,
                        const std::optional<std::string>& site) {
  std::string html = absl::StrFormat("<h1><span class=\"code\">%s</span> %s</h1>\n<p>",
                                     StatusCodeText(code), EscapeHtml(NameWords(meaning)));
  const std::string_view fault = meaning == nullptr ? "unknown" : std::string_view(meaning->fault);
  if (fault != "none") html += Chip(EscapeHtml(FaultWords(fault)), " k");
  if (meaning != nullptr)
    html += Chip(meaning->documented ? "documented" : "not in the documented table");
  if (!IsLabelStatus(code)) html += Chip("<code>code=\"other\"</code> in metrics");
  if (site) {
    html += Chip(absl::StrFormat("site %s · <a href=\"%s%s\">all sites</a>", LogTextHtml(*site),
                                 kPrefix, StatusCodeText(code)));
  }
  html += "</p>\n";
  if (meaning == nullptr) {
    html +=
        "<p>No document that logtally knows of says what this code means. It is counted as it was "
        "logged.</p>\n";
  } else {
    html += absl::StrFormat("<p>%s <span class=\"quiet small\">Source: %s.</span></p>\n",
                            EscapeHtml(meaning->meaning), EscapeHtml(meaning->source));
  }
  return html + absl::StrFormat("<p class=\"note\"><b>Who must act?</b> %s</p>\n",
                                EscapeHtml(WhoMustAct(fault)));
}

// Errors that have doubled, and not because everything has: in few, or beside a first day of
// counting, that would be chance.
bool IsAlarming(StatusCode code, const PeriodCounts& period) {
  constexpr int64_t kFewErrors = 10;
  if (!IsErrorStatus(code) || period.before_of_all == 0) return false;
  if (period.responses < kFewErrors || period.responses < 2 * period.before) return false;
  const double share = static_cast<double>(period.responses) / static_cast<double>(period.of_all);
  const double share_before =
      static_cast<double>(period.before) / static_cast<double>(period.before_of_all);
  return share > 1.5 * share_before;
}

std::string PeriodTile(StatusCode code, const PeriodCounts& period) {
  std::string html = absl::StrFormat(
      "<div class=\"tile\">Last %s<b>%s</b><span class=\"small %s\">%s</span>", period.name,
      FormatCount(period.responses), IsAlarming(code, period) ? "bad" : "quiet",
      // Nothing at all was counted: that it was none of these says nothing.
      period.before_of_all == 0 ? absl::StrFormat("%s before: no responses at all", period.name)
                                : ChangeWords(period.responses, period.before, period.name));
  if (period.of_all > 0) {
    html += absl::StrFormat("<br><span class=\"quiet small\">%s of all responses",
                            ShareWords(period.responses, period.of_all));
    if (period.before_of_all > 0) {
      html += absl::StrFormat(" (before: %s)", ShareWords(period.before, period.before_of_all));
    }
    html += "</span>";
  }
  return html + "</div>\n";
}

std::string Tiles(StatusCode code, int64_t total, const CodeHistory& history, absl::Time now) {
  std::string html = "<div class=\"tiles\">\n";
  if (history.periods) {
    for (const PeriodCounts& period : *history.periods) html += PeriodTile(code, period);
    // The snapshot is of an earlier moment.
    total = std::max(total, history.periods->back().responses);
  }
  html += absl::StrFormat("<div class=\"tile\">Since the beginning<b>%s</b>", FormatCount(total));
  if (history.seen) {
    const auto seen = [&](std::string_view when, int64_t time_unix) {
      return absl::StrFormat("<span class=\"small quiet\">%s %s, %s</span><br>", when,
                             UtcMinute(time_unix),
                             AgoWords(now - absl::FromUnixSeconds(time_unix)));
    };
    html += seen("first", history.seen->first_unix) + seen("last", history.seen->last_unix);
  } else if (history.by_site && total == 0) {
    html += "<span class=\"small quiet\">never seen here</span>";
  }
  return html + "</div>\n</div>\n";
}

std::string ProblemHtml(const absl::Status& problem) {
  if (problem.ok()) return "";
  return absl::StrFormat("<p class=\"note bad\">Not all counts could be read: %s</p>\n",
                         EscapeHtml(StdView(problem.message())));
}

std::string JsonLinks(StatusCode code, const std::optional<std::string>& site,
                      const CodeHistory& history) {
  const std::string query =
      absl::StrFormat("code=%s&amp;from=%d%s", StatusCodeText(code), history.to_unix - 86400,
                      site ? "&amp;site=" + UrlEncode(*site) : "");
  std::vector<std::string> targets = {"/api/v1/counts?" + query,
                                      "/api/v1/counts?" + query + "&amp;step=30m"};
  if (IsErrorStatus(code)) targets.push_back("/api/v1/errors?" + query);
  std::string html = "<h2>As JSON</h2>\n<ul class=\"small\">\n";
  for (const std::string& target : targets) {
    html += absl::StrFormat("<li class=\"any\"><a href=\"%s\">%s</a></li>\n", target, target);
  }
  return html + "</ul>\n";
}

}  // namespace

HttpResponse AnswerCodePage(const HttpRequest& request, const StatusCatalogue& catalogue,
                            const Snapshot* snapshot,
                            const std::function<absl::StatusOr<CountReader>()>& open_reader,
                            absl::Time now) {
  const std::string_view text = std::string_view(request.path).substr(kPrefix.size());
  if (text == "other") {
    return AnswerCodeList(CodeListPart::kLabelledOther, catalogue, snapshot, open_reader, now);
  }
  const std::optional<StatusCode> code = ParseStatusCode(text);
  if (!code) return NoCode(text);

  const StatusMeaning* meaning = catalogue.Find(*code);
  const std::set<std::string> sites = SiteNames(snapshot);
  const SiteChoice choice = ChooseSite(request, sites);
  const std::string title =
      absl::StrFormat("%s %s – logtally", StatusCodeText(*code), NameWords(meaning));
  std::string html = absl::StrFormat(
      "%s<div class=\"k%s\">\n%s%s", kCodesNavigation, StatusClass(*code),
      MeaningHtml(*code, meaning, choice.unknown ? std::nullopt : choice.site), choice.notice);
  if (choice.unknown) {
    return HtmlPage(404, title, html + UnknownSiteHtml(*choice.site, *code, sites) + "</div>\n");
  }

  const auto totals = TotalsBySite(snapshot, *code, choice.site);
  int64_t total = 0;
  for (const auto& [key, responses] : totals) total += responses;
  absl::StatusOr<CountReader> reader = open_reader();
  CodeHistory history;
  if (reader.ok()) {
    history = ReadCodeHistory(*reader, *code, choice.site, sites.size(), now);
  } else {
    history.to_unix = absl::ToUnixSeconds(now);
    history.problem = reader.status();
  }

  html += SnapshotNotices(snapshot) + ProblemHtml(history.problem);
  html += Tiles(*code, total, history, now);
  if (history.last_day) {
    html += Sparkline(*history.last_day, absl::StrFormat("Responses with the code %s in the last "
                                                         "24 hours",
                                                         StatusCodeText(*code)));
  }
  if (history.errors) html += ErrorTables(*history.errors, UnlistedErrors(snapshot, choice.site));
  html += SiteTable(*code, totals, history.by_site);
  html += JsonLinks(*code, choice.site, history);
  html += absl::StrFormat("<p class=\"quiet small\">As of %s.</p>\n</div>\n",
                          UtcMinute(absl::ToUnixSeconds(now)));
  return HtmlPage(200, title, html);
}

}  // namespace logtally
