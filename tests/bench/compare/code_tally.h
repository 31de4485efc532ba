// How often each status code occurred, as each program says it.
#ifndef LOGTALLY_BENCH_COMPARE_CODE_TALLY_H_
#define LOGTALLY_BENCH_COMPARE_CODE_TALLY_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace logtally::bench {

// By the code as it is written: "404". What a program took for a code counts as well.
using CodeTally = std::map<std::string, int64_t, std::less<>>;

// What a log holds: loggen's file --truth.
struct Truth {
  CodeTally codes;
  int64_t rejected = 0;  // lines without a status
  int64_t lines() const;
};
// Errors: kInvalidArgument, a line that is none of loggen's.
absl::StatusOr<Truth> ReadTruth(std::string_view text);

// Errors of all below: kInvalidArgument, not what that program writes.

// Lines "404 12" or "404,12"; one that has no number (a heading) is left out.
absl::StatusOr<CodeTally> ReadPairs(std::string_view text);
// logtally summary --format json.
absl::StatusOr<CodeTally> ReadSummary(std::string_view json);
// mtail -one_shot_format json: the metric whose name ends in "requests_total" or "responses_total",
// by its label "request_status" or "code".
absl::StatusOr<CodeTally> ReadMtail(std::string_view json);
// GoAccess -o x.json: the panel status_codes. (It copies bytes of the log as they are, so the file
// need not be JSON as a whole.)
absl::StatusOr<CodeTally> ReadGoAccess(std::string_view json);

// How a tally differs from the truth.
struct Difference {
  int64_t missing = 0;   // lines that it should count and does not
  int64_t too_many = 0;  // lines that it counts under a code that they do not have
  bool none() const { return missing == 0 && too_many == 0; }
};
Difference Compare(const CodeTally& tally, const CodeTally& truth);

}  // namespace logtally::bench

#endif  // LOGTALLY_BENCH_COMPARE_CODE_TALLY_H_
