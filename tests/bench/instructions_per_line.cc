// How many instructions a line costs, held against a budget. Unlike time, the number is the same on
// a busy machine: so this, and no stopwatch, guards against getting slower.
//
// Two logs of 10,000 and 20,000 lines are counted under callgrind; the difference is what 10,000
// lines cost, without start-up and the making of a database.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "bench/compare/child.h"

namespace logtally::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kLines = 10000;

struct Job {
  std::string_view name;
  // Instructions a line of nginx's combined (236 bytes), on one worker. Lower it when a
  // change makes lines cheaper; raise it with a reason.
  int64_t budget;
  // Commits come by the clock, so their number differs from run to run: the least is taken.
  int runs;
  std::vector<std::string> arguments;  // of logtally, before the log
};

std::vector<Job> Jobs(const std::string& state_dir) {
  return {
      {"summary FILE: read, parse, count", 2300, 1, {"summary", "--jobs", "1"}},
      {"ingest: the same, and commit",
       2800,
       3,
       {"ingest", "--jobs", "1", "--state-dir", state_dir}},
  };
}

class Callgrind {
 public:
  Callgrind(std::string logtally, std::string directory)
      : logtally_(std::move(logtally)), directory_(std::move(directory)) {}

  absl::StatusOr<int64_t> Instructions(const Job& job, const std::string& log) const {
    int64_t least = INT64_MAX;
    for (int run = 0; run < job.runs; ++run) {
      fs::remove_all(state_dir());
      std::vector<std::string> command = {"valgrind", "--tool=callgrind",
                                          "--callgrind-out-file=" + directory_ + "/callgrind.out",
                                          logtally_};
      command.insert(command.end(), job.arguments.begin(), job.arguments.end());
      command.push_back(log);
      RETURN_IF_ERROR(bench::Run(command, "/dev/null", said_path()));
      ASSIGN_OR_RETURN(const std::string said, ReadWhole(said_path()));
      ASSIGN_OR_RETURN(const int64_t counted, Collected(said));
      least = std::min(least, counted);
    }
    return least;
  }

  std::string state_dir() const { return directory_ + "/state"; }

 private:
  std::string said_path() const { return directory_ + "/callgrind.err"; }

  // "==123== Collected : 148155173".
  static absl::StatusOr<int64_t> Collected(const std::string& said) {
    constexpr std::string_view kWords = "Collected : ";
    const size_t at = said.find(kWords);
    if (at != said.npos) {
      const size_t begin = at + kWords.size();
      const size_t end = said.find_first_not_of("0123456789", begin);
      if (const auto count = ParseInt64(said.substr(begin, end - begin))) return *count;
    }
    return absl::InternalError("callgrind does not say how many instructions there were: " + said);
  }

  std::string logtally_, directory_;
};

absl::StatusOr<std::string> Log(const std::string& binaries, const std::string& directory,
                                int lines) {
  const std::string path = absl::StrFormat("%s/%d.log", directory, lines);
  RETURN_IF_ERROR(bench::Run(
      {binaries + "/loggen", "--lines", std::to_string(lines), "--seed", "1", "-o", path},
      "/dev/null", path + ".err"));
  return path;
}

// Whether every job is within its budget.
absl::StatusOr<bool> HoldsBudgets(const std::string& directory, std::optional<int64_t> budget) {
  const std::string binaries = fs::read_symlink("/proc/self/exe").parent_path();
  fs::create_directories(directory);
  const Callgrind callgrind(binaries + "/logtally", directory);
  ASSIGN_OR_RETURN(const std::string small, Log(binaries, directory, kLines));
  ASSIGN_OR_RETURN(const std::string large, Log(binaries, directory, 2 * kLines));
  bool holds = true;
  for (const Job& job : Jobs(callgrind.state_dir())) {
    ASSIGN_OR_RETURN(const int64_t base, callgrind.Instructions(job, small));
    ASSIGN_OR_RETURN(const int64_t both, callgrind.Instructions(job, large));
    const int64_t per_line = (both - base) / kLines;
    const int64_t allowed = budget.value_or(job.budget);
    const bool is_within = per_line > 0 && per_line <= allowed;
    absl::PrintF("%s: %d instructions a line, budget %d%s\n", job.name, per_line, allowed,
                 is_within ? "" : ": NOT within it");
    holds = holds && is_within;
  }
  if (!holds) {
    absl::PrintF("where they are: callgrind_annotate %s/callgrind.out | head -40\n", directory);
  }
  return holds;
}

int Main(int argc, char** argv) {
  CLI::App app("Holds the instructions a line costs against the budget.", "instructions_per_line");
  std::optional<int64_t> budget;
  std::string directory = "build/bench/instructions";
  app.add_option("--budget", budget, "Instead of the budgets that stand in the source");
  app.add_option("--directory", directory, "Where the logs go");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const absl::StatusOr<bool> holds = HoldsBudgets(directory, budget);
  if (holds.ok()) return *holds ? 0 : 1;
  absl::FPrintF(stderr, "instructions_per_line: %s\n", StdView(holds.status().message()));
  return 2;
}

}  // namespace
}  // namespace logtally::bench

int main(int argc, char** argv) { return logtally::bench::Main(argc, argv); }
