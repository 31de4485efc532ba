#include "app/explain_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "base/text.h"

namespace logtally {
namespace {

constexpr size_t kMaxColumns = 80;
constexpr size_t kLabelColumns = 14;  // "  Documented  "

bool IsClass(std::string_view text) {
  return text == "other" ||
         (text.size() == 3 && text[0] >= '1' && text[0] <= '5' && text.substr(1) == "xx");
}

// Columns on a terminal. The catalogue's only characters beyond ASCII are narrow ones such as '§',
// so a character is a column: count the bytes that start one.
size_t Columns(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// "  Label       text …", the text broken at blanks and hanging under its own first column.
std::string LabelledLines(std::string_view label, std::string_view text) {
  std::string out = absl::StrFormat("  %-*s", kLabelColumns - 2, label);
  size_t column = kLabelColumns;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (column > kLabelColumns) {
      const bool fits = column + 1 + Columns(word) <= kMaxColumns;
      out += fits ? " " : "\n" + std::string(kLabelColumns, ' ');
      column = fits ? column + 1 : kLabelColumns;
    }
    out += word;
    column += Columns(word);
  }
  return out + "\n";
}

}  // namespace

absl::StatusOr<Explanation> FindMeanings(const StatusCatalogue& catalogue,
                                         std::span<const std::string> arguments) {
  Explanation found;
  const auto add_once = [](auto& list, const auto& item) {
    if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
  };
  for (const StatusMeaning& row : catalogue.All()) {
    if (arguments.empty()) found.rows.push_back(&row);
  }
  for (const std::string& argument : arguments) {
    const std::string in_lower_case = absl::AsciiStrToLower(argument);  // 5XX is 5xx
    if (IsClass(in_lower_case)) {
      for (const StatusMeaning& row : catalogue.All()) {
        if (StatusClass(row.code) == in_lower_case) add_once(found.rows, &row);
      }
      continue;
    }
    const std::optional<StatusCode> code = ParseStatusCode(argument);
    if (!code) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "explain: expected a status code (-1, 000 … 999) or a class (1xx … 5xx, other), "
          "got \"%s\"",
          EscapeForTerminal(argument)));
    }
    if (const StatusMeaning* row = catalogue.Find(*code)) {
      add_once(found.rows, row);
    } else {
      add_once(found.unknown, *code);
    }
  }
  return found;
}

std::string MeaningsAsText(std::span<const StatusMeaning* const> rows) {
  std::string out;
  for (const StatusMeaning* row : rows) {
    if (!out.empty()) out += "\n";
    out += absl::StrFormat("%s %s\n", StatusCodeText(row->code), row->name);
    out += LabelledLines("Class", StatusClass(row->code));
    out += LabelledLines("Fault", row->fault);
    out += LabelledLines("Documented", row->documented ? "yes" : "no, not in the documented table");
    out += LabelledLines("Source", row->source);
    out += LabelledLines("Meaning", row->meaning);
  }
  return out;
}

std::string MeaningsAsTable(std::span<const StatusMeaning* const> rows) {
  std::string out =
      "* = in the documented table, - = nobody at fault; more: logtally explain CODE\n"
      "  CODE  FAULT     NAME\n";
  for (const StatusMeaning* row : rows) {
    out += absl::StrFormat("%c  %3s  %-8s  %s\n", row->documented ? '*' : ' ',
                           StatusCodeText(row->code), row->fault == "none" ? "-" : row->fault,
                           row->name);
  }
  return out;
}

std::string MeaningsAsJson(std::span<const StatusMeaning* const> rows) {
  nlohmann::ordered_json data = nlohmann::ordered_json::array();
  for (const StatusMeaning* row : rows) {
    data.push_back({{"code", row->code},
                    {"name", row->name},
                    {"class", StatusClass(row->code)},
                    {"fault", row->fault},
                    {"documented", row->documented},
                    {"meaning", row->meaning},
                    {"source", row->source}});
  }
  const nlohmann::ordered_json answer = {{"data", std::move(data)},
                                         {"meta", nlohmann::ordered_json::object()}};
  return answer.dump(2) + "\n";
}

std::string UnknownCodeText(StatusCode code) {
  return absl::StrFormat(
      "%s: not a known status code; find out what sends it and add a row with that source to "
      "schemas/catalogue/vendor.tsv ('logtally explain' lists the known codes)",
      StatusCodeText(code));
}

}  // namespace logtally
