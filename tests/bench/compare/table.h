// A table in Markdown that is also good to read in a terminal.
#ifndef LOGTALLY_BENCH_COMPARE_TABLE_H_
#define LOGTALLY_BENCH_COMPARE_TABLE_H_

#include <string>
#include <vector>

namespace logtally::bench {

using TableRow = std::vector<std::string>;

// Rows as wide as the widest; the first column and the last stand left, figures right.
std::string MarkdownTable(const TableRow& heading, const std::vector<TableRow>& rows);

// A figure with about three digits that say something: "0.0213", "4.07", "31.2", "1,204".
std::string Figure(double value);

}  // namespace logtally::bench

#endif  // LOGTALLY_BENCH_COMPARE_TABLE_H_
