// Runs programs in turn over one log, several times, and checks that they count the same.
#ifndef LOGTALLY_BENCH_COMPARE_CONTEST_H_
#define LOGTALLY_BENCH_COMPARE_CONTEST_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bench/compare/code_tally.h"
#include "bench/compare/programs.h"
#include "bench/compare/sample.h"
#include "bench/compare/usage.h"

namespace logtally::bench {

struct Tools {
  std::string logtally, measure;  // programs
  std::string status_only;        // the program of mtail that counts codes and nothing else
  std::string directory;          // for what the programs write
};

struct Result {
  const Program* program = nullptr;
  std::vector<Usage> runs;
  Difference difference;  // from the truth, of the last run; always none for logtally
};

// Every program runs `runs` times. Each round begins with another program, so that none always
// follows the same one.
// Errors: a program that fails; counts of logtally that are not the truth; counts of another
// program that are so far from it that it did not do the same work.
absl::StatusOr<std::vector<Result>> Compete(const std::vector<const Program*>& programs,
                                            const Sample& sample, int runs, const Tools& tools);

}  // namespace logtally::bench

#endif  // LOGTALLY_BENCH_COMPARE_CONTEST_H_
