#include "export/code_totals.h"

#include "absl/strings/str_format.h"
#include "base/text.h"
#include "export/html.h"

namespace logtally {
namespace {

// Calls take(site, counts) for the site that is wanted, or for each.
template <typename Take>
void ForEachSite(const Snapshot* snapshot, const std::optional<std::string>& site, Take take) {
  if (snapshot == nullptr || snapshot->counts == nullptr) return;
  for (const auto& [name, counts] : snapshot->counts->sites) {
    if (!site || name == *site) take(name, counts);
  }
}

}  // namespace

std::map<StatusCode, int64_t> TotalsByCode(const Snapshot* snapshot) {
  std::map<StatusCode, int64_t> totals;
  ForEachSite(snapshot, std::nullopt, [&](const std::string&, const SiteCounts& counts) {
    for (const auto& [key, tally] : counts.responses) {
      if (tally.responses > 0) totals[key.first] += tally.responses;
    }
  });
  return totals;
}

std::map<std::pair<std::string, Method>, int64_t> TotalsBySite(
    const Snapshot* snapshot, StatusCode code, const std::optional<std::string>& site) {
  std::map<std::pair<std::string, Method>, int64_t> totals;
  ForEachSite(snapshot, site, [&](const std::string& name, const SiteCounts& counts) {
    for (auto row = counts.responses.lower_bound({code, Method{0}});
         row != counts.responses.end() && row->first.first == code; ++row) {
      if (row->second.responses > 0) totals[{name, row->first.second}] = row->second.responses;
    }
  });
  return totals;
}

int64_t UnlistedErrors(const Snapshot* snapshot, const std::optional<std::string>& site) {
  int64_t unlisted = 0;
  ForEachSite(snapshot, site, [&](const std::string&, const SiteCounts& counts) {
    unlisted += counts.unlisted_errors;
  });
  return unlisted;
}

std::set<std::string> SiteNames(const Snapshot* snapshot) {
  std::set<std::string> names;
  ForEachSite(snapshot, std::nullopt,
              [&](const std::string& name, const SiteCounts&) { names.insert(name); });
  if (snapshot != nullptr) {
    for (const auto& [name, labels] : snapshot->status.site_labels) names.insert(name);
  }
  return names;
}

std::string SnapshotNotices(const Snapshot* snapshot) {
  if (snapshot == nullptr) return "<p class=\"note\">Starting: nothing has been counted yet.</p>\n";
  std::string html;
  if (snapshot->status.catching_up) {
    html += absl::StrFormat(
        "<p class=\"note\">logtally is catching up, with %s of the logs still to read: until then "
        "counts are too low.</p>\n",
        FormatBytes(snapshot->status.catch_up_bytes));
  }
  if (!snapshot->status.last_commit_error.empty()) {
    html += absl::StrFormat("<p class=\"note bad\">The store does not work: %s</p>\n",
                            EscapeHtml(snapshot->status.last_commit_error));
  }
  return html;
}

}  // namespace logtally
