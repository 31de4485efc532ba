// A parser of one line at a time over a cursor, and then rules over whole families. It is written
// from the format's description and shares nothing with the program under test.
#include "testing/metrics_text.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/text.h"

namespace logtally::testing {
namespace {

bool IsNameStart(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool IsNamePart(char c) { return IsNameStart(c) || (c >= '0' && c <= '9'); }

bool IsName(std::string_view text, bool colon_allowed) {
  const auto part = [&](char c) { return IsNamePart(c) || (colon_allowed && c == ':'); };
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') &&
         std::all_of(text.begin(), text.end(), part);
}

absl::Status Malformed(std::string_view what, std::string_view got) {
  return absl::InvalidArgumentError(absl::StrFormat("%s, got \"%s\"", what, got));
}

// A number as Go's ParseFloat takes it, but neither hexadecimal nor with underscores.
std::optional<double> ParseValue(std::string_view text) {
  if (text == "+Inf" || text == "Inf") return std::numeric_limits<double>::infinity();
  if (text == "-Inf") return -std::numeric_limits<double>::infinity();
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text.empty() || text.find_first_not_of("0123456789+-.eE") != text.npos) return std::nullopt;
  double value = 0;
  if (!absl::SimpleAtod(AbslView(text), &value)) return std::nullopt;
  return value;
}

// Takes a quoted label value off the front of `rest`.
absl::StatusOr<std::string> TakeQuoted(std::string_view& rest) {
  if (!rest.starts_with('"')) return Malformed("expected a quoted label value", rest);
  rest.remove_prefix(1);
  std::string value;
  while (!rest.empty() && rest[0] != '"') {
    if (rest[0] != '\\') {
      value += rest[0];
      rest.remove_prefix(1);
      continue;
    }
    if (rest.starts_with("\\\\")) {
      value += '\\';
    } else if (rest.starts_with("\\\"")) {
      value += '"';
    } else if (rest.starts_with("\\n")) {
      value += '\n';
    } else {
      return Malformed("expected \\\\, \\\" or \\n", rest);
    }
    rest.remove_prefix(2);
  }
  if (rest.empty()) return absl::InvalidArgumentError("a label value without a closing quote");
  rest.remove_prefix(1);
  if (ValidUtf8(value) != value) return Malformed("expected UTF-8 in a label value", value);
  return value;
}

std::string_view TakeWhile(std::string_view& rest, bool (*wanted)(char)) {
  const auto end = std::find_if_not(rest.begin(), rest.end(), wanted);
  const std::string_view taken = rest.substr(0, static_cast<size_t>(end - rest.begin()));
  rest.remove_prefix(taken.size());
  return taken;
}

// Takes `name{a="1"}` off the front of `rest`.
absl::StatusOr<MetricSample> TakeNameAndLabels(std::string_view& rest) {
  MetricSample sample;
  sample.name = TakeWhile(rest, [](char c) { return IsNamePart(c) || c == ':'; });
  if (!IsName(sample.name, true)) return Malformed("expected a metric name", rest);
  if (!rest.starts_with('{')) return sample;
  rest.remove_prefix(1);
  while (!rest.starts_with('}')) {
    const std::string label(TakeWhile(rest, IsNamePart));
    if (!IsName(label, false)) return Malformed("expected a label name", rest);
    if (!rest.starts_with('=')) return Malformed("expected = after a label name", rest);
    rest.remove_prefix(1);
    ASSIGN_OR_RETURN(std::string value, TakeQuoted(rest));
    if (!sample.labels.emplace(label, std::move(value)).second) {
      return Malformed("expected each label once", label);
    }
    if (rest.starts_with(',')) {
      rest.remove_prefix(1);
    } else if (!rest.starts_with('}')) {
      return Malformed("expected , or } after a label", rest);
    }
  }
  rest.remove_prefix(1);
  return sample;
}

absl::StatusOr<MetricSample> ParseSample(std::string_view line) {
  std::string_view rest = line;
  ASSIGN_OR_RETURN(MetricSample sample, TakeNameAndLabels(rest));
  if (!rest.starts_with(' ')) return Malformed("expected a space before the value", line);
  rest.remove_prefix(1);
  // A time stamp may follow; logtally writes none, so that one here is a mistake.
  const std::optional<double> value = ParseValue(rest);
  if (!value) return Malformed("expected one number after the name", rest);
  sample.value = *value;
  return sample;
}

std::string Canonical(const std::string& name, const MetricLabels& labels) {
  if (labels.empty()) return name;
  std::string text = name + "{";
  for (const auto& [label, value] : labels) {
    if (text.back() != '{') text += ',';
    text += label + "=\"";
    for (const char c : value) {
      if (c == '\\' || c == '"') text += '\\';
      text += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    text += '"';
  }
  return text + "}";
}

bool Carries(const MetricSample& sample, const MetricLabels& having) {
  return std::all_of(having.begin(), having.end(), [&](const auto& wanted) {
    const auto found = sample.labels.find(wanted.first);
    return found != sample.labels.end() && found->second == wanted.second;
  });
}

// Whether a sample of that name belongs to the family.
bool BelongsTo(const MetricFamily& family, std::string_view name) {
  if (name == family.name) return family.type != "histogram";
  if (family.type != "histogram" || !name.starts_with(family.name)) return false;
  const std::string_view suffix = name.substr(family.name.size());
  return suffix == "_bucket" || suffix == "_sum" || suffix == "_count";
}

absl::Status CheckCounter(const MetricFamily& family) {
  for (const MetricSample& sample : family.samples) {
    if (!(sample.value >= 0)) {
      return Malformed("expected a counter of 0 or more", Canonical(sample.name, sample.labels));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckHistogram(const MetricFamily& family) {
  struct Series {
    std::map<double, double> buckets;
    std::optional<double> sum, count;
  };
  std::map<MetricLabels, Series> all;
  for (const MetricSample& sample : family.samples) {
    MetricLabels labels = sample.labels;
    if (sample.name == family.name + "_bucket") {
      const auto le = labels.find("le");
      if (le == labels.end()) return Malformed("expected a label le", sample.name);
      const std::optional<double> bound = ParseValue(le->second);
      if (!bound) return Malformed("expected a number in le", le->second);
      labels.erase(le);
      all[labels].buckets[*bound] = sample.value;
    } else if (sample.name == family.name + "_sum") {
      all[labels].sum = sample.value;
    } else {
      all[labels].count = sample.value;
    }
  }
  for (const auto& [labels, series] : all) {
    const std::string name = Canonical(family.name, labels);
    if (!series.sum || !series.count) return Malformed("expected a _sum and a _count", name);
    double before = 0;
    for (const auto& [bound, value] : series.buckets) {
      if (value < before) return Malformed("expected buckets that never fall", name);
      before = value;
    }
    if (series.buckets.empty() || !std::isinf(series.buckets.rbegin()->first)) {
      return Malformed("expected a bucket le=\"+Inf\"", name);
    }
    if (before != *series.count) return Malformed("expected +Inf to equal _count", name);
  }
  return absl::OkStatus();
}

absl::Status CheckFamily(const MetricFamily& family) {
  if (family.type == "counter") return CheckCounter(family);
  if (family.type == "histogram") return CheckHistogram(family);
  return absl::OkStatus();
}

// Collects lines into families. A family is closed as soon as a line of another one comes.
class Reader {
 public:
  absl::Status Line(std::string_view line) {
    if (line.starts_with("# HELP ")) return Help(line.substr(7));
    if (line.starts_with("# TYPE ")) return Type(line.substr(7));
    if (line.empty() || line.starts_with('#')) return absl::OkStatus();
    return Sample(line);
  }

  std::vector<MetricFamily> families;
  std::map<std::string, double> samples;

 private:
  absl::Status Help(std::string_view rest) {
    const size_t space = std::min(rest.find(' '), rest.size());
    RETURN_IF_ERROR(Begin(rest.substr(0, space)));
    MetricFamily& family = families.back();
    if (!family.help.empty()) return Malformed("expected one HELP", family.name);
    if (!family.samples.empty()) return Malformed("expected HELP before samples", family.name);
    family.help = rest.substr(std::min(space + 1, rest.size()));
    if (family.help.empty()) return Malformed("expected a text after HELP", family.name);
    return absl::OkStatus();
  }

  absl::Status Type(std::string_view rest) {
    const size_t space = std::min(rest.find(' '), rest.size());
    RETURN_IF_ERROR(Begin(rest.substr(0, space)));
    MetricFamily& family = families.back();
    if (!family.type.empty()) return Malformed("expected one TYPE", family.name);
    if (!family.samples.empty()) return Malformed("expected TYPE before samples", family.name);
    static const std::set<std::string, std::less<>> kTypes = {"counter", "gauge", "histogram",
                                                              "summary", "untyped"};
    family.type = rest.substr(std::min(space + 1, rest.size()));
    if (!kTypes.contains(family.type)) return Malformed("expected a metric type", rest);
    return absl::OkStatus();
  }

  absl::Status Sample(std::string_view line) {
    ASSIGN_OR_RETURN(MetricSample sample, ParseSample(line));
    if (families.empty() || !BelongsTo(families.back(), sample.name)) {
      RETURN_IF_ERROR(Begin(sample.name));
    }
    if (!samples.emplace(Canonical(sample.name, sample.labels), sample.value).second) {
      return Malformed("expected each sample once", line);
    }
    families.back().samples.push_back(std::move(sample));
    return absl::OkStatus();
  }

  absl::Status Begin(std::string_view name) {
    if (!families.empty() && families.back().name == name) return absl::OkStatus();
    if (!IsName(name, true)) return Malformed("expected a metric name", name);
    if (!seen_.emplace(name).second) return Malformed("expected each family in one piece", name);
    families.push_back({.name = std::string(name), .type = "", .help = "", .samples = {}});
    return absl::OkStatus();
  }

  std::set<std::string, std::less<>> seen_;
};

}  // namespace

absl::StatusOr<MetricsPage> MetricsPage::Parse(std::string_view text) {
  if (!text.empty() && !text.ends_with('\n')) {
    return absl::InvalidArgumentError("expected a newline at the end of the page");
  }
  Reader reader;
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    const absl::Status read = reader.Line(text.substr(0, end));
    if (!read.ok()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("line %d: %s", number, StdView(read.message())));
    }
    text.remove_prefix(end + 1);
  }
  for (const MetricFamily& family : reader.families) RETURN_IF_ERROR(CheckFamily(family));
  MetricsPage page;
  page.families_ = std::move(reader.families);
  page.samples_ = std::move(reader.samples);
  return page;
}

std::optional<double> MetricsPage::Value(std::string_view sample) const {
  absl::StatusOr<MetricSample> wanted = TakeNameAndLabels(sample);
  if (!wanted.ok() || !sample.empty()) return std::nullopt;
  const auto found = samples_.find(Canonical(wanted->name, wanted->labels));
  if (found == samples_.end()) return std::nullopt;
  return found->second;
}

double MetricsPage::Sum(std::string_view name, const MetricLabels& having) const {
  double sum = 0;
  for (const MetricFamily& family : families_) {
    for (const MetricSample& sample : family.samples) {
      if (sample.name == name && Carries(sample, having)) sum += sample.value;
    }
  }
  return sum;
}

std::map<std::string, int64_t> MetricsPage::SumBy(std::string_view name, std::string_view label,
                                                  const MetricLabels& having) const {
  std::map<std::string, int64_t> sums;
  for (const MetricFamily& family : families_) {
    for (const MetricSample& sample : family.samples) {
      const auto value = sample.labels.find(std::string(label));
      if (sample.name != name || value == sample.labels.end() || !Carries(sample, having)) continue;
      sums[value->second] += static_cast<int64_t>(sample.value);
    }
  }
  std::erase_if(sums, [](const auto& row) { return row.second == 0; });
  return sums;
}

CodeCounts MetricsPage::ResponsesByCode(std::string_view site) const {
  MetricLabels having;
  if (!site.empty()) having["site"] = site;
  return SumBy("logtally_http_responses_total", "code", having);
}

std::vector<std::string> DurableCountersThatFell(const MetricsPage& before,
                                                 const MetricsPage& after) {
  static const std::set<std::string> kDurable = {
      "logtally_http_responses_total",
      "logtally_http_response_bytes_total",
      "logtally_lines_total",
      "logtally_lines_rejected_total",
      "logtally_lines_out_of_window_total",
      "logtally_errors_unlisted_total",
      "logtally_labels_overflowed_total",
      "logtally_read_bytes_total",
      "logtally_losses_total",
      "logtally_lost_bytes_total",
      "logtally_commit_seq",
  };
  std::vector<std::string> fell;
  for (const MetricFamily& family : before.families()) {
    if (!kDurable.contains(family.name)) continue;
    for (const MetricSample& sample : family.samples) {
      const std::string key = Canonical(sample.name, sample.labels);
      const auto found = after.samples().find(key);
      if (found == after.samples().end() || found->second < sample.value) fell.push_back(key);
    }
  }
  return fell;
}

}  // namespace logtally::testing
