// The option --jobs of the commands that count on several threads.
#ifndef LOGTALLY_APP_JOBS_OPTION_H_
#define LOGTALLY_APP_JOBS_OPTION_H_

#include <CLI/CLI.hpp>

namespace logtally {

struct JobsOption {
  int given = 0;  // 0: one for each processor that this process may use
  // The number of threads, at least 1.
  int threads() const;
};

// `jobs` must live until the command has run.
void AddJobsOption(CLI::App& options, JobsOption& jobs);

}  // namespace logtally

#endif  // LOGTALLY_APP_JOBS_OPTION_H_
