#include "testing/figures.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "absl/strings/str_format.h"

namespace logtally::testing {

void PrintFigures(std::initializer_list<std::pair<std::string_view, int64_t>> figures) {
  std::string line = "figures:";
  for (const auto& [name, value] : figures) {
    absl::StrAppendFormat(&line, " %s=%d", name, value);
    ::testing::Test::RecordProperty(std::string(name), std::to_string(value));
  }
  absl::PrintF("%s\n", line);
  std::fflush(stdout);
}

}  // namespace logtally::testing
