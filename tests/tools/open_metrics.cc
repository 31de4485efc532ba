#include "tools/open_metrics.h"

#include <cerrno>
#include <charconv>
#include <cmath>
#include <fstream>

#include "base/errno_status.h"

namespace logtally::tools {
namespace {

void AppendNumber(double number, std::string& out) {
  if (std::isinf(number)) {
    out += number < 0 ? "-Inf" : "+Inf";
    return;
  }
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, end);
}

std::string NumberText(double number) {
  std::string text;
  AppendNumber(number, text);
  return text;
}

// name{a="1",b="2"}
std::string SeriesText(std::string_view name, const OpenMetrics::Labels& target,
                       const OpenMetrics::Labels& labels) {
  std::string text(name);
  char separator = '{';
  for (const auto* part : {&target, &labels}) {
    for (const auto& [label, value] : *part) {
      text.append(1, separator).append(label).append("=\"");
      for (const char c : value) {
        if (c == '\\' || c == '"') text += '\\';
        if (c == '\n') {
          text += "\\n";
        } else {
          text += c;
        }
      }
      text += '"';
      separator = ',';
    }
  }
  return separator == '{' ? text : text + "}";
}

}  // namespace

void OpenMetrics::Add(std::string_view name, const Labels& labels, double value,
                      int64_t time_unix) {
  series_[SeriesText(name, target_, labels)].push_back({time_unix, value});
  ++samples_;
}

void OpenMetrics::Add(const std::vector<prometheus::MetricFamily>& families, int64_t time_unix) {
  for (const prometheus::MetricFamily& family : families) {
    for (const prometheus::ClientMetric& metric : family.metric) {
      Labels labels;
      for (const auto& label : metric.label) labels.emplace_back(label.name, label.value);
      if (family.type != prometheus::MetricType::Histogram) {
        const bool counter = family.type == prometheus::MetricType::Counter;
        Add(family.name, labels, counter ? metric.counter.value : metric.gauge.value, time_unix);
        continue;
      }
      Add(family.name + "_sum", labels, metric.histogram.sample_sum, time_unix);
      Add(family.name + "_count", labels, static_cast<double>(metric.histogram.sample_count),
          time_unix);
      labels.emplace_back("le", "");
      for (const auto& bucket : metric.histogram.bucket) {
        labels.back().second = NumberText(bucket.upper_bound);
        Add(family.name + "_bucket", labels, static_cast<double>(bucket.cumulative_count),
            time_unix);
      }
    }
  }
}

absl::Status OpenMetrics::Write(const std::string& path) const {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  std::string text;
  for (const auto& [series, samples] : series_) {
    text.clear();
    for (const Sample& sample : samples) {
      text.append(series).append(1, ' ');
      AppendNumber(sample.value, text);
      text.append(1, ' ').append(std::to_string(sample.time_unix)).append(1, '\n');
    }
    out << text;
  }
  out << "# EOF\n";
  out.close();
  return out ? absl::OkStatus() : ErrnoStatus("write", path, errno);
}

}  // namespace logtally::tools
