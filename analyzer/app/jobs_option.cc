#include "app/jobs_option.h"

#include <algorithm>
#include <thread>

namespace logtally {

int JobsOption::threads() const {
  if (given > 0) return given;
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

void AddJobsOption(CLI::App& options, JobsOption& jobs) {
  options.add_option("--jobs", jobs.given, "threads that count; default: one for each core")
      ->type_name("N")
      ->check(CLI::Range(1, 256));
}

}  // namespace logtally
