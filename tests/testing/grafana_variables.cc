#include "testing/grafana_variables.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"

namespace logtally::testing {
namespace {

bool IsNameByte(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Every byte that means something in a regular expression with `escape` before it.
std::string RegexEscaped(std::string_view text, std::string_view escape) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view("\\^$*+?.()|[]{}/").find(c) != std::string_view::npos) escaped += escape;
    escaped += c;
  }
  return escaped;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

template <typename Format>
std::string Joined(const std::vector<std::string>& values, std::string_view separator,
                   Format format) {
  std::string text;
  for (const std::string& value : values) {
    text.append(text.empty() ? "" : separator).append(format(value));
  }
  return text;
}

std::string InParentheses(const std::vector<std::string>& values, std::string_view escape) {
  const std::string text =
      Joined(values, "|", [&](const std::string& v) { return RegexEscaped(v, escape); });
  return values.size() == 1 ? text : "(" + text + ")";
}

}  // namespace

GrafanaVariables::GrafanaVariables(int64_t from_unix, int64_t to_unix, int64_t step_seconds,
                                   int64_t scrape_seconds) {
  const auto set = [&](const char* name, std::string text) {
    values_[name] = {.values = {std::move(text)}};
  };
  const int64_t range = to_unix - from_unix;
  set("__from", std::to_string(from_unix * 1000));
  set("__to", std::to_string(to_unix * 1000));
  set("__range", std::to_string(range) + "s");
  set("__range_s", std::to_string(range));
  set("__range_ms", std::to_string(range * 1000));
  set("__interval", std::to_string(step_seconds) + "s");
  set("__interval_ms", std::to_string(step_seconds * 1000));
  set("__rate_interval",
      std::to_string(std::max(step_seconds + scrape_seconds, 4 * scrape_seconds)) + "s");
}

absl::StatusOr<std::string> GrafanaVariables::InPromql(std::string_view query) const {
  return Interpolate(query, Language::kPromql);
}

absl::StatusOr<std::string> GrafanaVariables::InSql(std::string_view query) const {
  return Interpolate(query, Language::kSql);
}

absl::StatusOr<std::string> GrafanaVariables::Interpolate(std::string_view query,
                                                          Language language) const {
  std::string text;
  for (size_t at = 0; at < query.size();) {
    const bool braces = query.substr(at).starts_with("${");
    const size_t begin = at + (braces ? 2 : 1);
    size_t end = begin;
    while (end < query.size() && IsNameByte(query[end])) ++end;
    // "$1" of label_replace() is no variable.
    if (query[at] != '$' || end == begin ||
        std::isdigit(static_cast<unsigned char>(query[begin]))) {
      text += query[at++];
      continue;
    }
    const std::string name(query.substr(begin, end - begin));
    std::string_view format;
    if (braces) {
      const size_t close = query.find('}', end);
      if (close == std::string_view::npos) {
        return absl::InvalidArgumentError(absl::StrFormat("${%s: no }", name));
      }
      format = query.substr(end, close - end);
      if (format.starts_with(':')) format.remove_prefix(1);
      end = close + 1;
    }
    ASSIGN_OR_RETURN(const std::string value, TextOf(name, format, language));
    text += value;
    at = end;
  }
  return text;
}

absl::StatusOr<std::string> GrafanaVariables::TextOf(const std::string& name,
                                                     std::string_view format,
                                                     Language language) const {
  const auto found = values_.find(name);
  if (found == values_.end()) {
    return absl::NotFoundError(absl::StrFormat("$%s: no such variable", name));
  }
  const GrafanaValue& value = found->second;
  const auto as_it_is = [](const std::string& v) { return v; };
  if (format == "date:seconds") return value.values.at(0).substr(0, value.values[0].size() - 3);
  if (format == "raw" || format == "csv") return Joined(value.values, ",", as_it_is);
  if (format == "pipe") return Joined(value.values, "|", as_it_is);
  if (format == "sqlstring") return Joined(value.values, ",", Quoted);
  if (!format.empty() && format != "regex") {
    return absl::InvalidArgumentError(
        absl::StrFormat("${%s:%s}: a format that is not known here", name, std::string(format)));
  }
  if (value.is_all_value) return value.values.at(0);
  if (format == "regex") return InParentheses(value.values, "\\");
  if (!value.may_be_several) return value.values.at(0);
  // Inside of PromQL's quotes a backslash has to be escaped once more.
  if (language == Language::kPromql) return InParentheses(value.values, "\\\\");
  return value.values.size() == 1 ? value.values[0]
                                  : "{" + Joined(value.values, ",", as_it_is) + "}";
}

}  // namespace logtally::testing
