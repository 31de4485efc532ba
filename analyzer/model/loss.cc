#include "model/loss.h"

#include <iterator>

namespace logtally {
namespace {
constexpr std::string_view kCauses[] = {"truncation", "rotation_gap", "gone",
                                        "too_long",   "nul_hole",     "dropped"};
static_assert(std::size(kCauses) == kLossCauseCount);
}  // namespace

std::string_view LossCauseName(LossCause cause) { return kCauses[static_cast<int>(cause)]; }

std::optional<LossCause> ParseLossCause(std::string_view name) {
  for (size_t i = 0; i < std::size(kCauses); ++i) {
    if (kCauses[i] == name) return static_cast<LossCause>(i);
  }
  return std::nullopt;
}

}  // namespace logtally
