// Who takes part in the comparison, and in what words each is asked to count.
#ifndef LOGTALLY_BENCH_COMPARE_PROGRAMS_H_
#define LOGTALLY_BENCH_COMPARE_PROGRAMS_H_

#include <span>
#include <string_view>

namespace logtally::bench {

// The log that a program reads. Programs are compared with those of the same input only.
enum class Input { kCombined, kCombinedGzip, kJson };

// How a program says what it counted.
enum class Answer {
  kLines,    // the number of lines alone
  kPairs,    // "code count"
  kSummary,  // logtally summary --format json
  kState,    // nothing: logtally summary is asked about its state directory afterwards
  kMtail,    // as code_tally.h reads them
  kGoAccess,
};

struct Program {
  std::string_view name;     // in the table
  std::string_view package;  // of Debian; "" for logtally itself
  Input input;
  Answer answer;
  // For sh. Reads $LOG and writes to $OUT; $STATE is a directory that does not exist yet.
  std::string_view command;
};

// The first of each input is logtally with all processors: what the others are compared with.
std::span<const Program> Programs();

}  // namespace logtally::bench

#endif  // LOGTALLY_BENCH_COMPARE_PROGRAMS_H_
