// The three files are read in the order of their authority, and a code that is there already is
// left alone: so "the documented table wins" is one line of code and no rule of merging.
//
// Parsing is strict because a person edits these files and a machine shows them on call: a lost
// tab must fail the build's tests, not print half a meaning.
#include "catalogue/status_catalogue.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <map>
#include <optional>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "catalogue/embedded.h"

namespace logtally {
namespace {

constexpr std::array<std::string_view, 5> kColumns = {"code", "name", "fault", "source", "meaning"};
constexpr std::array<std::string_view, 6> kFaults = {"none",    "client",   "server",
                                                     "gateway", "security", "unknown"};
constexpr std::string_view kHeader = "code\tname\tfault\tsource\tmeaning";

using RowsByCode = std::map<int16_t, StatusMeaning>;

// Cuts the first line off `rest` and returns it without its '\n'.
std::string_view TakeLine(std::string_view& rest) {
  const size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  return line;
}

std::vector<std::string_view> SplitAtTabs(std::string_view line) {
  std::vector<std::string_view> columns;
  size_t tab = 0;
  while ((tab = line.find('\t')) != line.npos) {
    columns.push_back(line.substr(0, tab));
    line.remove_prefix(tab + 1);
  }
  columns.push_back(line);
  return columns;
}

// As servers write it, so that a file can be searched for what a log shows: "-1" or three digits.
std::optional<int16_t> ParseCode(std::string_view text) {
  if (text == "-1") return -1;
  if (text.size() != 3 || text.find_first_not_of("0123456789") != text.npos) return std::nullopt;
  return static_cast<int16_t>(*ParseInt64(text));
}

absl::Status CheckText(std::string_view column, std::string_view text) {
  const std::string shown = EscapeForTerminal(text);
  if (text.empty() || text.front() == ' ' || text.back() == ' ' || shown != text) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: expected printable UTF-8 with no blank at either end, got \"%s\"", column, shown));
  }
  return absl::OkStatus();
}

absl::StatusOr<StatusMeaning> ParseRow(std::string_view line) {
  const std::vector<std::string_view> columns = SplitAtTabs(line);
  if (columns.size() != kColumns.size()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected %d columns separated by tabs, got %d", kColumns.size(), columns.size()));
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    RETURN_IF_ERROR(CheckText(kColumns[i], columns[i]));
  }
  const std::optional<int16_t> code = ParseCode(columns[0]);
  if (!code) {
    return absl::InvalidArgumentError(
        absl::StrFormat("code: expected -1 or three digits, got \"%s\"", columns[0]));
  }
  const std::string_view fault = columns[2];
  if (std::find(kFaults.begin(), kFaults.end(), fault) == kFaults.end()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "fault: expected none, client, server, gateway, security or unknown, got \"%s\"", fault));
  }
  return StatusMeaning{.code = *code,
                       .name = std::string(columns[1]),
                       .fault = std::string(fault),
                       .meaning = std::string(columns[4]),
                       .source = std::string(columns[3])};
}

// Adds those rows of one file whose codes `rows` does not hold yet.
absl::Status AddFile(std::string_view file, std::string_view text, bool documented,
                     RowsByCode& rows) {
  const auto error_at = [&](int line_number, std::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrFormat("schemas/catalogue/%s:%d: %s", file, line_number, what));
  };
  bool header_seen = false;
  std::set<int16_t> seen;
  int line_number = 0;
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    ++line_number;
    if (line.starts_with('#')) continue;
    if (!header_seen) {
      if (line != kHeader) {
        return error_at(line_number, "expected the header: code, name, fault, source, meaning");
      }
      header_seen = true;
      continue;
    }
    absl::StatusOr<StatusMeaning> row = ParseRow(line);
    if (!row.ok()) return error_at(line_number, StdView(row.status().message()));
    if (!seen.insert(row->code).second) {
      return error_at(line_number, absl::StrFormat("code: %d stands here twice", row->code));
    }
    row->documented = documented;
    const int16_t code = row->code;
    rows.try_emplace(code, *std::move(row));
  }
  if (!header_seen) {
    return error_at(std::max(line_number, 1),
                    "expected the header: code, name, fault, source, meaning");
  }
  return absl::OkStatus();
}

std::string_view EmbeddedText(std::string_view name) {
  for (const embedded_catalogue::File& file : embedded_catalogue::Files()) {
    if (file.name == name) return file.bytes;
  }
  assert(false && "the file is not under schemas/catalogue/");
  return "";
}

}  // namespace

absl::StatusOr<StatusCatalogue> StatusCatalogue::Parse(std::string_view documented_tsv,
                                                       std::string_view standard_tsv,
                                                       std::string_view vendor_tsv) {
  RowsByCode by_code;
  RETURN_IF_ERROR(AddFile("documented.tsv", documented_tsv, /*documented=*/true, by_code));
  RETURN_IF_ERROR(AddFile("standard.tsv", standard_tsv, /*documented=*/false, by_code));
  RETURN_IF_ERROR(AddFile("vendor.tsv", vendor_tsv, /*documented=*/false, by_code));
  std::vector<StatusMeaning> rows;
  rows.reserve(by_code.size());
  for (auto& [code, row] : by_code) rows.push_back(std::move(row));
  return StatusCatalogue(std::move(rows));
}

const StatusCatalogue& StatusCatalogue::BuiltIn() {
  // value() ends the program on a bad built-in file; the test of this class parses the same bytes,
  // so such a binary is never shipped.
  static const StatusCatalogue catalogue =
      Parse(EmbeddedText("catalogue/documented.tsv"), EmbeddedText("catalogue/standard.tsv"),
            EmbeddedText("catalogue/vendor.tsv"))
          .value();
  return catalogue;
}

const StatusMeaning* StatusCatalogue::Find(int16_t code) const {
  const auto row = std::lower_bound(
      rows_.begin(), rows_.end(), code,
      [](const StatusMeaning& candidate, int16_t wanted) { return candidate.code < wanted; });
  return row != rows_.end() && row->code == code ? &*row : nullptr;
}

}  // namespace logtally
