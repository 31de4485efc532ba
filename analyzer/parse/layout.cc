#include "parse/layout.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/text.h"

namespace logtally {
namespace {

struct Variable {
  std::string_view name;
  FieldMeaning meaning;
};

// A new variable is one row here.
constexpr Variable kVariables[] = {
    {"body_bytes_sent", FieldMeaning::kBytes},
    {"bytes_sent", FieldMeaning::kBytes},
    {"host", FieldMeaning::kHost},
    {"http_referer", FieldMeaning::kReferrer},
    {"http_user_agent", FieldMeaning::kUnused},
    {"http_x_forwarded_for", FieldMeaning::kUnused},
    {"msec", FieldMeaning::kTime},
    {"remote_addr", FieldMeaning::kClient},
    {"remote_logname", FieldMeaning::kUnused},
    {"remote_user", FieldMeaning::kUnused},
    {"request", FieldMeaning::kRequest},
    {"request_method", FieldMeaning::kMethod},
    {"request_time", FieldMeaning::kDuration},
    {"request_uri", FieldMeaning::kPath},
    {"server_name", FieldMeaning::kHost},
    {"server_port", FieldMeaning::kUnused},
    {"server_protocol", FieldMeaning::kUnused},
    {"status", FieldMeaning::kStatus},
    {"time_iso8601", FieldMeaning::kTime},
    {"time_local", FieldMeaning::kTime},
    {"upstream_response_time", FieldMeaning::kUpstream},
    {"uri", FieldMeaning::kPath},
};

constexpr auto kVariableNames = [] {
  std::array<std::string_view, std::size(kVariables)> names;
  for (size_t i = 0; i < names.size(); ++i) names[i] = kVariables[i].name;
  return names;
}();

constexpr size_t kMaxLayoutBytes = 4096;

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

absl::Status AtColumn(size_t index, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrFormat("column %d: %s", index + 1, what));
}

// Takes "$name" or "${name}" from text[at…] and moves `at` behind it.
absl::StatusOr<std::string> TakeVariable(std::string_view text, size_t& at) {
  const size_t dollar = at++;
  const bool braces = at < text.size() && text[at] == '{';
  if (braces) ++at;
  const size_t begin = at;
  while (at < text.size() && IsNameByte(text[at])) ++at;
  std::string name(text.substr(begin, at - begin));
  if (name.empty() || IsDigit(name.front())) {
    return AtColumn(dollar, "expected the name of a variable after '$'");
  }
  if (braces && (at == text.size() || text[at++] != '}')) {
    return AtColumn(dollar, absl::StrFormat("expected '}' after ${%s", name));
  }
  return name;
}

FieldShape ShapeOf(std::string_view variable, bool in_quotes, std::string_view before,
                   std::string_view after) {
  if (in_quotes) return FieldShape::kQuoted;
  if (before.ends_with('[') && after.starts_with(']')) return FieldShape::kInBrackets;
  if (variable == "time_local") return FieldShape::kTwoWords;
  if (variable == "remote_user" && after.starts_with(" [")) return FieldShape::kWords;
  if (variable.starts_with("upstream_") || variable == "http_x_forwarded_for") {
    return FieldShape::kList;
  }
  return FieldShape::kBare;
}

absl::Status CheckStatusIsBounded(const Layout& layout, std::span<const size_t> columns) {
  std::vector<std::string_view> unknown;
  for (size_t i = 0; i < layout.fields.size(); ++i) {
    const LayoutField& field = layout.fields[i];
    if (!FindVariable(field.variable)) unknown.push_back(field.variable);
    if (field.meaning != FieldMeaning::kStatus) continue;
    const std::string& before = layout.literals[i];
    if (IsDigit(field.stop) ||
        (!before.empty() && (IsDigit(before.back()) || before.back() == '-'))) {
      return AtColumn(columns[i], "$status must not touch a digit or a '-'");
    }
    return absl::OkStatus();
  }
  if (const auto typo = NearestName("status", unknown)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("no $status in the layout; did you mean it where you wrote $%s?", *typo));
  }
  for (const std::string& literal : layout.literals) {
    if (literal.find("%>s") != std::string::npos || literal.find("%s") != std::string::npos) {
      return absl::InvalidArgumentError(
          "no $status in the layout; Apache's %>s is not understood here: give a pattern");
    }
  }
  return absl::InvalidArgumentError("no $status in the layout");
}

}  // namespace

std::optional<FieldMeaning> FindVariable(std::string_view variable) {
  for (const Variable& known : kVariables) {
    if (known.name == variable) return known.meaning;
  }
  return std::nullopt;
}

std::span<const std::string_view> KnownVariables() { return kVariableNames; }

absl::StatusOr<Layout> ParseLayout(std::string_view text) {
  if (text.size() > kMaxLayoutBytes) {
    return absl::InvalidArgumentError(
        absl::StrFormat("the layout has %d bytes; at most %d", text.size(), kMaxLayoutBytes));
  }
  if (const size_t at = text.find_first_of("\r\n"); at != std::string_view::npos) {
    return AtColumn(at, "a layout is one line");
  }
  Layout layout;
  layout.literals.emplace_back();
  std::vector<size_t> columns;
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '$') {
      layout.literals.back() += text[at++];
      continue;
    }
    const size_t column = at;
    ASSIGN_OR_RETURN(std::string name, TakeVariable(text, at));
    if (!layout.fields.empty() && layout.literals.back().empty()) {
      return AtColumn(column, absl::StrFormat("$%s touches $%s; only a delimiter between them "
                                              "could tell where one ends",
                                              name, layout.fields.back().variable));
    }
    FieldMeaning meaning = FindVariable(name).value_or(FieldMeaning::kUnused);
    for (const LayoutField& earlier : layout.fields) {
      if (earlier.meaning == meaning) meaning = FieldMeaning::kUnused;
    }
    layout.fields.push_back({std::move(name), meaning, FieldShape::kBare, '\n'});
    layout.literals.emplace_back();
    columns.push_back(column);
  }

  bool in_quotes = false;
  for (size_t i = 0; i < layout.fields.size(); ++i) {
    LayoutField& field = layout.fields[i];
    const std::string& before = layout.literals[i];
    std::string& after = layout.literals[i + 1];
    if (std::count(before.begin(), before.end(), '"') % 2 != 0) in_quotes = !in_quotes;
    field.shape = ShapeOf(field.variable, in_quotes, before, after);
    if (field.shape == FieldShape::kWords) after.erase(0, 1);
    if (!after.empty()) field.stop = after.front();
  }
  RETURN_IF_ERROR(CheckStatusIsBounded(layout, columns));
  return layout;
}

}  // namespace logtally
