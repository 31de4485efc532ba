// Responses per status code: what every story compares.
#ifndef LOGTALLY_TESTING_CODE_COUNTS_H_
#define LOGTALLY_TESTING_CODE_COUNTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace logtally::testing {

// The code as servers write it ("404", "000", "-1") and how often; a code never seen has no row.
using CodeCounts = std::map<std::string, int64_t>;

// 404 -> "404", 0 -> "000": for numbers from the database and from JSON.
std::string CodeText(int64_t code);

int64_t Total(const CodeCounts& counts);

// The same as the metrics' label `code` shows them: codes above 599 become "other".
CodeCounts AsLabels(const CodeCounts& counts);

// Whether no code of `part` was seen more often than in `whole`.
bool IsWithin(const CodeCounts& part, const CodeCounts& whole);

// What a log holds according to the one who wrote it.
struct Truth {
  CodeCounts codes;
  int64_t rejected = 0;
};

// Reads what `loggen --truth` wrote; a file of another shape fails the test.
Truth ReadTruth(const std::string& path);

// Counts a log whose lines are nothing but a status (nginx: log_format truth '$status').
CodeCounts CountStatusLines(std::string_view log);

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_CODE_COUNTS_H_
