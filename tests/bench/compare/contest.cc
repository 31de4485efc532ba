#include "bench/compare/contest.h"

#include <stdlib.h>

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "bench/compare/child.h"

namespace logtally::bench {
namespace {

namespace fs = std::filesystem;

// A program may stumble over odd lines, of which the log has one in 1,000 (gawk's fields shift
// where a request has no spaces). More than twice that is another thing than counting.
constexpr int64_t kToleratedPermille = 2;

class Round {
 public:
  Round(const Sample& sample, const Tools& tools)
      : sample_(sample),
        tools_(tools),
        out_(tools.directory + "/out"),
        err_(tools.directory + "/err"),
        state_(tools.directory + "/state"),
        usage_(tools.directory + "/usage") {
    setenv("LC_ALL", "C", 1);  // the quickest for those who ask
    setenv("HOME", tools.directory.c_str(), 1);
    setenv("TMPDIR", tools.directory.c_str(), 1);
    setenv("LOGTALLY", tools.logtally.c_str(), 1);
    setenv("STATUS_ONLY", tools.status_only.c_str(), 1);
    setenv("LOG", sample.path.c_str(), 1);
    setenv("OUT", out_.c_str(), 1);
    setenv("STATE", state_.c_str(), 1);
  }

  absl::Status RunOnce(Result& result) {
    fs::remove_all(state_);
    fs::remove(out_);
    const std::string command(result.program->command);
    RETURN_IF_ERROR(Run({tools_.measure, usage_, "sh", "-c", command}, "/dev/null", err_));
    ASSIGN_OR_RETURN(const std::string line, ReadWhole(usage_));
    ASSIGN_OR_RETURN(Usage usage, ReadUsage(line));
    result.runs.push_back(usage);
    return Check(result);
  }

 private:
  absl::StatusOr<CodeTally> Counted(const Program& program) const {
    if (program.answer == Answer::kState) {
      RETURN_IF_ERROR(
          Run({tools_.logtally, "summary", "--format", "json", "--state-dir", state_}, out_, err_));
    }
    ASSIGN_OR_RETURN(const std::string text, ReadWhole(out_));
    switch (program.answer) {
      case Answer::kLines:
      case Answer::kPairs:
        return ReadPairs(text);
      case Answer::kState:
      case Answer::kSummary:
        return ReadSummary(text);
      case Answer::kMtail:
        return ReadMtail(text);
      case Answer::kGoAccess:
        return ReadGoAccess(text);
    }
    return absl::InternalError("a program with an answer of an unknown kind");
  }

  absl::Status Check(Result& result) const {
    const Program& program = *result.program;
    const int64_t lines = sample_.truth.lines();
    if (program.answer == Answer::kLines) {
      ASSIGN_OR_RETURN(const std::string text, ReadWhole(out_));
      if (ParseInt64(text.substr(0, text.find_first_of(" \n"))) == lines) return absl::OkStatus();
      return absl::InternalError(
          absl::StrFormat("%s: %d lines expected, got %s", program.name, lines, text));
    }
    ASSIGN_OR_RETURN(const CodeTally tally, Counted(program));
    result.difference = Compare(tally, sample_.truth.codes);
    const int64_t tolerated = program.package.empty() ? 0 : lines * kToleratedPermille / 1000;
    if (result.difference.missing <= tolerated && result.difference.too_many <= tolerated) {
      return absl::OkStatus();
    }
    return absl::InternalError(absl::StrFormat(
        "%s: of %d lines it misses %d and counts %d under a code that they do not have",
        program.name, lines, result.difference.missing, result.difference.too_many));
  }

  const Sample& sample_;
  const Tools& tools_;
  const std::string out_, err_, state_, usage_;
};

}  // namespace

absl::StatusOr<std::vector<Result>> Compete(const std::vector<const Program*>& programs,
                                            const Sample& sample, int runs, const Tools& tools) {
  std::vector<Result> results;
  for (const Program* program : programs) {
    results.push_back({.program = program, .runs = {}, .difference = {}});
  }
  Round round(sample, tools);
  for (int run = 0; run < runs; ++run) {
    for (size_t i = 0; i < results.size(); ++i) {
      Result& result = results[(i + static_cast<size_t>(run)) % results.size()];
      Warm(sample.path);
      RETURN_IF_ERROR(round.RunOnce(result));
      absl::FPrintF(stderr, "bench: run %d of %d: %s: %.2f s\n", run + 1, runs,
                    result.program->name, result.runs.back().wall_seconds);
    }
  }
  return results;
}

}  // namespace logtally::bench
