#include "app/audit_output.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/text.h"

namespace logtally {
namespace {

using Json = nlohmann::ordered_json;

std::string CodeName(const AuditedCode& row) {
  return row.code ? StatusCodeText(*row.code) : "rejected";
}

// "+5", "-12": what the store has more than the log.
std::string Signed(int64_t difference) {
  return (difference > 0 ? "+" : "") + FormatCount(difference);
}

// Columns as wide as their widest entry; the first `left` of them aligned to the left.
std::string Table(const std::vector<std::vector<std::string>>& rows, size_t left) {
  std::vector<size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - row[i].size(), ' ');
      text += i < left ? row[i] + padding : padding + row[i];
      text += i + 1 < row.size() ? "  " : "\n";
    }
  }
  return text;
}

// The log, and if its text lies in another file by now, that one's name.
std::string FileOf(const AuditedLog& log) {
  if (log.found_at.empty() || log.found_at == log.path) return EscapeForTerminal(log.path);
  const std::string name = log.found_at.substr(log.found_at.rfind('/') + 1);
  return EscapeForTerminal(absl::StrFormat("%s (%s)", log.path, name));
}

std::string DifferencesTable(const AuditResult& result) {
  std::vector<std::vector<std::string>> rows = {
      {"FILE", "GENERATION", "CODE", "STORED", "RECOUNTED", "DIFFERENCE"}};
  for (const AuditedLog& log : result.logs) {
    if (!log.is_difference()) continue;
    for (const AuditedCode& row : log.codes) {
      if (row.stored == row.recounted || log.state == AuditState::kUnreadable) continue;
      rows.push_back({FileOf(log), FormatCount(log.generation), CodeName(row),
                      FormatCount(row.stored), FormatCount(row.recounted),
                      Signed(row.stored - row.recounted)});
    }
  }
  return rows.size() == 1 ? "" : Table(rows, 1) + "\n";
}

// What a person should know of a log beside its row in the table.
std::string Remark(const AuditedLog& log) {
  const std::string path = EscapeForTerminal(log.path);
  switch (log.state) {
    case AuditState::kUnknown:
      return absl::StrFormat(
          "%s: an older log that nobody has counted, written since the store exists\n", path);
    case AuditState::kUnreadable:
      return absl::StrFormat("%s: %s\n", path, EscapeForTerminal(log.why));
    case AuditState::kShorter:
      return absl::StrFormat(
          "%s: what is left of generation %d (%s) is shorter than the %s that were counted, and "
          "gives no more than that\n",
          path, log.generation, EscapeForTerminal(log.found_at),
          FormatBytes(log.offset - log.first_offset));
    case AuditState::kSame:
    case AuditState::kUnread:
    case AuditState::kDifferent:
    case AuditState::kNotRetained:
      return "";
  }
  return "";
}

int64_t CountOf(const AuditResult& result, AuditState state) {
  return std::count_if(result.logs.begin(), result.logs.end(),
                       [&](const AuditedLog& log) { return log.state == state; });
}

std::string Logs(int64_t count) {
  return absl::StrFormat("%s log%s", FormatCount(count), count == 1 ? "" : "s");
}

std::string Logs(int64_t count, std::string_view is, std::string_view are) {
  return absl::StrFormat("%s %s", Logs(count), count == 1 ? is : are);
}

std::string SummaryLine(const AuditResult& result) {
  const int64_t checked = std::count_if(result.logs.begin(), result.logs.end(),
                                        [](const AuditedLog& log) { return log.was_compared(); });
  const int64_t different = CountOf(result, AuditState::kDifferent);
  std::vector<std::string> parts = {absl::StrFormat(
      "%s, %s, %s lines: %s", Logs(checked), FormatBytes(result.bytes), FormatCount(result.lines),
      different == 0 ? "no difference" : Logs(different, "differs", "differ"))};
  const auto add = [&](AuditState state, std::string_view is, std::string_view are) {
    const int64_t count = CountOf(result, state);
    if (count > 0) parts.push_back(Logs(count, is, are));
  };
  add(AuditState::kUnknown, "was never counted", "were never counted");
  add(AuditState::kUnreadable, "cannot be read", "cannot be read");
  add(AuditState::kShorter, "is shorter than what was counted",
      "are shorter than what was counted");
  add(AuditState::kNotRetained, "is not retained", "are not retained");
  int64_t unread = 0;
  for (const AuditedLog& log : result.logs) unread += log.unread_bytes;
  if (unread > 0) parts.push_back(FormatBytes(unread) + " not counted yet");
  return "checked " + absl::StrJoin(parts, "; ") + "\n";
}

Json LogJson(const AuditedLog& log) {
  Json json;
  json["site"] = ValidUtf8(log.site);
  json["path"] = ValidUtf8(log.path);
  if (!log.found_at.empty()) json["found_at"] = ValidUtf8(log.found_at);
  json["generation"] = log.generation;
  json["state"] = AuditStateName(log.state);
  json["first_offset"] = log.first_offset;
  json["offset"] = log.offset;
  json["unread_bytes"] = log.unread_bytes;
  json["codes"] = Json::array();
  const bool was_read = !log.found_at.empty();
  for (const AuditedCode& row : log.codes) {
    Json code = {{"code", CodeName(row)}, {"stored", row.stored}};
    if (was_read) code["recounted"] = row.recounted;
    json["codes"].push_back(std::move(code));
  }
  if (!log.why.empty()) json["why"] = ValidUtf8(log.why);
  return json;
}

}  // namespace

std::string AuditAsText(const AuditResult& result) {
  std::string text = DifferencesTable(result);
  for (const AuditedLog& log : result.logs) text += Remark(log);
  return text + SummaryLine(result);
}

std::string AuditAsJson(const AuditResult& result) {
  Json json;
  json["schema"] = "logtally.audit/1";
  json["commit_seq"] = result.commit_seq;
  json["differs"] = result.has_differences();
  json["bytes"] = result.bytes;
  json["lines"] = result.lines;
  json["logs"] = Json::array();
  for (const AuditedLog& log : result.logs) json["logs"].push_back(LogJson(log));
  return json.dump(2, ' ', true) + "\n";
}

}  // namespace logtally
