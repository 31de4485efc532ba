#include "bench/compare/usage.h"

#include <algorithm>
#include <cassert>
#include <cstdio>
#include <string>

#include "absl/strings/str_format.h"

namespace logtally::bench {

absl::StatusOr<Usage> ReadUsage(std::string_view line) {
  double wall = 0, user = 0, system = 0;
  long peak_kib = 0;
  const std::string text(line);
  if (sscanf(text.c_str(), "%lf\t%lf\t%lf\t%ld", &wall, &user, &system, &peak_kib) != 4) {
    return absl::InvalidArgumentError(absl::StrFormat("not a line of measure: %s", text));
  }
  return Usage{.wall_seconds = wall,
               .cpu_seconds = user + system,
               .peak_mib = static_cast<double>(peak_kib) / 1024};
}

double Median(std::vector<double> values) {
  assert(!values.empty() && "the median of nothing");
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Usage Median(const std::vector<Usage>& runs) {
  const auto of = [&](double Usage::*figure) {
    std::vector<double> values;
    for (const Usage& run : runs) values.push_back(run.*figure);
    return Median(std::move(values));
  };
  return {.wall_seconds = of(&Usage::wall_seconds),
          .cpu_seconds = of(&Usage::cpu_seconds),
          .peak_mib = of(&Usage::peak_mib)};
}

}  // namespace logtally::bench
