// What a story measured, on one line, and how long stories may take.
#ifndef LOGTALLY_TESTING_FIGURES_H_
#define LOGTALLY_TESTING_FIGURES_H_

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace logtally::testing {

// Prints "figures: kills=100 lines=184220 differences=0" and records each as a property of the
// running test.
void PrintFigures(std::initializer_list<std::pair<std::string_view, int64_t>> figures);

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_FIGURES_H_
