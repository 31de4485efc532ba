#include "testing/query_lint.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <string_view>

#include "model/self_metrics.h"
#include "testing/temp_dir.h"

namespace logtally::testing {
namespace {

using Complaints = std::vector<std::string>;

// Prometheus's own; ALERTS has the labels of the alert, which are not known here.
bool IsOfPrometheus(const std::string& metric) { return metric == "up" || metric == "ALERTS"; }

// The row of a metric, or of the histogram whose buckets, sum or count it is; or null.
const MetricRow* FindMetric(const std::string& name) {
  const auto named = [&](const MetricRow& row) {
    return row.name == name ||
           (row.type == MetricType::kHistogram &&
            (name == std::string(row.name) + "_bucket" || name == std::string(row.name) + "_sum" ||
             name == std::string(row.name) + "_count"));
  };
  const auto rows = MetricTable();
  const auto found = std::find_if(rows.begin(), rows.end(), named);
  return found == rows.end() ? nullptr : &*found;
}

std::set<std::string> LabelsOf(const MetricRow& row) {
  static const std::regex kWord("[a-z_]+");
  const std::string text(row.labels);
  std::set<std::string> labels = {"job", "instance"};
  for (std::sregex_iterator it(text.begin(), text.end(), kWord), end; it != end; ++it) {
    labels.insert(it->str());
  }
  if (row.type == MetricType::kHistogram) labels.insert("le");
  return labels;
}

struct Selector {
  std::string metric;
  std::string matchers;  // what stands between the braces
  std::string before;    // the query up to it, and from it on; both without spaces beside it
  std::string after;
};

std::vector<Selector> SelectorsIn(const std::string& expr) {
  static const std::regex kSelector(R"re(([A-Za-z_][A-Za-z0-9_]*)\{([^}]*)\})re");
  std::vector<Selector> selectors;
  for (std::sregex_iterator it(expr.begin(), expr.end(), kSelector), end; it != end; ++it) {
    std::string before = expr.substr(0, it->position());
    before.erase(before.find_last_not_of(" \n") + 1);
    std::string after = it->suffix().str();
    after.erase(0, std::min(after.find_first_not_of(" \n"), after.size()));
    selectors.push_back({(*it)[1].str(), (*it)[2].str(), before, after});
  }
  return selectors;
}

Complaints MatcherComplaints(const Selector& selector, const MetricRow& row) {
  static const std::regex kMatcher(R"re(([a-z_]+)(=~|!~|!=|=)"([^"]*)")re");
  const std::set<std::string> labels = LabelsOf(row);
  Complaints found;
  std::set<std::string> required = {R"(job=~"$job")", R"(instance=~"$instance")"};
  if (labels.contains("site")) required.insert(R"(site=~"$site")");
  const std::string& text = selector.matchers;
  for (std::sregex_iterator it(text.begin(), text.end(), kMatcher), end; it != end; ++it) {
    required.erase(it->str());
    if (!labels.contains((*it)[1].str())) {
      found.push_back(selector.metric + " has no label " + (*it)[1].str());
    }
  }
  for (const std::string& matcher : required) {
    found.push_back(selector.metric + " lacks the matcher " + matcher);
  }
  return found;
}

// A counter says something only by how it grows.
Complaints CounterComplaints(const Selector& selector) {
  const std::string_view before = selector.before;
  const std::string_view after = selector.after;
  if (before.ends_with("rate(")) {
    if (after.starts_with("[$__rate_interval]")) return {};
    return {selector.metric + ": rate() takes [$__rate_interval]"};
  }
  if (before.ends_with("increase(")) {
    static const std::regex kWindow(R"(^\[(\$__range|[0-9]+[mhd](:[0-9]+[mh])?)\])");
    if (std::regex_search(selector.after, kWindow)) return {};
    return {selector.metric + ": increase() takes [$__range] or a fixed window"};
  }
  // "series that were not there then": what is new begins with what it holds.
  if (after.starts_with("unless ")) return {};
  if (before.ends_with("unless") && after.starts_with("offset ")) return {};
  return {selector.metric + " is a counter: it belongs into rate() or increase()"};
}

int64_t SecondsOf(const std::string& duration) {
  static const std::regex kPart("([0-9]+)([smhdwy])");
  static const std::map<std::string, int64_t> kSeconds = {
      {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}, {"w", 7 * 86400}, {"y", 365 * 86400}};
  int64_t seconds = 0;
  for (std::sregex_iterator it(duration.begin(), duration.end(), kPart), end; it != end; ++it) {
    seconds += std::stoll((*it)[1].str()) * kSeconds.at((*it)[2].str());
  }
  return seconds;
}

// Every scrape of a longer time, at each point of a chart, is more than a Prometheus reads in time.
Complaints WindowComplaints(const std::string& expr) {
  static const std::regex kWindow(R"(\[([0-9smhdwy]+)\])");
  Complaints found;
  for (std::sregex_iterator it(expr.begin(), expr.end(), kWindow), end; it != end; ++it) {
    if (SecondsOf((*it)[1].str()) > 86400) {
      found.push_back(it->str() + " is more than 1d: it needs a step");
    }
  }
  return found;
}

// Ours, without the braces that would hold the variables.
Complaints BareNameComplaints(const std::string& expr) {
  static const std::regex kBare(R"(\b(logtally|process)_[a-z0-9_]+\b(?!\{))");
  Complaints found;
  for (std::sregex_iterator it(expr.begin(), expr.end(), kBare), end; it != end; ++it) {
    found.push_back(it->str() + " has no matchers");
  }
  return found;
}

}  // namespace

std::vector<std::string> PromqlComplaints(const std::string& expr) {
  Complaints found = BareNameComplaints(expr);
  const auto add = [&](const Complaints& some) {
    found.insert(found.end(), some.begin(), some.end());
  };
  add(WindowComplaints(expr));
  for (const Selector& selector : SelectorsIn(expr)) {
    if (IsOfPrometheus(selector.metric)) continue;
    const MetricRow* row = FindMetric(selector.metric);
    if (row == nullptr) {
      found.push_back(selector.metric + " is no metric of model/self_metrics");
      continue;
    }
    add(MatcherComplaints(selector, *row));
    if (row->type != MetricType::kGauge) add(CounterComplaints(selector));
  }
  return found;
}

std::vector<std::string> SqlComplaints(const std::string& sql, const std::set<std::string>& views) {
  static const std::regex kStart(R"(^(SELECT|WITH)\b)");
  static const std::regex kSource(R"(\b(FROM|JOIN)\s+([a-z_]+))");
  static const std::regex kOwnName(R"(\b(?:WITH|,)\s+([a-z_]+) AS \()");
  Complaints found;
  if (!std::regex_search(sql, kStart)) found.push_back("begins with neither SELECT nor WITH");
  if (sql.find(';') != sql.npos) found.push_back("holds a semicolon");
  std::set<std::string> known = views;
  for (std::sregex_iterator it(sql.begin(), sql.end(), kOwnName), end; it != end; ++it) {
    known.insert((*it)[1].str());
  }
  for (std::sregex_iterator it(sql.begin(), sql.end(), kSource), end; it != end; ++it) {
    if (!known.contains((*it)[2].str())) found.push_back((*it)[2].str() + " is no public view");
  }
  return found;
}

std::set<std::string> VariablesIn(const std::string& text) {
  static const std::regex kVariable(R"(\$(?:\{([A-Za-z_]\w*)[^}]*\}|([A-Za-z_]\w*)))");
  std::set<std::string> names;
  for (std::sregex_iterator it(text.begin(), text.end(), kVariable), end; it != end; ++it) {
    const std::string name = (*it)[1].matched ? (*it)[1].str() : (*it)[2].str();
    if (!name.starts_with("__")) names.insert(name);
  }
  return names;
}

std::set<std::string> PublicViews() {
  static const std::regex kView(R"(CREATE VIEW ([a-z_]+))");
  std::set<std::string> views;
  for (const auto& entry :
       std::filesystem::directory_iterator(LOGTALLY_SOURCE_DIR "/schemas/sql")) {
    const std::string sql = ReadFile(entry.path());
    for (std::sregex_iterator it(sql.begin(), sql.end(), kView), end; it != end; ++it) {
      views.insert((*it)[1].str());
    }
  }
  return views;
}

}  // namespace logtally::testing
