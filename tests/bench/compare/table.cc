#include "bench/compare/table.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"
#include "base/text.h"

namespace logtally::bench {
namespace {

// Characters of UTF-8, which is what a column is wide here.
size_t Width(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

}  // namespace

std::string MarkdownTable(const TableRow& heading, const std::vector<TableRow>& rows) {
  std::vector<size_t> widths;
  for (size_t column = 0; column < heading.size(); ++column) {
    size_t width = std::max<size_t>(3, Width(heading[column]));
    for (const TableRow& row : rows) width = std::max(width, Width(row[column]));
    widths.push_back(width);
  }
  const auto stands_left = [&](size_t column) {
    return column == 0 || column + 1 == heading.size();
  };
  std::string text;
  const auto append = [&](const TableRow& row) {
    for (size_t column = 0; column < row.size(); ++column) {
      const std::string blank(widths[column] - Width(row[column]), ' ');
      text +=
          stands_left(column) ? "| " + row[column] + blank + " " : "| " + blank + row[column] + " ";
    }
    text += "|\n";
  };
  append(heading);
  for (size_t column = 0; column < heading.size(); ++column) {
    text += "|" + std::string(widths[column] + 1, '-') + (stands_left(column) ? "-" : ":");
  }
  text += "|\n";
  for (const TableRow& row : rows) append(row);
  return text;
}

std::string Figure(double value) {
  if (value <= 0) return "0";
  if (value >= 100) return FormatCount(std::llround(value));
  const int digits = std::clamp(2 - static_cast<int>(std::floor(std::log10(value))), 0, 4);
  return absl::StrFormat("%.*f", digits, value);
}

}  // namespace logtally::bench
